import { createHash } from 'node:crypto';
import { AppError } from '#core';
import type { ContainerSpec, Docker } from '#docker';
import type { ProgramResult } from '../runtimes/run-program.ts';

/** Whose containers these are; tells daemons of several homes apart. */
export function ownerOf(home: string): string {
  return createHash('sha256').update(home).digest('hex').slice(0, 12);
}

const maxOutputBytes = 1 << 20;

/** Runs a short program in a container and takes the container away. @throws AppError `docker.*` */
export async function runToEnd(
  { containers }: Pick<Docker, 'containers'>,
  spec: ContainerSpec,
  { signal }: { signal: AbortSignal },
): Promise<ProgramResult> {
  const id = await containers.create({ ...spec, AttachStdout: true, AttachStderr: true });
  try {
    signal.throwIfAborted();
    const attached = await containers.attach(id, { signal });
    const output = { stdout: '', stderr: '' };
    const reading = (async () => {
      for await (const { stream, bytes } of attached.output) {
        if (output[stream].length < maxOutputBytes) output[stream] += bytes.toString('utf8');
      }
    })();
    try {
      await containers.start(id, { signal });
      const code = await containers.wait(id, { signal });
      await reading;
      return { code, signal: null, ...output, timedOut: false, startError: undefined };
    } finally {
      attached.close();
      await reading.catch(() => undefined);
    }
  } catch (error) {
    if (error instanceof AppError || !signal.aborted) throw error;
    throw new AppError('docker.failed', 'The container did not end in time.', {
      params: { reason: 'timeout' },
      cause: error,
    });
  } finally {
    await containers.remove(id).catch(() => undefined);
  }
}
