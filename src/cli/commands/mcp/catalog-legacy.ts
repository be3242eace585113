import { resolve } from 'node:path';
import { writeFileExclusive } from './write-new-file.ts';
import type { Catalog } from '#mcp';
import type { CliContext } from '../../context.ts';
import { withProgress } from './catalog-progress.ts';
import { printResult, type FormatOptions } from './format.ts';

/** `catalog init` of older toolkits: Docker's catalogue is here afterwards, as ours always is. */
export async function initCatalogs(context: CliContext, flags: FormatOptions): Promise<number> {
  const { t } = context;
  const { templateCatalog } = await import('#mcp');
  const { catalogs } = await context.toolkit();
  const before = new Set((await catalogs.list()).map(({ ref }) => ref));
  const catalog = await withProgress(context, (options) => catalogs.openFresh(templateCatalog, 'missing', options));
  const isNew = !before.has(catalog.ref);
  return await printResult(context, flags, {
    value: { ref: catalog.ref, pulled: isNew, servers: catalog.entries.length },
    human: () => `${t(isNew ? 'mcp.catalog.pulled' : 'mcp.catalog.isHere', { ref: catalog.ref })}\n`,
  });
}

/** `catalog reset` of older toolkits: only what comes with Gantry is left. */
export async function resetCatalogs(context: CliContext, flags: FormatOptions): Promise<number> {
  const { t } = context;
  const { catalogs } = await context.toolkit();
  const own = (await catalogs.list()).filter(({ builtIn }) => !builtIn);
  for (const { ref } of own) await catalogs.remove(ref);
  return await printResult(context, flags, {
    value: { removed: own.map(({ ref }) => ref) },
    human: () =>
      own.length === 0
        ? `${t('mcp.catalog.nothingToReset')}\n`
        : own.map(({ ref }) => `${t('mcp.catalog.removed', { ref })}\n`).join(''),
  });
}

/** Servers that a first catalogue of one's own is made from: Docker's two examples where its catalogue is here, else two of ours. */
const examples = { docker: ['dockerhub', 'docker'], starter: ['memory', 'filesystem'] };

export async function bootstrapCatalog(context: CliContext, file: string, flags: FormatOptions): Promise<number> {
  const { t } = context;
  const { catalogAsLegacy, templateCatalog } = await import('#mcp');
  const { catalogs } = await context.toolkit();
  const present = (await catalogs.list()).some(({ ref }) => ref === `${templateCatalog}:latest`);
  const docker = present ? await pick(context, templateCatalog, examples.docker) : undefined;
  const from = docker && docker.entries.length > 0 ? docker : await pick(context, 'starter', examples.starter);
  const { stringify } = await import('../../output/yaml.ts');
  const { name: _name, displayName: _title, ...legacy } = catalogAsLegacy(from);
  const text = stringify(legacy, { lineWidth: 0, aliasDuplicateObjects: false });
  await writeFileExclusive(context, resolve(file), text);
  const names = from.entries.map(({ server }) => server.name);
  return await printResult(context, flags, {
    value: { file, servers: names, from: from.ref },
    human: () => `${t('mcp.catalog.bootstrapped', { file, servers: names.join(', '), ref: from.ref })}\n`,
  });
}

async function pick(context: CliContext, ref: string, names: readonly string[]): Promise<Catalog> {
  const { catalogs } = await context.toolkit();
  const catalog = await catalogs.open(ref);
  return { ...catalog, entries: catalog.entries.filter(({ server }) => names.includes(server.name)) };
}
