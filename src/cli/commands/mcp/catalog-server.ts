import { AppError } from '#core';
import type { CliContext } from '../../context.ts';
import { printableLine } from '../../output/printable.ts';
import { usageError } from '../../usage-error.ts';
import { valueOf } from './catalog-change.ts';
import type { ServerChangeFlags, ServerListFlags } from './catalog-flags.ts';
import { withProgress } from './catalog-progress.ts';
import { serverText } from './catalog-texts.ts';
import { readmeOf, readmeText } from './inspect-server.ts';
import { machineFacts } from './machine-facts.ts';
import { printResult, type FormatOptions } from './format.ts';

export async function listCatalogServers(context: CliContext, ref: string, flags: ServerListFlags): Promise<number> {
  const { t } = context;
  const { explainCatalog } = await import('#mcp');
  const { catalogs } = await context.toolkit();
  const catalog = await catalogs.open(ref);
  const wanted = flags.filter.map((filter) => nameFilter(filter, context));
  const servers = explainCatalog(catalog, await machineFacts(context)).filter(({ name }) =>
    wanted.every((part) => name.toLowerCase().includes(part)),
  );
  return await printResult(context, flags, {
    value: { catalog: catalog.ref, title: catalog.title, servers },
    human: () =>
      [
        `Catalog: ${catalog.ref}\nTitle: ${printableLine(catalog.title)}\n${t('mcp.catalog.servers', { count: servers.length })}\n`,
        ...servers.map((server) => serverText(server, context)),
      ].join('\n'),
  });
}

function nameFilter(filter: string, { t }: CliContext): string {
  const [, part] = /^name=(.+)$/.exec(filter) ?? [];
  if (part === undefined) {
    throw usageError(t('usage.invalidValue', { name: '--filter', value: filter, expected: 'name=TEXT' }));
  }
  return part.toLowerCase();
}

export async function inspectCatalogServer(
  context: CliContext,
  { ref, server: name }: { ref: string; server: string },
  flags: FormatOptions,
): Promise<number> {
  const { explainEntry, filedAsJson } = await import('#mcp');
  const { catalogs } = await context.toolkit();
  const catalog = await catalogs.open(ref);
  const entry = catalog.entries.find(({ server }) => server.name === name);
  if (entry === undefined) {
    const problem = catalog.problems.find(({ server }) => server === name);
    throw new AppError(
      'mcp.server_not_found',
      problem ? `${catalog.ref}: ${problem.reason}.` : `The catalogue ${catalog.ref} has no server named ${name}.`,
      {
        hint: `See what it has: gantry mcp catalog server ls ${catalog.ref}`,
        params: { reason: 'in_catalog', server: name, catalog: catalog.ref },
      },
    );
  }
  const explained = explainEntry(entry.server, await machineFacts(context));
  const { stringify } = await import('../../output/yaml.ts');
  const readmeContent = await readmeOf(context, entry.server);
  return await printResult(context, flags, {
    value: { ...filedAsJson(entry, true), ...(readmeContent === '' ? {} : { readmeContent }), plan: explained },
    human: () =>
      [
        serverText(explained, context),
        printedEntry(stringify(entry.wire)),
        ...(readmeContent === '' ? [] : [readmeText(readmeContent)]),
      ].join('\n'),
  });
}

function printedEntry(text: string): string {
  return text
    .split('\n')
    .map((line) => printableLine(line))
    .join('\n');
}

export async function addCatalogServers(context: CliContext, ref: string, flags: ServerChangeFlags): Promise<number> {
  const { t } = context;
  const { server: uris } = flags;
  if (uris.length === 0) throw usageError(t('mcp.catalog.serverNeeded'));
  const { catalogs } = await context.toolkit();
  const { catalog, changed, replaced } = await withProgress(context, (options) =>
    catalogs.addServers(ref, uris, options),
  );
  const counts = { ref: catalog.ref, count: changed.length, replaced: replaced.length };
  return await printResult(context, flags, {
    value: { ...valueOf(catalog), added: changed, replaced },
    human: () => `${replaced.length === 0 ? t('mcp.catalog.added', counts) : t('mcp.catalog.addedReplaced', counts)}\n`,
  });
}

export async function removeCatalogServers(
  context: CliContext,
  { ref, names }: { ref: string; names: readonly string[] },
  flags: ServerChangeFlags,
): Promise<number> {
  const { t } = context;
  const all = [...names, ...flags.name];
  if (all.length === 0) throw usageError(t('mcp.catalog.nameNeeded'));
  const { catalogs } = await context.toolkit();
  const { catalog, changed } = await catalogs.removeServers(ref, all);
  return await printResult(context, flags, {
    value: { ...valueOf(catalog), removed: changed },
    human: () => `${t('mcp.catalog.serversRemoved', { ref: catalog.ref, count: changed.length })}\n`,
  });
}
