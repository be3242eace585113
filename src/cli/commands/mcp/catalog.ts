import { resolve } from 'node:path';
import { writeFileAtomic } from '#core';
import type { Catalog, ExplainedServer, JsonObject } from '#mcp';
import type { CliContext } from '../../context.ts';
import { jsonText } from '../../output/json.ts';
import { usageError } from '../../usage-error.ts';
import type { SearchFlags, ShowFlags } from './catalog-flags.ts';
import { catalogText, dockerListText, listText, serverText } from './catalog-texts.ts';
import { withProgress } from './catalog-progress.ts';
import { machineFacts } from './machine-facts.ts';
import { formatOf, printPicked, printResult, type FormatOptions } from './format.ts';

export async function listCatalogs(context: CliContext, flags: FormatOptions): Promise<number> {
  const { catalogs } = await context.toolkit();
  const list = await catalogs.list();
  const isDocker = context.calledAs.style === 'docker';
  return await printResult(context, flags, {
    value: list.map(({ ref, digest, title, source, updatedAt, pulledAt }) => ({
      ref,
      digest,
      title,
      source,
      updatedAt: updatedAt ?? null,
      pulledAt: pulledAt ?? null,
    })),
    human: () => (isDocker ? dockerListText(list) : listText(list, context)),
  });
}

export async function showCatalog(context: CliContext, name: string | undefined, flags: ShowFlags): Promise<number> {
  const { catalogAsJson, explainCatalog } = await import('#mcp');
  const { catalogs } = await context.toolkit();
  const wanted = name ?? 'starter';
  const rules = flags.pull;
  const catalog =
    rules === undefined
      ? await catalogs.open(wanted)
      : await withProgress(context, (options) => catalogs.openFresh(wanted, rules, options));
  const explained = explainCatalog(catalog, await machineFacts(context));
  const value = withPlans(catalogAsJson(catalog, { withTools: flags.tools }), explained);
  if (flags.yq !== undefined) {
    const format = formatOf(flags, context) === 'json' ? 'json' : 'yaml';
    return await printPicked(context, { expression: flags.yq, format }, value);
  }
  return await printResult(context, flags, {
    value,
    human: () => catalogText(catalog, { servers: explained, context }),
  });
}

/** As other toolkits have it, with what would run beside each. */
function withPlans(value: JsonObject, explained: readonly ExplainedServer[]): object {
  const { servers } = value;
  if (!Array.isArray(servers)) return value;
  return { ...value, servers: servers.map((one: object, index) => ({ ...one, plan: explained[index] })) };
}

export async function searchCatalogs(
  context: CliContext,
  words: readonly string[],
  flags: SearchFlags,
): Promise<number> {
  const { t } = context;
  const { limit = 20 } = flags;
  if (!Number.isInteger(limit) || limit < 1) {
    throw usageError(
      t('usage.invalidValue', { name: '--limit', value: String(limit), expected: t('mcp.catalog.aCount') }),
    );
  }
  const { explainEntry, searchServers } = await import('#mcp');
  const { catalogs } = await context.toolkit();
  const all = await Promise.all((await catalogs.list()).map(({ ref }) => catalogs.open(ref)));
  const matches = searchServers(all, words.join(' '));
  const facts = await machineFacts(context);
  const shown = matches.slice(0, limit).map(({ catalog, entry }) => ({
    catalog: catalog.ref,
    server: explainEntry(entry.server, facts),
  }));
  await printResult(context, flags, {
    value: { total: matches.length, servers: shown.map(({ catalog, server }) => ({ catalog, ...server })) },
    human: () => shown.map(({ catalog, server }) => `${catalog}\n${serverText(server, context)}`).join('\n'),
  });
  if (matches.length === 0 && formatOf(flags, context) === 'human') context.notice(t('mcp.catalog.nothingFound'));
  return 0;
}

export async function exportCatalog(
  context: CliContext,
  { ref, file }: { ref: string; file: string },
  flags: FormatOptions,
): Promise<number> {
  const { t } = context;
  const { catalogs } = await context.toolkit();
  const catalog = await catalogs.open(ref);
  const isJson = file === '-' ? formatOf(flags, context) === 'json' : /\.json$/i.test(file);
  const text = await exportedText(catalog, { isJson });
  if (file === '-') {
    context.print(text);
    return 0;
  }
  await writeFileAtomic(resolve(file), text);
  return await printResult(context, flags, {
    value: { ref: catalog.ref, file },
    human: () => `${t('mcp.catalog.exported', { ref: catalog.ref, file })}\n`,
  });
}

async function exportedText(catalog: Catalog, { isJson }: { isJson: boolean }): Promise<string> {
  const { catalogAsJson, catalogAsLegacy } = await import('#mcp');
  if (isJson) {
    const { title, servers } = catalogAsJson(catalog);
    return jsonText({ title, servers }, { indent: 2 });
  }
  const { stringify } = await import('../../output/yaml.ts');
  return stringify(catalogAsLegacy(catalog), { lineWidth: 0, aliasDuplicateObjects: false });
}
