import pc from 'picocolors';
import type { ClientState, Scope, ServerSummary } from '#mcp';
import type { CliContext } from '../../context.ts';
import { errorText } from '#texts';
import { colorsWanted } from '../../output/colors.ts';
import { printableLine } from '../../output/printable.ts';

/** As `docker mcp client ls --json` tells it, by client (contract mcp-toolkit §4); `file` is ours. */
export function clientListValue(states: readonly ClientState[], scope: Scope): object {
  return Object.fromEntries(
    states.map((state) => {
      const { id, title, homepage, file, isPresent, isSupported, isConnected, profile, servers, error } = state;
      const value = {
        displayName: title,
        source: homepage,
        icon: '',
        configName: id,
        dockerMCPCatalogConnected: isConnected,
        profile: profile ?? '',
        error: error?.message ?? null,
        Cfg: {
          STDIOServers: named(servers, 'stdio').map(({ name, command, args }) => ({
            name,
            command: command ?? '',
            args,
          })),
          SSEServers: named(servers, 'sse').map(({ name, url }) => ({ name, url })),
          HTTPServers: named(servers, 'http').map(({ name, url }) => ({ name, url })),
        },
        file,
      };
      return [
        id,
        scope === 'global'
          ? { ...value, isInstalled: isPresent, isOsSupported: isSupported }
          : { ...value, isConfigured: isPresent },
      ];
    }),
  );
}

function named(servers: readonly ServerSummary[], transport: ServerSummary['transport']): readonly ServerSummary[] {
  return servers.filter((server) => server.transport === transport);
}

/** Clients that are here, each with what it runs. */
export function clientListText(
  context: CliContext,
  { scope, root, states }: { scope: Scope; root: string | undefined; states: readonly ClientState[] },
): string {
  const { t, stdout, env } = context;
  const title = scope === 'global' ? t('mcp.client.systemWide') : t('mcp.client.projectWide', { root: root ?? '' });
  const paint = pc.createColors(colorsWanted(stdout, env));
  const shown = states.filter(({ isPresent }) => isPresent);
  const lines = shown.flatMap((state) => [
    ` ${mark(state, paint)} ${state.id}: ${stateText(state, context)}`,
    ...serverLines(state, context),
  ]);
  const others = states.filter(({ isPresent }) => !isPresent).map(({ id }) => id);
  const rest =
    scope === 'global'
      ? t('mcp.client.notHere', { names: others.join(', ') })
      : t('mcp.client.notInProject', { names: others.join(', ') });
  return `${[title, ...lines, ...(others.length > 0 ? [rest] : [])].join('\n')}\n`;
}

function mark({ error, isConnected }: ClientState, paint: ReturnType<typeof pc.createColors>): string {
  if (error) return paint.yellow('●');
  return isConnected ? paint.green('●') : paint.red('●');
}

function stateText({ error, isConnected, profile }: ClientState, { t, language }: CliContext): string {
  if (error) return printableLine(errorText(error, language).message);
  if (!isConnected) return t('mcp.client.isDisconnected');
  return profile === undefined
    ? t('mcp.client.isConnected')
    : t('mcp.client.isConnectedTo', { profile: printableLine(profile) });
}

function serverLines({ servers }: ClientState, { t }: CliContext): readonly string[] {
  return servers.map(({ name, transport, command, args, url }) => {
    const isGateway = command !== undefined && args.join(' ').includes('gateway run');
    const what = isGateway ? t('mcp.client.gatewayServer') : [command ?? url ?? '', ...args].join(' ');
    return `   ${printableLine(name)}: ${printableLine(what)} (${transport})`;
  });
}
