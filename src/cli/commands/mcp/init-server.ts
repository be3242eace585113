import { mkdir, readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { errorCodeOf } from '#core';
import type { CliContext } from '../../context.ts';
import { usageError } from '../../usage-error.ts';
import { printResult, type FormatOptions } from './format.ts';
import { writeFileExclusive } from './write-new-file.ts';

export interface InitFlags extends FormatOptions {
  readonly template: string;
  readonly language: string;
}

/** Writes the beginnings of a server into a folder that is empty or not there. */
export async function initServer(context: CliContext, folder: string, flags: InitFlags): Promise<number> {
  const { t } = context;
  const { serverFiles, serverNameFrom, serverTemplates } = await import('#mcp');
  const template = serverTemplates.find((one) => one === flags.template);
  if (!template) {
    throw usageError(t('mcp.init.noTemplate', { template: flags.template, templates: serverTemplates.join(', ') }));
  }
  if (flags.language !== 'typescript') throw usageError(t('mcp.init.noLanguage', { language: flags.language }));
  const directory = resolve(folder);
  const name = serverNameFrom(basename(directory));
  if (name === undefined) throw usageError(t('mcp.init.noName', { folder }));
  await makeEmpty(context, directory);
  const files = serverFiles({ name, template });
  for (const { path, text } of files) await writeFileExclusive(context, join(directory, path), text);
  return await printResult(context, flags, {
    value: { name, template, directory, files: files.map(({ path }) => path) },
    human: () =>
      [
        t('mcp.init.done', { name, folder }),
        ...files.map(({ path }) => `  ${path}`),
        t('mcp.init.next'),
        `  cd ${folder}`,
        '  npm install && npm run build',
        `  docker build -t ${name} .`,
        `  gantry mcp catalog import ./catalog.yaml --as ${name}`,
        `  gantry mcp server enable catalog://${name}/${name}`,
        '  gantry mcp tools call greet name=Ada',
        '',
      ].join('\n'),
  });
}

async function makeEmpty({ t }: CliContext, directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
    if ((await readdir(directory)).length === 0) return;
  } catch (error) {
    throw usageError(t('mcp.file.notWritten', { file: directory, reason: errorCodeOf(error) ?? String(error) }));
  }
  throw usageError(t('mcp.init.notEmpty', { folder: directory }));
}
