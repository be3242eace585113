import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { AppError, errorCodeOf } from '#core';
import { modelPath } from '../client/model-path.ts';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import { followProgress } from '../progress/follow.ts';
import { usageError } from '../usage-error.ts';
import { shortId } from './list.ts';
import { displayName, splitTag } from './model-name.ts';

export interface LoadOptions {
  readonly tag?: string;
  readonly json?: boolean;
}

export async function load(context: CliContext, file: string | undefined, options: LoadOptions): Promise<number> {
  const { t } = context;
  const upload = await openArchive(context, file);
  try {
    const daemon = await context.daemon();
    const path = '/models/load';
    const headers = { 'content-type': 'application/x-tar' };
    const response = await daemon.stream({ method: 'POST', path, headers, upload });
    const loaded = await followProgress(response, context, { path, label: file ?? 'tar' });
    const { tag } = options;
    if (tag !== undefined && loaded.id !== undefined) {
      const { repository, tagName } = splitTag(tag);
      const query = `repo=${encodeURIComponent(repository)}&tag=${encodeURIComponent(tagName)}`;
      await daemon.text({ method: 'POST', path: modelPath(loaded.id, { action: 'tag', query }) });
    }
    const name = tag ?? loaded.tag;
    if (options.json) context.printJson({ id: loaded.id, tag: name, message: loaded.message });
    else {
      const called = name === undefined ? shortId(loaded.id ?? '') : displayName(name);
      context.print(`${t('load.done', { name: printableLine(called) })}\n`);
    }
    return 0;
  } finally {
    upload.destroy();
  }
}

async function openArchive({ stdin, t, notice }: CliContext, file: string | undefined): Promise<Readable> {
  if (file === undefined || file === '-') {
    if (stdin.isTTY) throw usageError(t('load.noInput'));
    notice(t('load.reading'));
    return Readable.from(stdin, { objectMode: false });
  }
  try {
    const handle = await open(file);
    if ((await handle.stat()).isFile()) return handle.createReadStream();
    await handle.close();
    throw unreadable(file, { reason: 'EISDIR', t });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unreadable(file, { reason: errorCodeOf(cause) ?? String(cause), t });
  }
}

function unreadable(file: string, { reason, t }: { reason: string; t: CliContext['t'] }): AppError {
  return usageError(t('load.unreadable', { file, reason }));
}
