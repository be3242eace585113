import { rm } from 'node:fs/promises';
import { AppError, deferred, delay, toAppError, type Clock } from '#core';
import type { Attachment, ContainerSpec, Docker } from '#docker';
import { createLineRing, createOutputLines } from '../backends/output-lines.ts';
import type { RunnerExit, RunnerProcess } from '../types.ts';

export interface ContainerStart {
  readonly docker: Pick<Docker, 'containers'>;
  readonly spec: ContainerSpec;
  readonly name: string;
  /** Where the runner listens, on this machine; its folder is the runner's own and goes with it. */
  readonly socket: string;
  readonly folder: string;
  readonly clock: Clock;
  readonly onLine: (line: string) => void;
}

const keptLines = 60;
/** The end of the output is waited for no longer than this. */
const drainMs = 1000;
const retryMs = 1000;
/** After SIGKILL only the kernel or the Engine can be in the way. */
const unkillableMs = 15_000;

/**
 * Creates and starts a container; it is taken away when it has ended, however it went.
 * @throws AppError `docker.*` when it cannot be started at all; then nothing of it is left
 */
export async function startRunnerContainer(start: ContainerStart): Promise<RunnerProcess> {
  const { docker, spec, name, socket, folder, clock, onLine } = start;
  const { containers } = docker;
  // Nothing here can be cancelled: a container that the Engine makes after we stopped listening would be nobody's.
  const id = await containers.create(spec, { name });
  const ring = createLineRing(keptLines);
  let attached: Attachment | undefined;
  let output: Promise<void>;
  let pid: number;
  try {
    attached = await containers.attach(id);
    output = readLines(attached, (line) => {
      ring.add(line);
      onLine(line);
    });
    await containers.start(id);
    pid = (await containers.inspect(id)).state.pid;
  } catch (error) {
    attached?.close();
    await cleanUp();
    throw error;
  }

  async function cleanUp(): Promise<void> {
    await containers.remove(id).catch(() => undefined);
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }

  /** An Engine that restarts may leave containers running; its silence ends nothing. */
  async function ended(): Promise<{ code: number | null; oomKilled: boolean }> {
    for (;;) {
      try {
        const code = await containers.wait(id);
        const { state } = await containers.inspect(id);
        return { code, oomKilled: state.oomKilled };
      } catch (error) {
        if (toAppError(error).code === 'docker.not_found') return { code: null, oomKilled: false };
        await delay(retryMs, { clock });
      }
    }
  }

  const exited = (async (): Promise<RunnerExit> => {
    const { code, oomKilled } = await ended();
    const drained = new AbortController();
    await Promise.race([output, delay(drainMs, { clock, signal: drained.signal }).catch(() => undefined)]);
    drained.abort();
    attached.close();
    await cleanUp();
    const memoryLimitBytes = oomKilled ? spec.HostConfig?.Memory : undefined;
    return { ...exitOf(code), lastOutput: ring.text(), ...(memoryLimitBytes !== undefined && { memoryLimitBytes }) };
  })();

  return {
    pid,
    socket,
    exited,
    async stop({ graceMs }) {
      const stuck = deferred<'stuck'>();
      const cancel = clock.schedule(graceMs + unkillableMs, () => stuck.resolve('stuck'));
      const asked =
        graceMs > 0
          ? containers.stop(id, { graceSeconds: Math.ceil(graceMs / 1000) })
          : containers.kill(id, { signalName: 'SIGKILL' });
      // One that is gone, or that only the Engine's return can end: `exited` tells.
      asked.catch(() => undefined);
      const end = await Promise.race([exited, stuck.promise]);
      cancel();
      if (end === 'stuck') {
        throw new AppError('backend.failed', `The container ${name} does not end, even when killed.`, {
          hint: 'The Docker Engine or a driver is stuck; look at: docker ps',
          params: { reason: 'unkillable_container', container: name },
        });
      }
    },
  };
}

async function readLines({ output }: Attachment, onLine: (line: string) => void): Promise<void> {
  const lines = { stdout: createOutputLines(onLine), stderr: createOutputLines(onLine) };
  try {
    for await (const { stream, bytes } of output) lines[stream].push(bytes);
  } catch {
    // The Engine went away; what it said is what there is.
  }
  lines.stdout.end();
  lines.stderr.end();
}

const signals: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

/** The Engine tells a signal as 128 and its number. */
export function exitOf(code: number | null): Pick<RunnerExit, 'code' | 'signal'> {
  const signal = code === null || code <= 128 ? undefined : signals[code - 128];
  return signal === undefined ? { code, signal: null } : { code: null, signal };
}
