import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errorCodeOf } from './errors.ts';
import type { Clock } from './clock.ts';

export interface RotatingFile {
  /** Appends one line; it reaches the disk within `flushMs`. */
  write(line: string): void;
  flush(): void;
  /** Other limits from now on; files beyond them go. */
  limit(limits: { readonly maxBytes: number; readonly maxFiles: number }): void;
  close(): void;
}

export interface RotatingFileOptions {
  readonly directory: string;
  /** `gantry` gives gantry.log, gantry.log.1 (the one before), gantry.log.2 … */
  readonly name: string;
  readonly maxBytes: number;
  /** Files kept, the current one included. */
  readonly maxFiles: number;
  readonly clock: Clock;
}

const flushMs = 100;
const flushBytes = 64 * 1024;

/**
 * A log file of bounded size. Lines are written in batches by one synchronous call, so that nothing is lost or out of
 * order at exit. A disk that refuses (full, gone) costs lines, never the process; the next line that fits says how many.
 */
export function createRotatingFile(options: RotatingFileOptions): RotatingFile {
  const { directory, name, clock } = options;
  let { maxBytes, maxFiles } = options;
  const pathOf = (index: number): string => join(directory, index === 0 ? `${name}.log` : `${name}.log.${index}`);
  let file: { fd: number; bytes: number } | undefined;
  let pending: string[] = [];
  let pendingBytes = 0;
  let lost = 0;
  let closed = false;
  let cancelFlush: (() => void) | undefined;

  const open = (): { fd: number; bytes: number } => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const fd = openSync(pathOf(0), 'a', 0o600);
    return { fd, bytes: fstatSync(fd).size };
  };
  const closeFile = (): void => {
    if (file) closeSync(file.fd);
    file = undefined;
  };
  const rotate = (): void => {
    closeFile();
    rmSync(pathOf(maxFiles - 1), { force: true });
    for (let index = maxFiles - 2; index >= 0; index -= 1) {
      try {
        renameSync(pathOf(index), pathOf(index + 1));
      } catch (error) {
        if (errorCodeOf(error) !== 'ENOENT') throw error;
      }
    }
  };
  const append = (text: string): void => {
    const data = Buffer.from(text);
    file ??= open();
    if (file.bytes > 0 && file.bytes + data.length > maxBytes) {
      rotate();
      file = open();
    }
    for (let offset = 0; offset < data.length;) offset += writeSync(file.fd, data, offset);
    file.bytes += data.length;
  };

  const flush = (): void => {
    cancelFlush?.();
    cancelFlush = undefined;
    const lines = pending;
    pending = [];
    pendingBytes = 0;
    // A batch is cut where the file is full, so that no file grows past its limit by more than one line.
    let batch = '';
    let room = maxBytes - (file?.bytes ?? 0);
    let written = 0;
    let batched = 0;
    try {
      if (lost > 0 && lines.length > 0) {
        append(
          `${JSON.stringify({ time: new Date(clock.now()).toISOString(), level: 'warn', msg: 'log lines lost', lines: lost })}\n`,
        );
        lost = 0;
      }
      for (const line of lines) {
        const bytes = Buffer.byteLength(line) + 1;
        if (batch && bytes > room) {
          append(batch);
          written += batched;
          batch = '';
          batched = 0;
          room = maxBytes;
        }
        batch += `${line}\n`;
        batched += 1;
        room -= bytes;
      }
      if (batch) append(batch);
    } catch {
      // Where would a log report its own failure? Counted, and said once the disk takes lines again.
      lost += lines.length - written;
      file = undefined;
    }
  };

  return {
    write(line) {
      if (closed) return;
      pending.push(line);
      pendingBytes += line.length;
      if (pendingBytes >= flushBytes) flush();
      else cancelFlush ??= clock.schedule(flushMs, flush);
    },
    flush,
    limit(limits) {
      for (let index = limits.maxFiles; index < maxFiles; index += 1) rmSync(pathOf(index), { force: true });
      ({ maxBytes, maxFiles } = limits);
    },
    close() {
      if (closed) return;
      flush();
      closed = true;
      closeFile();
    },
  };
}
