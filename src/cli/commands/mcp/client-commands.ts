import type { Command } from 'commander';
import { choice } from '../../program/choice.ts';
import { act, define, type Program } from '../../program/define.ts';
import { createOptionValues } from '../../option-values.ts';
import type { ChangeFlags, ConnectFlags, ListFlags, ManualOptions } from './client.ts';
import { formatOptions } from './format.ts';
import { subgroup } from './subgroup.ts';

export function addClientCommands(program: Program): void {
  const group = subgroup(program, 'client');
  addList(group);
  addConnect(group);
  addDisconnect(group);
  addUndo(group);
  addManualInstructions(group);
}

function addList(program: Program): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.client.ls'),
    examples: ['mcp client ls', 'mcp client ls --global --json'],
  }).option('-g, --global', t('help.mcp.client.global'));
  formatOptions(command, t);
  act<[], ListFlags>(program, command, async (_none, flags) =>
    (await import('./client.ts')).listClients(context, flags),
  );
}

function addConnect(program: Program): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'connect',
    summary: t('help.mcp.client.connect'),
    examples: [
      'mcp client connect --global cursor --profile work',
      'mcp client connect --global zed --dry-run',
      'mcp client connect vscode --transport http --token-env GANTRY_API_KEY',
    ],
  })
    .argument('<CLIENT>', t('help.mcp.client.name'))
    .option('-p, --profile <ID>', t('help.mcp.client.profile'))
    .addOption(
      choice('--transport <TRANSPORT>', t('help.mcp.client.transport'), {
        values: ['stdio', 'http'],
        parsers: createOptionValues(t),
      }),
    )
    .option('--url <URL>', t('help.mcp.client.url'))
    .option('--token-env <NAME>', t('help.mcp.client.tokenEnv'));
  changeOptions(command, t);
  act<[string], ConnectFlags>(program, command, async ([client], flags) =>
    (await import('./client.ts')).connectClient(context, client, flags),
  );
}

function addDisconnect(program: Program): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'disconnect',
    summary: t('help.mcp.client.disconnect'),
    examples: ['mcp client disconnect --global cursor', 'mcp client disconnect vscode --dry-run'],
  }).argument('<CLIENT>', t('help.mcp.client.name'));
  changeOptions(command, t);
  act<[string], ChangeFlags>(program, command, async ([client], flags) =>
    (await import('./client.ts')).disconnectClient(context, client, flags),
  );
}

function addUndo(program: Program): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'undo',
    summary: t('help.mcp.client.undo'),
    examples: ['mcp client undo --global cursor', 'mcp client undo --global cursor --dry-run'],
  }).argument('<CLIENT>', t('help.mcp.client.name'));
  changeOptions(command, t);
  act<[string], ChangeFlags>(program, command, async ([client], flags) =>
    (await import('./client.ts')).undoClient(context, client, flags),
  );
}

function changeOptions(command: Command, t: Program['context']['t']): void {
  command
    .option('-g, --global', t('help.mcp.client.global'))
    .option('-q, --quiet', t('help.mcp.client.quiet'))
    .option('--dry-run', t('help.mcp.client.dryRun'));
  formatOptions(command, t);
}

function addManualInstructions(program: Program): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'manual-instructions',
    summary: t('help.mcp.client.manual'),
    examples: ['mcp client manual-instructions', 'mcp client manual-instructions --profile work --json'],
  }).option('-p, --profile <ID>', t('help.mcp.client.profile'));
  formatOptions(command, t);
  act<[], ManualOptions>(program, command, async (_none, options) =>
    (await import('./client.ts')).manualInstructions(context, options),
  );
}
