import { chmod, mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, delay, type Clock, type Env, type Log } from '#core';
import type { Backend, RunnerExit, RunnerPlan, RunnerProcess } from '../types.ts';
import { createRunProgram } from '../runtimes/run-program.ts';
import { checkEffective, parseProps } from './effective-config.ts';
import { runtimeEnvironment } from './environment.ts';
import { explainExit } from './explain-exit.ts';
import { findGuard } from './find-guard.ts';
import { giveWay } from './give-way.ts';
import type { Command, Guard } from './guard.ts';
import { writeLauncher } from './launcher.ts';
import { llamaServerCommand } from './llama-server-command.ts';
import { waitUntilReady } from './readiness.ts';
import { startRunnerProcess, type LocalProcess } from './runner-process.ts';
import { parseRuntimeFlags } from './runtime-flags.ts';
import { getOverSocket } from './socket-http.ts';
import { withShortSpinning } from './spinning.ts';
import { xllamacppCommand } from './xllamacpp-command.ts';

/** Takes the lines a runner writes. */
export interface LineSink {
  write(line: string): void;
}

export interface LlamaCppOptions {
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
  /** Text of /etc/os-release, for hints; empty where there is none. */
  readonly osRelease?: string | undefined;
  /** Where the output of one runner goes; its label is the alias and the mode. */
  readonly logSink?: ((label: string) => LineSink) | undefined;
  readonly limits?: Partial<LoadLimits> | undefined;
  /** How runners are tied to this process; found out when not given. */
  readonly guard?: Guard | undefined;
}

/** How long a load may take: a fixed part, and the time to read the weights from a slow disk. */
export interface LoadLimits {
  readonly baseMs: number;
  readonly bytesPerSecond: number;
}

const defaultLimits: LoadLimits = { baseMs: 60_000, bytesPerSecond: 20_000_000 };

/** Runs models with llama.cpp, through whichever runtime the plan names. */
export function createLlamaCppBackend(options: LlamaCppOptions): Backend {
  const { env, clock, log, osRelease = '', logSink } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const environment = runtimeEnvironment(env);
  let guard: Promise<Guard> | undefined;
  const guardOf = (): Promise<Guard> =>
    (guard ??= options.guard
      ? Promise.resolve(options.guard)
      : findGuard({ env, programEnv: environment, run: createRunProgram(clock), platform: process.platform }));

  async function launch(plan: RunnerPlan): Promise<LocalProcess> {
    const command = await commandOf(plan);
    await prepareSocket(plan.socket);
    const sink = logSink?.(`${plan.alias} (${plan.config.mode})`);
    const startedWith = await guardOf();
    log.debug('runner start', { runtime: plan.runtime.name, command: command.command, args: command.args });
    return startRunnerProcess({
      command,
      socket: plan.socket,
      env: withShortSpinning(environment),
      guard: startedWith,
      clock,
      onLine: (line) => sink?.write(line),
    });
  }

  async function becomeReady(runner: RunnerProcess, plan: RunnerPlan, waiting: Waiting): Promise<void> {
    const { signal, pausedMs } = waiting;
    const startedAt = clock.monotonic();
    const readiness = await waitUntilReady({
      probe: async (stop) =>
        (await getOverSocket(plan.socket, '/health', { timeoutMs: 2000, signal: stop })).status === 200,
      exited: runner.exited,
      clock,
      signal,
      limitMs: limits.baseMs + (plan.bundle.weightBytes / limits.bytesPerSecond) * 1000,
      pausedMs,
    });
    if (!readiness.ready) throw failure(plan, readiness.exit);
    const props = await effectiveLimits(runner, plan, signal);
    checkEffective(plan.config, props, { alias: plan.alias, trainedContext: plan.bundle.header.trainedContext });
    log.info('runner ready', { model: plan.alias, pid: runner.pid, ms: Math.round(clock.monotonic() - startedAt) });
  }

  async function effectiveLimits(
    runner: RunnerProcess,
    plan: RunnerPlan,
    signal: AbortSignal,
  ): Promise<ReturnType<typeof parseProps>> {
    try {
      return parseProps((await getOverSocket(plan.socket, '/props', { timeoutMs: 10_000, signal })).body);
    } catch (error) {
      if (error instanceof AppError) throw error;
      // A connection that breaks means a runner that dies: its exit says why.
      const exit = await Promise.race([runner.exited, delay(1000, { clock, signal })]);
      throw exit ? failure(plan, exit) : error;
    }
  }

  function failure(plan: RunnerPlan, exit: RunnerExit): AppError {
    return explainExit({ exit, runtime: plan.runtime, alias: plan.alias, osRelease });
  }

  return {
    async start(plan, { signal, othersAnswer = () => false }) {
      signal.throwIfAborted();
      if (plan.bundle.config.format !== 'gguf') throw unsupportedFormat(plan);
      const runner = await launch(plan);
      const givingWay = giveWay({ isWanted: othersAnswer, send: (name) => runner.send(name), clock });
      try {
        await becomeReady(runner, plan, { signal, pausedMs: () => givingWay.pausedMs() });
        return runner;
      } catch (error) {
        // Nothing is served yet, so there is nothing to finish; its memory must be free before anyone else loads.
        await runner.stop({ graceMs: 0 });
        if (signal.aborted) throw new AppError('request.aborted', 'Loading was cancelled.', { cause: error });
        throw withModel(error, plan);
      } finally {
        givingWay.end();
      }
    },
  };
}

interface Waiting {
  readonly signal: AbortSignal;
  readonly pausedMs: () => number;
}

async function commandOf(plan: RunnerPlan): Promise<Command> {
  const flags = parseRuntimeFlags(plan.config.runtimeFlags);
  if (plan.runtime.name === 'llama-server') return llamaServerCommand(plan, flags);
  const { interpreter, path } = plan.runtime;
  if (!interpreter) {
    throw new AppError('runtime.not_installed', 'The xllamacpp runtime has no Python to run it.', {
      hint: 'Install it again: gantry runtime install xllamacpp',
      params: { reason: 'no_interpreter' },
    });
  }
  return xllamacppCommand(plan, { flags, interpreter, launcher: await writeLauncher(path) });
}

async function prepareSocket(socket: string): Promise<void> {
  const folder = dirname(socket);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  await rm(socket, { force: true });
}

function unsupportedFormat({ alias, bundle }: RunnerPlan): AppError {
  const { format } = bundle.config;
  return new AppError('model.unsupported', `${alias} has the format ${format}; llama.cpp serves GGUF models only.`, {
    hint: 'Pull a GGUF version of this model.',
    params: { reason: 'format', model: alias, format },
  });
}

function withModel(error: unknown, { alias, bundle }: RunnerPlan): unknown {
  if (!(error instanceof AppError) || error.code !== 'inference.timeout') return error;
  return new AppError(error.code, `${alias} was not ready after ${error.params['seconds']} s.`, {
    hint: error.hint,
    params: { ...error.params, model: alias, sizeBytes: bundle.weightBytes },
    cause: error,
  });
}
