import { resolve } from 'node:path';
import { AppError } from '#core';
import type { Catalog, CatalogOrigin } from '#mcp';
import type { CliContext } from '../../context.ts';
import { usageError } from '../../usage-error.ts';
import type { AddFlags, CreateFlags, ImportFlags } from './catalog-flags.ts';
import { withProgress } from './catalog-progress.ts';
import { catalogText } from './catalog-texts.ts';
import { printResult, type FormatOptions } from './format.ts';
import { profilesHere } from './state-here.ts';

export async function createCatalog(context: CliContext, ref: string, flags: CreateFlags): Promise<number> {
  const { catalogs } = await context.toolkit();
  const origin = await originOf(context, flags);
  const { title, exclude } = flags;
  if (origin.kind === 'servers' && title === undefined) throw usageError(context.t('mcp.catalog.titleNeeded'));
  const catalog = await withProgress(context, (options) => catalogs.create({ ref, origin, title, exclude }, options));
  return await told(context, { catalog, text: context.t('mcp.catalog.created', { ref: catalog.ref }) }, flags);
}

async function originOf(context: CliContext, flags: CreateFlags): Promise<CatalogOrigin> {
  const { t } = context;
  const { server, fromProfile, fromLegacyCatalog, fromCommunityRegistry, includeNpm, includePypi } = flags;
  const given = [fromProfile, fromLegacyCatalog, fromCommunityRegistry, server.length > 0 ? '' : undefined];
  if (given.filter((one) => one !== undefined).length > 1) throw usageError(t('mcp.catalog.oneOrigin'));
  if (fromProfile !== undefined) return await originOfProfile(context, fromProfile);
  if (fromLegacyCatalog !== undefined) return { kind: 'legacy', place: fromLegacyCatalog };
  if (fromCommunityRegistry !== undefined) {
    const packages = includeNpm === true || includePypi === true;
    return { kind: 'community', host: fromCommunityRegistry, packages };
  }
  return { kind: 'servers', uris: server };
}

async function originOfProfile(context: CliContext, id: string): Promise<CatalogOrigin> {
  const { profileContent, readServer } = await import('#mcp');
  const content = profileContent(await (await profilesHere(context)).get(id), readServer);
  return { kind: 'content', source: `profile:${id}`, title: content.title ?? id, content };
}

export async function importCatalog(context: CliContext, place: string, flags: ImportFlags): Promise<number> {
  const { t } = context;
  const { catalogs } = await context.toolkit();
  const { catalogNameFor, explainCatalog } = await import('#mcp');
  const origin: CatalogOrigin =
    flags.mcpRegistry === undefined
      ? { kind: 'legacy', place }
      : { kind: 'community', host: flags.mcpRegistry, packages: true };
  const ref = flags.as ?? catalogNameFor(place);
  const wanted = { ref, origin, title: undefined, exclude: [] };
  if (flags.dryRun) {
    const preview = await withProgress(context, (options) => catalogs.preview(wanted, options));
    return await printResult(context, flags, {
      value: valueOf(preview),
      human: () => catalogText(preview, { servers: explainCatalog(preview), context }),
    });
  }
  const catalog = await withProgress(context, (options) => catalogs.create(wanted, options));
  const text = t('mcp.catalog.imported', { ref: catalog.ref, count: catalog.entries.length });
  return await told(context, { catalog, text }, flags);
}

export async function copyCatalog(
  context: CliContext,
  { from, to }: { from: string; to: string },
  flags: FormatOptions,
): Promise<number> {
  const { catalogs } = await context.toolkit();
  const catalog = await catalogs.copy(from, to);
  return await told(context, { catalog, text: context.t('mcp.catalog.tagged', { from, to: catalog.ref }) }, flags);
}

export async function removeCatalog(context: CliContext, ref: string, flags: FormatOptions): Promise<number> {
  const { catalogs } = await context.toolkit();
  await catalogs.remove(ref);
  const human = (): string => `${context.t('mcp.catalog.removed', { ref })}\n`;
  return await printResult(context, flags, { value: { removed: ref }, human });
}

