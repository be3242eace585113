import { constants } from 'node:fs';
import { chmod, chown, mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, delay, type Clock, type Log } from '#core';
import type { ContainerSpec, Docker, EngineInfo, Mount } from '#docker';
import { checkEffective, parseProps } from '../backends/effective-config.ts';
import { explainExit } from '../backends/explain-exit.ts';
import type { LineSink, LoadLimits } from '../backends/llama-cpp.ts';
import { llamaServerCommand } from '../backends/llama-server-command.ts';
import { waitUntilReady } from '../backends/readiness.ts';
import { parseRuntimeFlags } from '../backends/runtime-flags.ts';
import { getOverSocket } from '../backends/socket-http.ts';
import { vllmCommand } from '../backends/vllm-command.ts';
import { parseVllmModels } from '../backends/vllm-models.ts';
import type { Backend, RunnerExit, RunnerPlan, RunnerProcess, RuntimeImage } from '../types.ts';
import { containerSpec, containerUser, memoryLimit, modelLabel, ownerLabel, runnerLabel } from './container-spec.ts';
import { removeLeftovers } from './leftovers.ts';
import { containerSocket, modelMounts, planInside, socketFolder } from './model-mounts.ts';
import { ownerOf } from './run-to-end.ts';
import { startRunnerContainer } from './runner-container.ts';
import { hostGpus, localEngine } from './runtime-images.ts';

export interface ContainerBackendOptions {
  readonly docker: Pick<Docker, 'address' | 'info' | 'containers' | 'images'>;
  /** Home of the daemon; its containers are told apart by it. */
  readonly home: string;
  /** Folder of the runners' sockets. */
  readonly runDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly logSink?: ((label: string) => LineSink) | undefined;
  readonly limits?: Partial<Record<'llama.cpp' | 'vllm', LoadLimits>> | undefined;
}

export interface ContainerBackend extends Backend {
  /**
   * Takes away what a killed daemon of this home left on the Engine. Done once, before the first runner starts; a failure is
   * tried again then. @throws AppError `docker.*`
   */
  removeLeftovers(): Promise<void>;
}

/** vLLM imports PyTorch and compiles before it serves. */
const defaultLimits: Readonly<Record<'llama.cpp' | 'vllm', LoadLimits>> = {
  'llama.cpp': { baseMs: 90_000, bytesPerSecond: 20_000_000 },
  vllm: { baseMs: 900_000, bytesPerSecond: 20_000_000 },
};

