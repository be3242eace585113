import type { Command } from 'commander';
import { choice } from '../../program/choice.ts';
import { act, define, type Program } from '../../program/define.ts';
import { createOptionValues } from '../../option-values.ts';
import { formatOptions } from './format.ts';
import { subgroup } from './subgroup.ts';
import type { SwitchFlags } from './tool-switch.ts';
import type { CallFlags, ToolsFlags } from './tools.ts';

export function addToolsCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = subgroup(program, 'tools');
  toolsOptions(group.command, t);
  // Docker takes these before the command as well as behind it.
  const withGroup = <Flags extends ToolsFlags>(flags: Flags): Flags => {
    const before = group.command.opts<ToolsFlags>();
    return { ...before, ...flags, gatewayArg: [...(before.gatewayArg ?? []), ...(flags.gatewayArg ?? [])] };
  };

  const list = define(group, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.tools.ls'),
    examples: ['mcp tools ls', 'mcp tools ls --profile work --json'],
  });
  toolsOptions(list, t);
  act<[], ToolsFlags>(group, list, async (_none, flags) =>
    (await import('./tools.ts')).listTools(context, withGroup(flags)),
  );

  const count = define(group, {
    usage: 'count',
    summary: t('help.mcp.tools.count'),
    examples: ['mcp tools count', 'mcp tools count --json'],
  });
  toolsOptions(count, t);
  act<[], ToolsFlags>(group, count, async (_none, flags) =>
    (await import('./tools.ts')).countTools(context, withGroup(flags)),
  );

  const inspect = define(group, {
    usage: 'inspect',
    summary: t('help.mcp.tools.inspect'),
    examples: ['mcp tools inspect echo', 'mcp tools inspect echo --json'],
  }).argument('<TOOL>', t('help.mcp.tools.name'));
  toolsOptions(inspect, t);
  act<[string], ToolsFlags>(group, inspect, async ([name], flags) =>
    (await import('./tools.ts')).inspectTool(context, name, withGroup(flags)),
  );

  const call = define(group, {
    usage: 'call',
    summary: t('help.mcp.tools.call'),
    examples: [
      'mcp tools call echo message=hello',
      `mcp tools call search query=docker limit=5 'tags:=["a","b"]'`,
      'mcp tools call create_entities --args-json @entities.json --json',
      'mcp tools call --gateway-arg=--servers=fetch fetch url=https://example.com',
    ],
  })
    .argument('<TOOL>', t('help.mcp.tools.name'))
    .argument('[ARGS...]', t('help.mcp.tools.args'))
    .option('--args-json <JSON>', t('help.mcp.tools.argsJson'));
  toolsOptions(call, t);
  act<[string, string[]], CallFlags>(group, call, async ([name, words], flags) =>
    (await import('./tools.ts')).callTool(context, { name, words }, withGroup(flags)),
  );
  addSwitches(group);
}

/** Verbs of older toolkits (contract mcp-toolkit §1.2). */
function addSwitches(group: Program): void {
  const { context } = group;
  const { t } = context;
  for (const verb of ['enable', 'disable'] as const) {
    const command = define(group, {
      usage: verb,
      summary: verb === 'enable' ? t('help.mcp.tools.enable') : t('help.mcp.tools.disable'),
      examples: [`mcp tools ${verb} echo`, `mcp tools ${verb} echo --server everything`],
    })
      .argument('<TOOL...>', t('help.mcp.tools.name'))
      .option('--server <NAME>', t('help.mcp.tools.server'))
      .option('-p, --profile <ID>', t('help.mcp.server.profile'));
    formatOptions(command, t);
    act<[string[]], SwitchFlags>(group, command, async ([names], flags) =>
      (await import('./tool-switch.ts')).switchToolNames(context, { names, isOn: verb === 'enable' }, flags),
    );
  }
}

function toolsOptions(command: Command, t: Program['context']['t']): void {
  const values = createOptionValues(t);
  formatOptions(command, t, ['list'])
    .option(
      '--gateway-arg <ARGS>',
      t('help.mcp.tools.gatewayArg'),
      (one: string, others: readonly string[] | undefined) => [...(others ?? []), one],
    )
    .option('-p, --profile <ID>', t('help.mcp.tools.profile'))
    .option('--verbose', t('help.mcp.tools.verbose'))
    // Docker's other one is a socket of Docker Desktop.
    .addOption(choice('--version <N>', '', { values: ['2'], parsers: values }).hideHelp());
}
