import type { Catalog, CatalogListing, ExplainedServer } from '#mcp';
import type { CliContext } from '../../context.ts';
import { printable, printableLine } from '../../output/printable.ts';
import { tableText } from '../../output/table.ts';

/** As `docker mcp catalog ls` prints it: `Reference | Digest | Title`. */
export function dockerListText(catalogs: readonly CatalogListing[]): string {
  const rows = catalogs.map(
    ({ ref, digest, title }) => `${printableLine(ref)}\t| ${digest}\t| ${printableLine(title)}\n`,
  );
  return `Reference | Digest | Title\n${rows.join('')}`;
}

export function listText(catalogs: readonly CatalogListing[], { t }: CliContext): string {
  return tableText(
    [t('mcp.catalog.column.reference'), t('mcp.catalog.column.title'), t('mcp.catalog.column.source'), 'DIGEST'],
    catalogs.map(({ ref, title, source, digest }) => [ref, title, source, digest.slice(0, 12)]),
  );
}

export function catalogText(
  catalog: Catalog,
  { servers, context }: { servers: readonly ExplainedServer[]; context: CliContext },
): string {
  const { t } = context;
  const head = `${printableLine(catalog.title)} (${catalog.ref}): ${t('mcp.catalog.count', { count: servers.length })}\n`;
  const blocks = servers.map((server) => `\n${serverText(server, context)}`);
  const problems = catalog.problems.map(
    ({ server, reason }) =>
      `\n  ${printableLine(server)}\n    ${t('mcp.catalog.unusable', { reason: printableLine(reason) })}\n`,
  );
  return `${head}${blocks.join('')}${problems.join('')}`;
}

/** What would run, and what is missing until it can. */
export function serverText(server: ExplainedServer, { t }: CliContext): string {
  const title = server.title === undefined || server.title === server.name ? '' : ` (${printableLine(server.title)})`;
  const lines = [
    `  ${printableLine(server.name)}${title}`,
    ...(server.description === undefined ? [] : [`    ${printableLine(firstLine(server.description))}`]),
    `    ${t('mcp.catalog.runs', { runs: printableLine(server.runs) })}${server.network === 'none' ? `, ${t('mcp.catalog.noNetwork')}` : ''}`,
    ...server.broken.map((reason) => `    ${t('mcp.catalog.broken', { reason: printableLine(reason) })}`),
    ...need(server.secrets, (names) => t('mcp.catalog.needsSecrets', { names })),
    ...need(server.config, (names) => t('mcp.catalog.needsConfig', { names })),
    ...need(server.oauth, (names) => t('mcp.catalog.needsOAuth', { names })),
  ];
  return printable(`${lines.join('\n')}\n`);
}

function need(names: readonly string[], text: (names: string) => string): readonly string[] {
  return names.length === 0 ? [] : [`    ${text(names.map(printableLine).join(', '))}`];
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