/** Runs models in containers on the Engine of this machine: llama.cpp's server images and vLLM's. */
export function createContainerBackend(options: ContainerBackendOptions): ContainerBackend {
  const { docker, home, runDirectory, clock, log, logSink } = options;
  const limits = { ...defaultLimits, ...options.limits };
  let leftovers: Promise<void> | undefined;

  function reap(): Promise<void> {
    leftovers ??= removeLeftovers({ docker, home, runDirectory, log }).then(
      () => undefined,
      (error: unknown) => {
        leftovers = undefined;
        throw error;
      },
    );
    return leftovers;
  }

  async function launch(
    plan: RunnerPlan,
    { image, engine }: { image: RuntimeImage; engine: EngineInfo },
  ): Promise<RunnerProcess> {
    const folder = plan.socket.replace(/\.sock$/, '');
    const mounts = await modelMounts(plan);
    const user = await userFor(mounts, engine);
    const { threads, batchThreads } = plan.config;
    const spec: ContainerSpec = containerSpec({
      image,
      args: argsOf(plan, image),
      labels: {
        [ownerLabel]: ownerOf(home),
        [runnerLabel]: basename(folder).replace(/^runner-/, ''),
        [modelLabel]: plan.bundle.id,
      },
      user: `${user.uid}:${user.gid}`,
      mounts: [...mounts, { Type: 'bind', Source: folder, Target: socketFolder }],
      memoryBytes: memoryLimit(plan.estimatedBytes, image),
      cpus: Math.min(engine.cpus, Math.max(threads, batchThreads)),
      gpu: plan.config.gpu === 'none' ? {} : await hostGpus(engine),
    });
    await prepareFolder(folder, user);
    log.debug('runner container', { image: plan.runtime.path, args: spec.Cmd });
    const sink = logSink?.(`${plan.alias} (${plan.config.mode})`);
    try {
      return await startRunnerContainer({
        docker,
        spec,
        name: `gantry-${ownerOf(home)}-${basename(folder)}`,
        socket: join(folder, basename(containerSocket)),
        folder,
        clock,
        onLine: (line) => sink?.write(line),
      });
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async function becomeReady(runner: RunnerProcess, plan: RunnerPlan, signal: AbortSignal): Promise<void> {
    const backend = plan.runtime.image?.backend ?? 'llama.cpp';
    const { baseMs, bytesPerSecond } = limits[backend];
    const readiness = await waitUntilReady({
      probe: async (stop) =>
        (await getOverSocket(runner.socket, '/health', { timeoutMs: 2000, signal: stop })).status === 200,
      exited: runner.exited,
      clock,
      signal,
      limitMs: baseMs + (plan.bundle.weightBytes / bytesPerSecond) * 1000,
    });
    if (!readiness.ready) throw failure(plan, readiness.exit);
    await checkLimits(runner, plan, signal);
  }

  async function checkLimits(runner: RunnerProcess, plan: RunnerPlan, signal: AbortSignal): Promise<void> {
    const about = { alias: plan.alias, trainedContext: plan.bundle.header.trainedContext };
    const ask = async (path: string): Promise<string> => {
      try {
        return (await getOverSocket(runner.socket, path, { timeoutMs: 10_000, signal })).body;
      } catch (error) {
        // A connection that breaks means a runner that dies: its exit says why.
        const exit = await Promise.race([runner.exited, delay(1000, { clock, signal })]);
        throw exit ? failure(plan, exit) : error;
      }
    };
    if (plan.runtime.image?.backend === 'vllm') {
      const contextSize = parseVllmModels(await ask('/v1/models'));
      checkEffective(plan.config, { contextSize, parallel: plan.config.parallel }, about);
    } else checkEffective(plan.config, parseProps(await ask('/props')), about);
  }

  return {
    removeLeftovers: reap,
    async start(plan, { signal }) {
      signal.throwIfAborted();
      const { image } = plan.runtime;
      if (image === undefined) throw new AppError('internal', 'A runtime that is no image was to run in a container.');
      const engine = await localEngine(docker);
      await reap();
      signal.throwIfAborted();
      const runner = await launch(plan, { image, engine });
      try {
        await becomeReady(runner, plan, signal);
        log.info('runner ready', { model: plan.alias, pid: runner.pid, image: plan.runtime.path });
        return runner;
      } catch (error) {
        // Its memory must be free before anyone else loads.
        await runner.stop({ graceMs: 0 });
        if (signal.aborted) throw new AppError('request.aborted', 'Loading was cancelled.', { cause: error });
        throw error;
      }
    },
  };
}

function argsOf(plan: RunnerPlan, { backend }: RuntimeImage): readonly string[] {
  const inside = planInside(plan);
  if (backend === 'vllm') {
    const { bundle, draft, socket } = inside;
    return vllmCommand(plan, {
      model: bundle.directory ?? bundle.modelPath,
      draft: draft && (draft.directory ?? draft.modelPath),
      chatTemplate: bundle.chatTemplatePath,
      socket,
    }).args;
  }
  return llamaServerCommand(inside, parseRuntimeFlags(plan.config.runtimeFlags)).args;
}

/** The user of the container, who must be able to read what is mounted. */
async function userFor(
  mounts: readonly Mount[],
  { rootless }: Pick<EngineInfo, 'rootless'>,
): Promise<{ uid: number; gid: number }> {
  const modes = await Promise.all(mounts.map(async ({ Source = '' }) => (await stat(Source)).mode));
  return containerUser({
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    rootless,
    readableByAll: modes.every((mode) => (mode & constants.S_IROTH) !== 0),
  });
}

/** A folder that the container's user alone may enter, besides root. */
async function prepareFolder(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  // Only root can and must give it away; without root the user is this one already.
  if (process.getuid?.() === 0) await chown(folder, uid, gid);
}

function failure(plan: RunnerPlan, exit: RunnerExit): AppError {
  const { runtime, alias } = plan;
  return explainExit({ exit, runtime: { ...runtime, name: runtime.path }, alias, osRelease: '' });
}
