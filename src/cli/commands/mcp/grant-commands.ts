import { act, define, type Program } from '../../program/define.ts';
import { formatOptions, type FormatOptions } from './format.ts';
import type { GrantFlags } from './grant.ts';
import { subgroup } from './subgroup.ts';

export function addGrantCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = subgroup(program, 'grant');

  const list = define(group, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.grant.ls'),
    examples: ['mcp grant ls', 'mcp grant ls filesystem --json'],
  }).argument('[SERVER]', t('help.mcp.grant.server'));
  formatOptions(list, t);
  act<[string | undefined], FormatOptions>(group, list, async ([server], flags) =>
    (await import('./grant.ts')).listGrants(context, server, flags),
  );

  const add = define(group, {
    usage: 'add',
    summary: t('help.mcp.grant.add'),
    examples: ['mcp grant add filesystem ~/projects', 'mcp grant add filesystem ~/notes --rw'],
  })
    .argument('<SERVER>', t('help.mcp.grant.server'))
    .argument('<PATH>', t('help.mcp.grant.path'))
    .option('--rw', t('help.mcp.grant.rw'))
    .option('--even-though-sensitive', t('help.mcp.grant.sensitive'));
  formatOptions(add, t);
  act<[string, string], GrantFlags>(group, add, async ([server, path], flags) =>
    (await import('./grant.ts')).addGrant(context, { server, path }, flags),
  );

  const remove = define(group, {
    usage: 'rm',
    alias: 'remove',
    summary: t('help.mcp.grant.rm'),
    examples: ['mcp grant rm filesystem ~/notes', 'mcp grant rm filesystem'],
  })
    .argument('<SERVER>', t('help.mcp.grant.server'))
    .argument('[PATH]', t('help.mcp.grant.path'));
  formatOptions(remove, t);
  act<[string, string | undefined], FormatOptions>(group, remove, async ([server, path], flags) =>
    (await import('./grant.ts')).removeGrants(context, { server, path }, flags),
  );
}