export async function pullCatalog(context: CliContext, ref: string, flags: FormatOptions): Promise<number> {
  const { catalogs } = await context.toolkit();
  const catalog = await withProgress(context, (options) => catalogs.pull(ref, options));
  return await told(context, { catalog, text: context.t('mcp.catalog.pulled', { ref: catalog.ref }) }, flags);
}

export async function pushCatalog(context: CliContext, ref: string, flags: FormatOptions): Promise<number> {
  const { catalogs } = await context.toolkit();
  const pushed = await withProgress(context, (options) => catalogs.push(ref, options));
  const human = (): string => `${context.t('mcp.catalog.pushed', { ref: pushed })}\n`;
  return await printResult(context, flags, { value: { pushed }, human });
}

/** Fetches again what came from a registry. */
export async function updateCatalogs(
  context: CliContext,
  ref: string | undefined,
  flags: FormatOptions,
): Promise<number> {
  const { t } = context;
  const { catalogs } = await context.toolkit();
  const all = await catalogs.list();
  const pulled = all.filter(({ source }) => source.startsWith('oci:') || source.startsWith('registry:'));
  const refs = ref === undefined ? pulled.map((one) => one.ref) : [ref];
  const updated: string[] = [];
  for (const one of refs) {
    const catalog = await withProgress(context, (options) => catalogs.pull(one, options));
    updated.push(catalog.ref);
  }
  await printResult(context, flags, {
    value: { updated },
    human: () => updated.map((one) => `${t('mcp.catalog.updated', { ref: one })}\n`).join(''),
  });
  if (updated.length === 0) context.notice(t('mcp.catalog.nothingToUpdate'));
  return 0;
}

export async function addFromFile(
  context: CliContext,
  { ref, server, file }: { ref: string; server: string; file: string },
  flags: AddFlags,
): Promise<number> {
  const { t } = context;
  const { catalogs } = await context.toolkit();
  const uri = `file://${encodeURI(resolve(file)).replaceAll('#', '%23').replaceAll('?', '%3F')}`;
  const catalog = await catalogs.open(ref);
  if (!flags.force && catalog.entries.some((entry) => entry.server.name === server)) {
    throw usageError(t('mcp.catalog.alreadyThere', { server, ref: catalog.ref }), { hint: t('mcp.catalog.forceHint') });
  }
  const found = await catalogs.resolve(uri, { signal: context.signal, folder: process.cwd() });
  if (!found.some(({ entry }) => entry.server.name === server)) {
    throw new AppError('mcp.server_not_found', `${file} has no server named ${server}.`, {
      params: { reason: 'in_file', server, file },
    });
  }
  const change = await catalogs.addServers(ref, [uri], { signal: context.signal, only: [server] });
  const text = t('mcp.catalog.copied', { server, file, ref: change.catalog.ref });
  return await told(context, { catalog: change.catalog, text }, flags);
}

export function valueOf({ ref, digest, title, source, entries, problems }: Catalog): object {
  return {
    ref,
    digest,
    title,
    source,
    servers: entries.map(({ server }) => server.name),
    problems: problems.map(({ server, reason }) => ({ server, reason })),
  };
}

/** Says what happened, and what could not be taken along. */
async function told(
  context: CliContext,
  { catalog, text }: { catalog: Catalog; text: string },
  flags: FormatOptions,
): Promise<number> {
  const { t } = context;
  for (const { server, reason } of catalog.problems.slice(0, 20)) {
    context.notice(t('mcp.catalog.leftOut', { server, reason }));
  }
  if (catalog.problems.length > 20)
    context.notice(t('mcp.catalog.leftOutMore', { count: catalog.problems.length - 20 }));
  return await printResult(context, flags, { value: valueOf(catalog), human: () => `${text}\n` });
}
