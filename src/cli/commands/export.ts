import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, errorCodeOf, formatSize } from '#core';
import { modelPath } from '../client/model-path.ts';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import { startSpinner } from '../output/spinner.ts';
import { usageError } from '../usage-error.ts';

export interface ExportOptions {
  readonly output?: string;
  readonly json?: boolean;
}

/** Writes a model as a tar archive. A file gets its name only when all of it is there. */
export async function exportModel(context: CliContext, model: string, options: ExportOptions): Promise<number> {
  const { t, stdout } = context;
  const file = options.output === '-' ? undefined : options.output;
  if (file === undefined && (stdout.isTTY || options.json)) throw usageError(t('export.needsFile'));
  const daemon = await context.daemon();
  const response = await daemon.stream({ path: modelPath(model, { action: 'export' }) });
  const name = printableLine(model);
  let sizeBytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  const spinner = startSpinner(() => t('export.writing', { name, size: formatSize(sizeBytes) }), {
    output: context.stderr,
    clock: context.clock,
  });
  try {
    if (file === undefined) await pipeline(response.bytes, count, toOutput(stdout));
    else await writeWhole(file, { t, write: (part) => pipeline(response.bytes, count, createWriteStream(part)) });
  } finally {
    spinner.stop();
  }
  if (options.json) context.printJson({ model, file, size_bytes: sizeBytes });
  else if (file !== undefined) context.notice(t('export.done', { name, file, size: formatSize(sizeBytes) }));
  return 0;
}

async function writeWhole(
  file: string,
  { t, write }: { t: CliContext['t']; write: (part: string) => Promise<void> },
): Promise<void> {
  const part = `${file}.${process.pid}.partial`;
  try {
    await write(part);
    await rename(part, file);
  } catch (cause) {
    await rm(part, { force: true });
    if (cause instanceof AppError) throw cause;
    const reason = errorCodeOf(cause);
    if (reason === undefined) throw cause;
    const code = reason === 'ENOSPC' || reason === 'EDQUOT' ? 'store.disk_full' : 'request.invalid';
    throw new AppError(code, t('export.failed', { file, reason }), { params: { file, reason }, cause });
  }
}

/** Standard output is not ours to close. */
function toOutput(output: NodeJS.WritableStream): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      output.write(chunk, (error) => done(error));
    },
  });
}
