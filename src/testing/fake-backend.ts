import { AppError, deferred } from '#core';
import type { Backend, RunnerExit, RunnerPlan, RunnerProcess } from '#inference';

/** One start a backend was asked for, and what the test makes of it. */
export interface FakeRunner {
  readonly plan: RunnerPlan;
  readonly pid: number;
  state: 'loading' | 'ready' | 'stopping' | 'gone';
  /** Lets the load finish. */
  becomeReady(): void;
  fail(error: AppError): void;
  crash(exit?: Partial<RunnerExit>): void;
  /** Lets a stop finish that was asked for. */
  finishStop(): void;
}

export interface FakeBackend extends Backend {
  readonly runners: FakeRunner[];
  /** Those that hold memory now. */
  alive(): FakeRunner[];
  /** Newest runner of a model's alias. */
  runnerOf(alias: string): FakeRunner;
}

export interface FakeBackendOptions {
  /** Whether a load is finished by the test. */
  readonly manualLoad?: boolean;
  /** Whether a stop is finished by the test. */
  readonly manualStop?: boolean;
}

/** A backend whose runners exist on paper only. Loads and stops finish at once unless the test wants to do it. */
export function createFakeBackend({ manualLoad = false, manualStop = false }: FakeBackendOptions = {}): FakeBackend {
  const runners: FakeRunner[] = [];

  function start(plan: RunnerPlan, signal: AbortSignal): Promise<RunnerProcess> {
    const started = deferred<RunnerProcess>();
    const exited = deferred<RunnerExit>();
    const leave = (exit: RunnerExit): void => {
      runner.state = 'gone';
      exited.resolve(exit);
      started.reject(new AppError('request.aborted', 'Loading was cancelled.'));
    };
    const askToStop = (): void => {
      if (runner.state === 'gone') return;
      runner.state = 'stopping';
      if (!manualStop) runner.finishStop();
    };
    const process: RunnerProcess = {
      pid: 1000 + runners.length,
      socket: plan.socket,
      exited: exited.promise,
      async stop() {
        askToStop();
        await exited.promise;
      },
    };
    const runner: FakeRunner = {
      plan,
      pid: process.pid,
      state: 'loading',
      becomeReady() {
        if (runner.state !== 'loading') return;
        runner.state = 'ready';
        started.resolve(process);
      },
      fail(error) {
        runner.state = 'gone';
        started.reject(error);
      },
      crash: (exit) => leave({ code: null, signal: 'SIGSEGV', lastOutput: '', ...exit }),
      finishStop: () => leave({ code: 0, signal: null, lastOutput: '' }),
    };
    runners.push(runner);
    signal.addEventListener('abort', () => runner.state === 'loading' && askToStop(), { once: true });
    if (!manualLoad) runner.becomeReady();
    return started.promise;
  }

  return {
    runners,
    alive: () => runners.filter(({ state }) => state !== 'gone'),
    runnerOf(alias) {
      const found = runners.findLast(({ plan }) => plan.alias === alias);
      if (found === undefined) throw new Error(`no runner of ${alias} was started`);
      return found;
    },
    start: (plan, { signal }) => start(plan, signal),
  };
}
