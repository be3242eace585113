import { act, define, type Program } from '../../program/define.ts';
import { formatOptions, type FormatOptions } from './format.ts';
import type { GetFlags, RemoveFlags, SetFlags } from './secret.ts';
import { subgroup } from './subgroup.ts';

export function addSecretCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = subgroup(program, 'secret');

  const list = define(group, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.secret.ls'),
    examples: ['mcp secret ls --json'],
  });
  formatOptions(list, t);
  act<[], FormatOptions>(group, list, async (_none, flags) =>
    (await import('./secret.ts')).listSecrets(context, flags),
  );

  const set = define(group, {
    usage: 'set',
    summary: t('help.mcp.secret.set'),
    examples: [
      'mcp secret set github.personal_access_token',
      'mcp secret set deploy.key < id_deploy',
      'mcp secret set openai.key --env OPENAI_API_KEY',
      "mcp secret set db.password --command 'op read op://Work/db/password'",
    ],
  })
    .argument('<NAME>', t('help.mcp.secret.nameOrValue'))
    .option('--provider <STORE>', t('help.mcp.secret.provider'))
    .option('--passphrase', t('help.mcp.secret.passphrase'))
    .option('--env <VARIABLE>', t('help.mcp.secret.env'))
    .option('--command <LINE>', t('help.mcp.secret.command'))
    .option('--path <FILE>', t('help.mcp.secret.path'));
  formatOptions(set, t);
  act<[string], SetFlags>(group, set, async ([text], flags) =>
    (await import('./secret.ts')).setSecret(context, text, flags),
  );

  const remove = define(group, {
    usage: 'rm',
    alias: 'remove',
    summary: t('help.mcp.secret.rm'),
    examples: ['mcp secret rm github.personal_access_token', 'mcp secret rm --all'],
  })
    .argument('[NAME...]', t('help.mcp.secret.name'))
    .option('--all', t('help.mcp.secret.all'));
  formatOptions(remove, t);
  act<[string[]], RemoveFlags>(group, remove, async ([names], flags) =>
    (await import('./secret.ts')).removeSecrets(context, names, flags),
  );

  const get = define(group, {
    usage: 'get',
    summary: t('help.mcp.secret.get'),
    examples: ['mcp secret get github.personal_access_token --reveal'],
  })
    .argument('<NAME>', t('help.mcp.secret.name'))
    .option('--reveal', t('help.mcp.secret.reveal'));
  formatOptions(get, t);
  act<[string], GetFlags>(group, get, async ([name], flags) =>
    (await import('./secret.ts')).getSecret(context, name, flags),
  );
}
