import type { CatalogServer, ProfileServer } from '#mcp';
import type { CliContext } from '../../context.ts';
import { printable, printableLine } from '../../output/printable.ts';
import { findServers } from './find-servers.ts';
import { printResult } from './format.ts';
import type { ServerFlags } from './server.ts';
import { profilesHere } from './state-here.ts';

/** A server of the profile, else of a catalogue: what it is and which tools it says it has. */
export async function inspectServer(context: CliContext, name: string, flags: ServerFlags): Promise<number> {
  const { defaultProfile, isEnabled, readServer } = await import('#mcp');
  const profiles = await profilesHere(context);
  const id = flags.profile ?? defaultProfile;
  const profile = id === defaultProfile ? await profiles.find(id) : await profiles.get(id);
  const kept = profile?.servers.find((server) => server.name === name);
  const entry = kept?.server ? readServer(kept.server, { where: `profile ${id}`, name }) : await entryOf(context, name);
  const tools = entry.tools.map((tool) => ({
    name: tool.name,
    description: tool.description ?? '',
    arguments: Object.keys((tool.inputSchema?.['properties'] ?? {}) as object),
    annotations: tool.annotations ?? {},
    enabled: kept === undefined ? false : isEnabled(kept, tool.name),
  }));
  const readme = await readmeOf(context, entry);
  return await printResult(context, flags, {
    value: {
      name: entry.name,
      enabled: kept !== undefined,
      image: entry.image ?? null,
      tools,
      readme,
      readmeUrl: entry.readme ?? null,
    },
    human: () => `${serverText(context, { entry, kept, tools })}${readme === '' ? '' : `\n${readmeText(readme)}`}`,
  });
}

/** What a server's readme says; empty when it has none or it cannot be fetched, which is told. */
export async function readmeOf(context: CliContext, { name, readme }: CatalogServer): Promise<string> {
  if (readme === undefined || readme === '') return '';
  const { readme: fetchReadme } = await context.toolkit();
  try {
    return await fetchReadme({ name, readme }, { signal: context.signal });
  } catch (error) {
    context.signal.throwIfAborted();
    context.report(error);
    return '';
  }
}

export function readmeText(readme: string): string {
  return printable(readme.endsWith('\n') ? readme : `${readme}\n`);
}

async function entryOf(context: CliContext, name: string): Promise<CatalogServer> {
  const { readServer } = await import('#mcp');
  const [found] = await findServers(context, [name]);
  if (!found) throw new Error(`${name} was found to be nothing.`);
  return readServer(found.wire, { where: found.origin, name: found.server.name });
}

function serverText(
  { t }: CliContext,
  {
    entry,
    kept,
    tools,
  }: {
    entry: CatalogServer;
    kept: ProfileServer | undefined;
    tools: readonly { name: string; description: string; enabled: boolean }[];
  },
): string {
  const runs = entry.remote?.url ?? entry.image ?? '';
  const state = kept === undefined ? t('mcp.server.isDisabled') : t('mcp.server.isEnabled');
  const lines = [
    `${printableLine(entry.name)} (${state})`,
    ...(entry.description === undefined ? [] : [`  ${printableLine(entry.description)}`]),
    ...(runs === '' ? [] : [`  ${printableLine(runs)}`]),
    ...(entry.readme === undefined ? [] : [`  ${printableLine(entry.readme)}`]),
    ...tools.map(({ name, description, enabled }) => {
      const mark = kept === undefined || enabled ? '-' : '×';
      return `  ${mark} ${printableLine(name)}: ${printableLine(description)}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}
