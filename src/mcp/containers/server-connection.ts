import { type AppError, type Clock, type Log } from '#core';
import type { ConnectionEvents, RpcMessage, ServerConnection } from '../types.ts';
import { createErrorOutput, printable } from './error-output.ts';
import { serverFailed } from './failures.ts';
import { createLineReader } from './line-reader.ts';
import type { StartedContainer } from './start-container.ts';

export interface ConnectionLimits {
  /** Of one message from a server. */
  readonly messageBytes: number;
  /** What may wait for a server that does not read. */
  readonly unreadBytes: number;
  /** From the end of its input to SIGTERM, and from there to SIGKILL. */
  readonly endMs: number;
  readonly termMs: number;
}

export interface ConnectionOptions {
  readonly server: string;
  readonly events: ConnectionEvents;
  readonly limits: ConnectionLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** Each line as it came, messages too. */
  readonly onRaw?: ((line: string) => void) | undefined;
}

/** Messages to and from a container that runs: a line of JSON each. */
export function connectServer(container: StartedContainer, options: ConnectionOptions): ServerConnection {
  const { server, events, limits, clock, onRaw } = options;
  const { input, output } = container.attachment;
  let failure: AppError | undefined;
  let lastLines: readonly string[] = [];
  let ending: Promise<void> | undefined;
  let isOver = false;
  /** Nobody is waited for any more: it is gone, or is to go. */
  let isFinal = false;
  let goOn: (() => void) | undefined;

  const hear = (said: string): void => {
    const line = container.redact(said);
    lastLines = [...lastLines.slice(-29), line];
    onRaw?.(line);
    events.log(line);
  };
  const errors = createErrorOutput({ clock, onLine: hear });

  function receive(line: string): void {
    if (line.trim() === '') return;
    const messages = messagesIn(line);
    if (messages === undefined) return hear(printable(line).slice(0, 2000));
    onRaw?.(line);
    for (const message of messages) events.message(message);
  }

  const readLines = createLineReader({
    maxBytes: limits.messageBytes,
    onLine: receive,
    onTooLong: () =>
      fail(
        serverFailed(server, {
          phase: 'run',
          reason: 'message_size',
          sentence: `${server} sent a message of more than ${Math.round(limits.messageBytes / 1024 ** 2)} MiB and was ended.`,
          hint: 'Ask it for less at once.',
          params: { mebibytes: Math.round(limits.messageBytes / 1024 ** 2) },
        }),
      ),
  });

  function fail(error: AppError): void {
    failure ??= error;
    finish();
    void container.remove();
  }

  function finish(): void {
    isFinal = true;
    goOn?.();
  }

  /** While who is told cannot keep up, nothing more is read, and the server has to wait in turn. */
  async function uncongested(): Promise<void> {
    const congestion = isFinal ? undefined : events.congestion?.();
    if (!congestion) return;
    await new Promise<void>((resolve) => {
      goOn = resolve;
      congestion.then(resolve, resolve);
    });
    goOn = undefined;
  }

  async function read(): Promise<void> {
    try {
      for await (const { stream, bytes } of output) {
        if (stream === 'stderr') errors.write(bytes);
        else if (!failure) {
          readLines(bytes);
          await uncongested();
        }
      }
    } catch (error) {
      options.log.debug('the output of a server broke off', { server, error });
    }
    errors.end();
    const code = await ended();
    isOver = true;
    events.closed(failure ?? (ending ? undefined : endedBy(code)));
  }

  /** Its output is over, and so is it, or soon will be. */
  async function ended(): Promise<number | undefined> {
    const cancel = clock.schedule(limits.termMs, () => void container.remove());
    try {
      return await container.gone;
    } finally {
      cancel();
    }
  }

  function endedBy(code: number | undefined): AppError {
    const telling = tellingOf(lastLines);
    const why = telling === '' ? '' : `: ${telling.slice(0, 300)}`;
    const words =
      code === undefined
        ? 'ended'
        : code === 137
          ? 'was killed, which happens at its limit of memory'
          : `ended with code ${code}`;
    return serverFailed(server, {
      phase: 'run',
      reason: code === 137 ? 'killed' : 'ended',
      sentence: `${server} ${words}${why}`,
      params: { exitCode: code ?? 'unknown', detail: telling.slice(0, 300) },
      hint: code === 137 ? 'Give it more with: gantry mcp gateway run --memory 4Gb' : undefined,
    });
  }

  async function end(): Promise<void> {
    finish();
    input.end();
    const cancels = [
      clock.schedule(limits.endMs, () => void container.kill('SIGTERM')),
      clock.schedule(limits.endMs + limits.termMs, () => void container.remove()),
    ];
    await container.gone.catch(() => undefined);
    for (const cancel of cancels) cancel();
    await reading;
    container.attachment.close();
  }

  input.on('error', () => undefined);
  container.gone.then(finish, finish);
  const reading = read();
  return {
    send(message) {
      if (isOver || ending || failure) return;
      input.write(`${JSON.stringify(message)}\n`);
      if (writableLength(input) <= limits.unreadBytes) return;
      fail(
        serverFailed(server, {
          phase: 'run',
          reason: 'not_reading',
          sentence: `${server} does not read what it is sent and was ended.`,
        }),
      );
    },
    close() {
      ending ??= end();
      return ending;
    },
  };
}

/** The line that most likely says why it ended: runtimes write stacks and their version after it. */
function tellingOf(lines: readonly string[]): string {
  const isTelling = (line: string): boolean =>
    /^\S*\s?\S*(error|exception|fatal|panic|cannot|failed|denied)/i.test(line);
  return (lines.findLast(isTelling) ?? lines.at(-1) ?? '').trim();
}

function writableLength(stream: NodeJS.WritableStream): number {
  return 'writableLength' in stream && typeof stream.writableLength === 'number' ? stream.writableLength : 0;
}

/** Undefined for a line that is no message: servers write all kinds of things to standard output. */
function messagesIn(line: string): readonly RpcMessage[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.every(isMessage) && all.length > 0 ? all : undefined;
}

function isMessage(value: unknown): value is RpcMessage {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value && value.jsonrpc === '2.0';
}
