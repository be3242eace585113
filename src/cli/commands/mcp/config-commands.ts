import { act, define, type Program } from '../../program/define.ts';
import type { ConfigFlags } from './config.ts';
import { formatOptions } from './format.ts';
import { subgroup } from './subgroup.ts';

/** Verbs of older toolkits (contract mcp-toolkit §1.2): the configuration of all servers of the default profile as one text. */
export function addConfigCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = subgroup(program, 'config');

  const read = define(group, {
    usage: 'read',
    summary: t('help.mcp.config.read'),
    examples: ['mcp config read', 'mcp config read --json'],
  });
  formatOptions(read, t).option('-p, --profile <ID>', t('help.mcp.server.profile'));
  act<[], ConfigFlags>(group, read, async (_none, flags) => (await import('./config.ts')).readConfig(context, flags));

  const write = define(group, {
    usage: 'write',
    summary: t('help.mcp.config.write'),
    examples: [`mcp config write 'filesystem: { paths: [/data] }'`, 'mcp config write - < config.yaml'],
  }).argument('<YAML>', t('help.mcp.config.yaml'));
  formatOptions(write, t).option('-p, --profile <ID>', t('help.mcp.server.profile'));
  act<[string], ConfigFlags>(group, write, async ([text], flags) =>
    (await import('./config.ts')).writeConfig(context, text, flags),
  );

  const reset = define(group, {
    usage: 'reset',
    summary: t('help.mcp.config.reset'),
    examples: ['mcp config reset'],
  });
  formatOptions(reset, t).option('-p, --profile <ID>', t('help.mcp.server.profile'));
  act<[], ConfigFlags>(group, reset, async (_none, flags) =>
    (await import('./config.ts')).writeConfig(context, '', flags),
  );

  const dump = formatOptions(
    define(group, {
      usage: 'dump',
      summary: t('help.mcp.config.dump'),
      examples: ['mcp config dump > mcp.json', 'mcp config dump --profile work > work.json'],
    }),
    t,
  ).option('-p, --profile <ID>', t('help.mcp.server.profile'));
  act<[], ConfigFlags>(group, dump, async (_none, flags) => (await import('./backup.ts')).dumpState(context, flags));

  const restore = formatOptions(
    define(group, {
      usage: 'restore',
      summary: t('help.mcp.config.restore'),
      examples: ['mcp config restore mcp.json', 'mcp config restore - < mcp.json'],
    }).argument('<FILE>', t('help.mcp.config.backup')),
    t,
  ).option('-p, --profile <ID>', t('help.mcp.server.profile'));
  act<[string], ConfigFlags>(group, restore, async ([file], flags) =>
    (await import('./backup.ts')).restoreState(context, file, flags),
  );
}
