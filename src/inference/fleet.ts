import { join } from 'node:path';
import { AppError, formatSize, toAppError, type Clock, type Log } from '#core';
import type { Models } from '#models';
import { runnableFormats } from './backend-of.ts';
import type { Planned } from './plans.ts';
import type { SchedulerEvent } from './scheduler/types.ts';
import type { Backend, RunnerExit, RunnerProcess, Runtimes } from './types.ts';

export interface FleetDeps {
  readonly models: Pick<Models, 'bundle'>;
  readonly runtimes: Pick<Runtimes, 'select'>;
  readonly backend: Backend;
  readonly runDirectory: string;
  /** Whether answers of others want the processors that loading this runner uses. */
  readonly othersAnswer?: ((runner: number) => boolean) | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Starts and stops the processes the scheduler asks for and reports what became of them. Each runner ends in exactly one report. */
export interface Fleet {
  start(runner: number, planned: Planned): void;
  stop(runner: number): void;
  member(runner: number): Member | undefined;
  /** Resolves when the runner is gone. */
  gone(runner: number): Promise<void>;
  /** Resolves when nothing that was begun is still going on. */
  settled(): Promise<void>;
}

export interface Member {
  /** 16 hex digits, different from those of other daemons and earlier runs. */
  readonly id: string;
  readonly planned: Planned;
  readonly socket: string;
  /** Why it died; what its leases are told. */
  readonly failure: AppError | undefined;
  readonly pid: number | undefined;
  /** When its load began, monotonic. */
  readonly startedAt: number;
}

interface Entry {
  readonly id: string;
  readonly startedAt: number;
  readonly planned: Planned;
  readonly socket: string;
  readonly stopping: AbortController;
  process: RunnerProcess | undefined;
  failure: AppError | undefined;
  life: Promise<void>;
}

/** SIGTERM is honoured within a batch; a runner that needs longer hangs. */
const stopGraceMs = 5000;

/** What became of a runner. */
export type RunnerReport = SchedulerEvent & {
  readonly type: 'LoadFinished' | 'LoadFailed' | 'RunnerExited' | 'StopFinished';
};

export function createFleet(deps: FleetDeps, report: (event: RunnerReport) => void): Fleet {
  const { models, runtimes, backend, runDirectory, clock, log, othersAnswer } = deps;
  const entries = new Map<number, Entry>();
  // Two daemons may share a run folder for a moment, at a restart.
  const prefix = Math.floor(clock.now()).toString(16).slice(-8).padStart(8, '0');

  async function live(runner: number, entry: Entry): Promise<void> {
    const { signal } = entry.stopping;
    const at = (): number => clock.monotonic();
    try {
      const process = await load(entry, () => othersAnswer?.(runner) ?? false);
      if (!signal.aborted) {
        entry.process = process;
        log.info('runner loaded', { ...labels(entry), pid: process.pid, ms: Math.round(at() - entry.startedAt) });
        report({ type: 'LoadFinished', time: at(), runner });
        const exit = await Promise.race([process.exited, aborted(signal)]);
        if (exit !== undefined && !signal.aborted) {
          entry.failure = crashError(entry.planned, exit);
          log.warn('runner crashed', {
            ...labels(entry),
            code: exit.code,
            signal: exit.signal,
            output: exit.lastOutput,
          });
          finish(runner, { type: 'RunnerExited', time: at(), runner, error: entry.failure });
          return;
        }
      }
      await stopped(process, entry);
    } catch (thrown) {
      if (!signal.aborted) {
        const error = toAppError(thrown);
        log.warn('runner failed to load', { ...labels(entry), code: error.code, error: error.message, cause: thrown });
        finish(runner, { type: 'LoadFailed', time: at(), runner, error, retryable: mayPass(error) });
        return;
      }
    }
    finish(runner, { type: 'StopFinished', time: at(), runner });
  }

  async function load({ planned, socket, stopping }: Entry, answering: () => boolean): Promise<RunnerProcess> {
    const { config, alias, backend: backendName, bytes: estimatedBytes } = planned;
    const runtime = await runtimes.select(backendName);
    const bundle = await models.bundle(planned.modelId, { formats: runnableFormats });
    const draft =
      config.speculative && (await models.bundle(config.speculative.draftModel, { formats: runnableFormats }));
    const plan = { runtime, bundle, alias, config, estimatedBytes, socket, ...(draft && { draft }) };
    return await backend.start(plan, { signal: stopping.signal, othersAnswer: answering });
  }

  /** Its memory counts as taken until the process is gone, whatever stopping it says. */
  async function stopped(process: RunnerProcess, entry: Entry): Promise<void> {
    try {
      await process.stop({ graceMs: stopGraceMs });
    } catch (error) {
      log.error('runner does not stop', { ...labels(entry), pid: process.pid, error: toAppError(error).message });
      await process.exited;
    }
    log.info('runner stopped', labels(entry));
  }

  function finish(runner: number, event: RunnerReport): void {
    report(event);
    entries.delete(runner);
  }

  return {
    start(runner, planned) {
      const id = `${prefix}${runner.toString(16).padStart(8, '0')}`;
      const socket = join(runDirectory, `runner-${id}.sock`);
      const entry: Entry = {
        id,
        startedAt: clock.monotonic(),
        planned,
        socket,
        stopping: new AbortController(),
        process: undefined,
        failure: undefined,
        life: Promise.resolve(),
      };
      entries.set(runner, entry);
      log.info('runner loading', { ...labels(entry), bytes: planned.bytes, config: planned.config });
      entry.life = live(runner, entry);
    },
    stop(runner) {
      entries.get(runner)?.stopping.abort();
    },
    member(runner) {
      const entry = entries.get(runner);
      return entry && { ...entry, socket: entry.process?.socket ?? entry.socket, pid: entry.process?.pid };
    },
    gone: (runner) => entries.get(runner)?.life ?? Promise.resolve(),
    async settled() {
      await Promise.all([...entries.values()].map(({ life }) => life));
    },
  };
}

function labels({ id, planned }: Entry): { runner: string; model: string; mode: string } {
  return { runner: id, model: planned.alias, mode: planned.mode };
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** What a busy machine can cause may pass; a wrong model, flag or file will not. */
const passing = new Set<string | number>(['killed', 'crashed', 'unknown', 'socket']);

function mayPass({ code, params }: AppError): boolean {
  if (code === 'backend.crashed') return true;
  return code === 'backend.failed' && (params['reason'] === undefined || passing.has(params['reason']));
}

function crashError({ alias, mode }: Planned, { code, signal, lastOutput, memoryLimitBytes }: RunnerExit): AppError {
  if (memoryLimitBytes !== undefined) {
    const limit = formatSize(memoryLimitBytes);
    return new AppError(
      'backend.crashed',
      `The runner of ${alias} wanted more than the ${limit} its container may use.`,
      {
        hint: 'Use a smaller context or fewer parallel requests. Then try again.',
        params: { reason: 'container_memory', model: alias, mode, limit, lastOutput: lastOutput.slice(-1024) },
      },
    );
  }
  const killed = signal === 'SIGKILL';
  const how = signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`;
  return new AppError('backend.crashed', `The runner of ${alias} died with ${how}.`, {
    hint: killed
      ? 'The system may have run out of memory: use a smaller context or fewer parallel requests. Then try again.'
      : 'Try again: it is started anew. If it dies again, see: gantry logs',
    params: {
      reason: killed ? 'killed' : 'crashed',
      model: alias,
      mode,
      how,
      lastOutput: lastOutput.slice(-1024),
    },
  });
}
