import type { RpcMessage } from '../types.ts';
import { readMessage, rpcCodes } from './messages.ts';

export interface DecoderOptions {
  /** A message may have this many bytes. */
  readonly maxBytes: number;
  readonly message: (message: RpcMessage) => void;
  /** A line that is not a message: what programs print where only messages belong. Bounded. */
  readonly stray: (line: string) => void;
  /** A message over the limit whose sender cannot be told by an error, because its id was not found. */
  readonly tooLarge: (sizeBytes: number) => void;
}

export interface MessageDecoder {
  push(chunk: Buffer): void;
  /** Bytes of a message that is not complete. */
  pendingBytes(): number;
}

const newline = 0x0a;
const strayChars = 2000;
const edgeBytes = 512;

/**
 * Messages, one on a line. What goes over the limit is thrown away as it comes; where its edges tell which request it answers,
 * that request gets an error that names the size, so that nobody waits for it.
 */
export function createMessageDecoder({ maxBytes, message, stray, tooLarge }: DecoderOptions): MessageDecoder {
  let parts: Buffer[] = [];
  let pending = 0;
  let dropped: { head: string; tail: Buffer; sizeBytes: number } | undefined;

  function line(text: string): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    let value: unknown;
    try {
      value = JSON.parse(trimmed);
    } catch {
      stray(trimmed.slice(0, strayChars));
      return;
    }
    const read = readMessage(value);
    if ('invalid' in read) stray(trimmed.slice(0, strayChars));
    else message(read);
  }

  function keep(piece: Buffer): void {
    if (piece.length === 0) return;
    if (dropped) {
      dropped.sizeBytes += piece.length;
      dropped.tail = Buffer.from(Buffer.concat([dropped.tail, piece.subarray(-edgeBytes)]).subarray(-edgeBytes));
      return;
    }
    parts.push(piece);
    pending += piece.length;
    if (pending <= maxBytes) return;
    const all = parts.length === 1 ? piece : Buffer.concat(parts);
    dropped = {
      head: all.toString('utf8', 0, edgeBytes),
      tail: Buffer.from(all.subarray(-edgeBytes)),
      sizeBytes: pending,
    };
    parts = [];
    pending = 0;
  }

  function finish(): void {
    if (dropped) {
      const { head, tail, sizeBytes } = dropped;
      dropped = undefined;
      const id = answeredId(head, tail.toString('utf8'));
      if (id === undefined) tooLarge(sizeBytes);
      else message({ jsonrpc: '2.0', id, error: tooLargeError(sizeBytes, maxBytes) });
      return;
    }
    const text = parts.length === 1 ? String(parts[0]) : Buffer.concat(parts).toString('utf8');
    parts = [];
    pending = 0;
    line(text);
  }

  return {
    push(chunk) {
      let start = 0;
      for (;;) {
        const end = chunk.indexOf(newline, start);
        if (end === -1) break;
        if (pending === 0 && !dropped && end - start <= maxBytes) line(chunk.toString('utf8', start, end));
        else {
          keep(chunk.subarray(start, end));
          finish();
        }
        start = end + 1;
      }
      keep(start === 0 ? chunk : chunk.subarray(start));
    },
    pendingBytes: () => pending,
  };
}

/** Our requests have whole numbers as ids, and libraries write the id first or last. */
function answeredId(head: string, tail: string): number | undefined {
  const found =
    /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15})\s*,/.exec(head) ??
    /,\s*"id"\s*:\s*(\d{1,15})\s*\}\s*$/.exec(tail);
  return found?.[1] === undefined ? undefined : Number(found[1]);
}

export function tooLargeError(sizeBytes: number, maxBytes: number): { code: number; message: string } {
  const mib = (bytes: number): string => `${Math.round((bytes / 1_048_576) * 10) / 10} MiB`;
  return {
    code: rpcCodes.internal,
    message: `The server's answer has ${mib(sizeBytes)}; at most ${mib(maxBytes)} are passed on.`,
  };
}
