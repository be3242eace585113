import type { Catalog, CatalogListing, ExplainedServer, PlannedRun } from '#mcp';
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

/** What would run, and what is missing until it can: here, where it is known what is here. */
export function serverText(server: ExplainedServer, { t }: CliContext): string {
  const title = server.title === undefined || server.title === server.name ? '' : ` (${printableLine(server.title)})`;
  const lines = [
    `  ${printableLine(server.name)}${title}`,
    ...(server.description === undefined ? [] : [`    ${printableLine(firstLine(server.description))}`]),
    `    ${t('mcp.catalog.runs', { runs: printableLine(server.runs) })}${server.network === 'none' ? `, ${t('mcp.catalog.noNetwork')}` : ''}`,
    ...server.plan.flatMap((run) => runLines(run, t)),
    ...whyNotLines(server, t),
    ...(server.here?.images ?? []).map(
      ({ image, comes }) => `    ${t(`mcp.catalog.image.${comes}`, { image: printableLine(image) })}`,
    ),
  ];
  return printable(`${lines.join('\n')}\n`);
}

/** Why servers that were asked for cannot run; empty when all can. */
export function whyNotText(servers: readonly ExplainedServer[], { t }: CliContext): string {
  const blocks = servers.flatMap((server) => {
    const lines = whyNotLines(server, t);
    return lines.length === 0 ? [] : [`  ${printableLine(server.name)}`, ...lines];
  });
  return blocks.length === 0 ? '' : printable(`\n${blocks.join('\n')}\n`);
}

function whyNotLines(server: ExplainedServer, t: CliContext['t']): readonly string[] {
  const missing = server.here?.missing ?? server;
  const { policy, unsigned } = server.here?.missing ?? { policy: undefined, unsigned: [] };
  return [
    ...server.broken.map((reason) => `    ${t('mcp.catalog.broken', { reason: printableLine(reason) })}`),
    ...need(missing.secrets, (names) => t('mcp.catalog.needsSecrets', { names })),
    ...need(missing.config, (names) => t('mcp.catalog.needsConfig', { names })),
    ...need(missing.oauth, (names) => t('mcp.catalog.needsOAuth', { names })),
    ...need(missing.grants, (names) => t('mcp.catalog.needsGrants', { names })),
    ...(policy === undefined ? [] : [`    ${t('mcp.catalog.policyForbids', { reason: printableLine(policy) })}`]),
    ...need(unsigned, (names) => t('mcp.catalog.unsigned', { names })),
  ];
}

/** What of a run is more than its image and command; of a tool in a container of its own, these as well. */
function runLines(run: PlannedRun, t: CliContext['t']): readonly string[] {
  if (run.kind === 'remote') return need(run.scopes, (names) => t('mcp.catalog.asksFor', { names }));
  const { tool, image, command, mounts, allowHosts, livesFor } = run;
  const words = [image, ...command].filter((word) => word !== '').join(' ');
  return [
    ...(tool === undefined
      ? []
      : need([words], (runs) => t('mcp.catalog.toolRuns', { tool: printableLine(tool), runs }))),
    ...need(mounts, (names) => t('mcp.catalog.mounts', { names })),
    ...need(allowHosts, (names) => t('mcp.catalog.reaches', { names })),
    ...(livesFor === 'session' ? [`    ${t('mcp.catalog.livesForSession')}`] : []),
  ];
}

function need(names: readonly string[], text: (names: string) => string): readonly string[] {
  return names.length === 0 ? [] : [`    ${text(names.map(printableLine).join(', '))}`];
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
