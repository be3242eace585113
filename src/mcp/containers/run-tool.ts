import type { Clock } from '#core';
import type { Cancel } from '#docker';
import type { ContainerLaunch, JsonObject } from '../types.ts';
import { createErrorOutput } from './error-output.ts';
import { inPhase, serverFailed } from './failures.ts';
import { ensureImage, type ServerImages } from './images.ts';
import { startContainer, type StartDeps } from './start-container.ts';

export interface ToolLimits {
  readonly outputBytes: number;
  readonly runMs: number;
}

export interface ToolDeps {
  readonly start: StartDeps;
  readonly images: Omit<ServerImages, 'docker'>;
  readonly limits: ToolLimits;
}

export interface ToolRun extends Cancel {
  readonly session?: string | undefined;
  /** A line of its standard error, or about its start. */
  readonly log: (line: string) => void;
}

/**
 * Runs a tool that is a container, and resolves with what `tools/call` answers: its standard output; an exit code other than 0
 * makes it an error, with what it wrote to standard error. @throws AppError `mcp.server_failed`
 */
export async function runTool(
  deps: ToolDeps,
  plan: ContainerLaunch,
  { session, log, signal }: ToolRun,
): Promise<JsonObject> {
  const { start, images, limits } = deps;
  const { clock } = start;
  const { server } = plan;
  const image = await inPhase({ server, phase: 'image', limitMs: start.limits.imageMs, clock, signal }, (within) =>
    ensureImage({ docker: start.docker, ...images }, { server, image: plan.image, onProgress: log, signal: within }),
  );
  const container = await startContainer(start, plan, {
    image,
    // A tool runs once: nothing can be learned from a first try.
    readOnlyRoot: plan.readOnlyRoot === 'on',
    session,
    kind: 'tool',
    onNote: log,
    signal,
  });
  const outcome = collect(container.attachment.output, {
    clock,
    log: (line) => log(container.redact(line)),
    maxBytes: limits.outputBytes,
  });
  let stopped: 'cancelled' | 'late' | undefined;
  const stop = (reason: 'cancelled' | 'late') => (): void => {
    stopped ??= reason;
    void container.remove();
  };
  const onAbort = stop('cancelled');
  const cancelLimit = clock.schedule(limits.runMs, stop('late'));
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    const { text, errors, isTooLong } = await outcome;
    if (isTooLong) await container.remove();
    const code = await container.gone;
    if (stopped === 'cancelled') signal?.throwIfAborted();
    if (stopped === 'late') throw tooLate(server, limits.runMs);
    if (isTooLong) throw tooMuch(server, limits.outputBytes);
    if (code === 0) return { content: [{ type: 'text', text }] };
    const said = errors === '' ? '' : `\n${errors}`;
    return {
      content: [{ type: 'text', text: `${text}${said}\n(exit code ${code ?? 'unknown'})`.trimStart() }],
      isError: true,
    };
  } finally {
    cancelLimit();
    signal?.removeEventListener('abort', onAbort);
    container.attachment.close();
  }
}

interface Collected {
  readonly text: string;
  readonly errors: string;
  readonly isTooLong: boolean;
}

async function collect(
  output: AsyncIterable<{ stream: 'stdout' | 'stderr'; bytes: Buffer }>,
  { clock, log, maxBytes }: { clock: Clock; log: (line: string) => void; maxBytes: number },
): Promise<Collected> {
  const chunks: Buffer[] = [];
  let size = 0;
  let errors = '';
  const errorOutput = createErrorOutput({
    clock,
    onLine(line) {
      errors = `${errors}${line}\n`.slice(-4000);
      log(line);
    },
  });
  for await (const { stream, bytes } of output) {
    if (stream === 'stderr') errorOutput.write(bytes);
    else {
      size += bytes.length;
      if (size > maxBytes) return { text: '', errors, isTooLong: true };
      chunks.push(bytes);
    }
  }
  errorOutput.end();
  return { text: Buffer.concat(chunks).toString('utf8'), errors: errors.trimEnd(), isTooLong: false };
}

function tooMuch(server: string, maxBytes: number): Error {
  return serverFailed(server, {
    phase: 'run',
    reason: 'message_size',
    sentence: `${server} wrote more than ${Math.round(maxBytes / 1024 ** 2)} MiB and was ended.`,
    hint: 'Ask it for less at once.',
    params: { mebibytes: Math.round(maxBytes / 1024 ** 2) },
  });
}

function tooLate(server: string, runMs: number): Error {
  return serverFailed(server, {
    phase: 'run',
    reason: 'timeout_run',
    sentence: `${server} did not end within ${Math.round(runMs / 1000)} s and was ended.`,
    params: { seconds: Math.round(runMs / 1000) },
  });
}
