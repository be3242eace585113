import type { Command } from 'commander';
import { act, define, type CommandShape, type Program } from '../../program/define.ts';
import { formatOptions, type FormatOptions } from './format.ts';
import type {
  CreateProfileFlags,
  ProfileChangeFlags,
  ProfileConfigFlags,
  ProfileServersFlags,
  ProfileToolsFlags,
  ShowProfileFlags,
  UseTemplateFlags,
} from './profile-flags.ts';
import { subgroup } from './subgroup.ts';

const collect = (one: string, others: readonly string[]): readonly string[] => [...others, one];
const none: readonly string[] = [];

export function addProfileCommands(program: Program): void {
  const group = subgroup(program, 'profile');
  addKeeping(group);
  addInstructions(group);
  addSharing(group);
  addChoosing(group);
  addServers(group);
  addTemplates(subgroup(program, 'template'));
}

function command({ context, ...program }: Program, shape: CommandShape): Command {
  return formatOptions(define({ context, ...program }, shape), context.t);
}

function addKeeping(program: Program): void {
  const { context } = program;
  const { t } = context;
  const id = t('help.mcp.profile.id');
  const create = command(program, {
    usage: 'create',
    summary: t('help.mcp.profile.create'),
    examples: [
      'mcp profile create --name work --server catalog://starter/memory+filesystem',
      'mcp profile create --from-template ai-coding',
    ],
  })
    .option('--name <NAME>', t('help.mcp.profile.name'))
    .option('--id <ID>', t('help.mcp.profile.ownId'))
    .option('--server <URI>', t('help.mcp.profile.server'), collect, none)
    .option('--from-template <ID>', t('help.mcp.profile.template'))
    .option('--connect <CLIENT>', t('help.mcp.profile.connect'), collect, none);
  act<[], CreateProfileFlags>(program, create, async (_none, flags) =>
    (await import('./profile.ts')).createProfile(context, flags),
  );
  const list = command(program, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.profile.ls'),
    examples: ['mcp profile ls'],
  });
  act<[], FormatOptions>(program, list, async (_none, flags) =>
    (await import('./profile.ts')).listProfiles(context, flags),
  );
  const show = command(program, {
    usage: 'show',
    summary: t('help.mcp.profile.show'),
    examples: [
      'mcp profile show default',
      'mcp profile show work --clients --json',
      "mcp profile show work --yq '.servers[].snapshot.server.name'",
    ],
  })
    .argument('<ID>', id)
    .option('--clients', t('help.mcp.profile.clients'))
    .option('--yq <EXPRESSION>', t('help.mcp.yq'));
  act<[string], ShowProfileFlags>(program, show, async ([one], flags) =>
    (await import('./profile.ts')).showProfile(context, one, flags),
  );
  const remove = command(program, {
    usage: 'rm',
    alias: 'remove',
    summary: t('help.mcp.profile.rm'),
    examples: ['mcp profile rm work'],
  }).argument('<ID>', id);
  act<[string], FormatOptions>(program, remove, async ([one], flags) =>
    (await import('./profile.ts')).removeProfile(context, one, flags),
  );
}

function addInstructions(program: Program): void {
  const { context } = program;
  const { t } = context;
  const manual = command(program, {
    usage: 'manual-instructions',
    summary: t('help.mcp.client.manual'),
    examples: ['mcp profile manual-instructions work'],
  }).argument('<ID>', t('help.mcp.profile.id'));
  act<[string], FormatOptions>(program, manual, async ([profile], flags) =>
    (await import('./client.ts')).manualInstructions(context, { ...flags, profile }),
  );
}

function addSharing(program: Program): void {
  const { context } = program;
  const { t } = context;
  const id = t('help.mcp.profile.id');
  const exported = define(program, {
    usage: 'export',
    summary: t('help.mcp.profile.export'),
    examples: ['mcp profile export work work.yaml', 'mcp profile export work work.json'],
  })
    .argument('<ID>', id)
    .argument('<FILE>', t('help.mcp.profile.file'));
  formatOptions(exported, t);
  act<[string, string], FormatOptions>(program, exported, async ([one, file], flags) =>
    (await import('./profile.ts')).exportProfile(context, { id: one, file }, flags),
  );
  const imported = command(program, {
    usage: 'import',
    summary: t('help.mcp.profile.import'),
    examples: ['mcp profile import work.yaml'],
  }).argument('<FILE>', t('help.mcp.profile.file'));
  act<[string], FormatOptions>(program, imported, async ([file], flags) =>
    (await import('./profile.ts')).importProfile(context, file, flags),
  );
  const docker = command(program, {
    usage: 'import-docker',
    summary: t('help.mcp.profile.importDocker'),
    examples: ['mcp profile import-docker'],
  });
  act<[], FormatOptions>(program, docker, async (_none, flags) =>
    (await import('./profile.ts')).importFromDocker(context, flags),
  );
  const push = command(program, {
    usage: 'push',
    summary: t('help.mcp.profile.push'),
    examples: ['mcp profile push work registry.example.com/team/work:1'],
  })
    .argument('<ID>', id)
    .argument('<REFERENCE>', t('help.mcp.profile.reference'));
  act<[string, string], FormatOptions>(program, push, async ([one, reference], flags) =>
    (await import('./profile.ts')).pushProfile(context, { id: one, reference }, flags),
  );
  const pull = command(program, {
    usage: 'pull',
    summary: t('help.mcp.profile.pull'),
    examples: ['mcp profile pull registry.example.com/team/work:1'],
  }).argument('<REFERENCE>', t('help.mcp.profile.reference'));
  act<[string], FormatOptions>(program, pull, async ([reference], flags) =>
    (await import('./profile.ts')).pullProfile(context, reference, flags),
  );
}

