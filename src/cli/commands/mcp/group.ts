import type { Command } from 'commander';
import { version } from '#core';
import { act, define, type Program } from '../../program/define.ts';
import { addCallsCommands } from './calls-commands.ts';
import { addCatalogCommands } from './catalog-commands.ts';
import { addClientCommands } from './client-commands.ts';
import { addOAuthCommands } from './oauth-commands.ts';
import { addToolsCommands } from './tools-commands.ts';
import { addFeatureCommands } from './feature-commands.ts';
import { addServerCommands } from './server-commands.ts';
import { addConfigCommands } from './config-commands.ts';
import { addGatewayCommands } from './gateway-commands.ts';
import { addGrantCommands } from './grant-commands.ts';
import { addPolicyCommands } from './policy-commands.ts';
import { addProfileCommands } from './profile-commands.ts';
import { addRegistryCommands } from './registry-commands.ts';
import { addSecretCommands } from './secret-commands.ts';
import { addStatusCommands } from './status-commands.ts';
import { formatOptions, type FormatOptions } from './format.ts';

/**
 * The areas of `gantry mcp`, which is `docker mcp` too. A new one is one line here: its function, in a file `NAME-commands.ts`
 * beside this one, takes `subgroup(program, 'catalog')`, says what commands there are with `define`, `act` and `formatOptions`, and
 * imports what they do (`NAME.ts`) when they run. Areas may share a group. Their texts are in `messages/en-mcp-NAME.ts`.
 */
const areas: readonly ((program: Program) => void)[] = [
  addCallsCommands,
  addCatalogCommands,
  addClientCommands,
  addConfigCommands,
  addFeatureCommands,
  addGatewayCommands,
  addOAuthCommands,
  addGrantCommands,
  addPolicyCommands,
  addProfileCommands,
  addRegistryCommands,
  addSecretCommands,
  addServerCommands,
  addStatusCommands,
  addToolsCommands,
  addVersion,
];

/** Areas that work with profiles and catalogues, so that what Docker's toolkit has counts for them. */
const working: ReadonlySet<string> = new Set([
  'catalog',
  'config',
  'gateway',
  'profile',
  'server',
  'template',
  'tools',
]);

function wordsBelow(group: Command, command: Command): readonly string[] {
  const words: string[] = [];
  for (let one: Command | null = command; one !== null && one !== group; one = one.parent) words.unshift(one.name());
  return words;
}

export function addMcpCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = define(program, {
    usage: 'mcp',
    summary: t('help.mcp'),
    examples: ['mcp client ls', 'mcp tools ls', 'mcp gateway run'],
  })
    .version(version, '-v, --version', t('help.versionOption'))
    .configureHelp({ ...program.command.configureHelp(), sortSubcommands: true });
  const inGroup: Program = { ...program, command: group };
  for (const add of areas) add(inGroup);
  group.hook('preAction', async (_group, command) => {
    const [area, verb] = wordsBelow(group, command);
    if (area === undefined || !working.has(area) || verb === 'import-docker' || verb === 'restore') return;
    await (await import('./docker-state.ts')).offerDockerState(context);
  });
}

function addVersion(program: Program): void {
  const { t } = program.context;
  const command = formatOptions(
    define(program, { usage: 'version', summary: t('help.mcp.version'), examples: ['mcp version --json'] }),
    t,
  );
  act<[], FormatOptions>(program, command, async (_none, options) =>
    (await import('./version.ts')).mcpVersion(program.context, options),
  );
}
