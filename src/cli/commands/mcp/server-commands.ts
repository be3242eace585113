import type { Command } from 'commander';
import { act, define, type CommandShape, type Program } from '../../program/define.ts';
import { formatOptions } from './format.ts';
import type { InitFlags } from './init-server.ts';
import type { ServerFlags } from './server.ts';
import { subgroup } from './subgroup.ts';

/** Verbs of older toolkits (contract mcp-toolkit §1.2); they do what the `profile server` verbs do, with the default profile. */
export function addServerCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = subgroup(program, 'server');

  const list = serverCommand(group, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.server.ls'),
    examples: ['mcp server ls', 'mcp server ls --json'],
  });
  act<[], ServerFlags>(group, list, async (_none, flags) => (await import('./server.ts')).listServers(context, flags));

  const enable = serverCommand(group, {
    usage: 'enable',
    alias: 'add',
    summary: t('help.mcp.server.enable'),
    examples: ['mcp server enable everything memory', 'mcp server enable docker://team/server:1 --profile work'],
  }).argument('<SERVER...>', t('help.mcp.server.wanted'));
  act<[string[]], ServerFlags>(group, enable, async ([wanted], flags) =>
    (await import('./enable-servers.ts')).enableServers(context, wanted, flags),
  );

  const inspect = serverCommand(group, {
    usage: 'inspect',
    summary: t('help.mcp.server.inspect'),
    examples: ['mcp server inspect everything', 'mcp server inspect everything --json'],
  }).argument('<SERVER>', t('help.mcp.server.name'));
  act<[string], ServerFlags>(group, inspect, async ([name], flags) =>
    (await import('./inspect-server.ts')).inspectServer(context, name, flags),
  );

  const disable = serverCommand(group, {
    usage: 'disable',
    alias: 'remove',
    summary: t('help.mcp.server.disable'),
    examples: ['mcp server disable everything memory'],
  })
    .alias('rm')
    .argument('<SERVER...>', t('help.mcp.server.name'));
  act<[string[]], ServerFlags>(group, disable, async ([names], flags) =>
    (await import('./server.ts')).disableServers(context, names, flags),
  );

  const reset = serverCommand(group, {
    usage: 'reset',
    summary: t('help.mcp.server.reset'),
    examples: ['mcp server reset'],
  });
  act<[], ServerFlags>(group, reset, async (_none, flags) =>
    (await import('./server.ts')).resetServers(context, flags),
  );
  addInit(group);
}

function addInit(group: Program): void {
  const { context } = group;
  const { t } = context;
  const shape: CommandShape = {
    usage: 'init',
    summary: t('help.mcp.server.init'),
    examples: ['mcp server init ./weather', 'mcp server init ./weather --template chatgpt-app-basic'],
  };
  const init = formatOptions(define(group, shape), t)
    .argument('<DIR>', t('help.mcp.server.directory'))
    .option('--template <NAME>', t('help.mcp.server.template'), 'basic')
    .option('--language <NAME>', t('help.mcp.server.language'), 'typescript');
  act<[string], InitFlags>(group, init, async ([folder], flags) =>
    (await import('./init-server.ts')).initServer(context, folder, flags),
  );
}

function serverCommand(group: Program, shape: CommandShape): Command {
  const { t } = group.context;
  return formatOptions(define(group, shape), t).option('-p, --profile <ID>', t('help.mcp.server.profile'));
}