function addChoosing(program: Program): void {
  const { context } = program;
  const { t } = context;
  const id = t('help.mcp.profile.id');
  const config = command(program, {
    usage: 'config',
    summary: t('help.mcp.profile.config'),
    examples: [
      'mcp profile config work --set files.root=/data --set files.depth=3',
      'mcp profile config work --get-all',
    ],
  })
    .argument('<ID>', id)
    .option('--set <SERVER.KEY=VALUE>', t('help.mcp.profile.set'), collect, none)
    .option('--get <SERVER.KEY>', t('help.mcp.profile.get'), collect, none)
    .option('--del <SERVER.KEY>', t('help.mcp.profile.del'), collect, none)
    .option('--get-all', t('help.mcp.profile.getAll'));
  act<[string], ProfileConfigFlags>(program, config, async ([one], flags) =>
    (await import('./profile-config.ts')).configureProfile(context, one, flags),
  );
  const tools = command(program, {
    usage: 'tools',
    summary: t('help.mcp.profile.tools'),
    examples: [
      'mcp profile tools work --disable files.delete',
      'mcp profile tools work --disable-all files --enable files.read',
    ],
  })
    .argument('<ID>', id)
    .option('--enable <SERVER.TOOL>', t('help.mcp.profile.enable'), collect, none)
    .option('--disable <SERVER.TOOL>', t('help.mcp.profile.disable'), collect, none)
    .option('--enable-all <SERVER>', t('help.mcp.profile.enableAll'), collect, none)
    .option('--disable-all <SERVER>', t('help.mcp.profile.disableAll'), collect, none);
  act<[string], ProfileToolsFlags>(program, tools, async ([one], flags) =>
    (await import('./profile-config.ts')).switchProfileTools(context, one, flags),
  );
}

function addServers(program: Program): void {
  const { context } = program;
  const { t } = context;
  const id = t('help.mcp.profile.id');
  const group = define(program, {
    usage: 'server',
    summary: t('help.mcp.profile.servers'),
    examples: ['mcp profile server ls', 'mcp profile server add work --server catalog://starter/memory'],
  });
  const inGroup: Program = { ...program, command: group };
  const list = command(inGroup, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.profile.serverLs'),
    examples: ['mcp profile server ls --filter profile=work'],
  }).option('-f, --filter <FILTER>', t('help.mcp.profile.filter'), collect, none);
  act<[], ProfileServersFlags>(inGroup, list, async (_none, flags) =>
    (await import('./profile-servers.ts')).listProfileServers(context, flags),
  );
  const add = command(inGroup, {
    usage: 'add',
    summary: t('help.mcp.profile.serverAdd'),
    examples: ['mcp profile server add work --server catalog://starter/memory --server docker://me/server:1'],
  })
    .argument('<ID>', id)
    .option('--server <URI>', t('help.mcp.profile.server'), collect, none);
  act<[string], ProfileChangeFlags>(inGroup, add, async ([one], flags) =>
    (await import('./profile-servers.ts')).addProfileServers(context, one, flags),
  );
  const remove = command(inGroup, {
    usage: 'rm',
    alias: 'remove',
    summary: t('help.mcp.profile.serverRm'),
    examples: ['mcp profile server rm work memory'],
  })
    .argument('<ID>', id)
    .argument('[SERVER...]', t('help.mcp.server.name'))
    .option('--name <SERVER>', t('help.mcp.server.name'), collect, none);
  act<[string, string[]], ProfileChangeFlags>(inGroup, remove, async ([one, names], flags) =>
    (await import('./profile-servers.ts')).removeProfileServers(context, { id: one, names }, flags),
  );
}

function addTemplates(program: Program): void {
  const { context } = program;
  const { t } = context;
  const list = command(program, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.template.ls'),
    examples: ['mcp template ls'],
  });
  act<[], FormatOptions>(program, list, async (_none, flags) =>
    (await import('./profile.ts')).listTemplates(context, flags),
  );
  const use = command(program, {
    usage: 'use',
    summary: t('help.mcp.template.use'),
    examples: ['mcp template use ai-coding', 'mcp template use basics --connect cursor'],
  })
    .argument('<TEMPLATE>', t('help.mcp.profile.template'))
    .option('--name <NAME>', t('help.mcp.profile.name'))
    .option('--id <ID>', t('help.mcp.profile.ownId'))
    .option('--connect <CLIENT>', t('help.mcp.profile.connect'), collect, none);
  act<[string], UseTemplateFlags>(program, use, async ([one], flags) =>
    (await import('./profile.ts')).applyTemplate(context, one, flags),
  );
}
