import type { CreateKeyOptions } from '../commands/key.ts';
import { act, define, type Program } from './define.ts';

interface JsonOption {
  readonly json?: boolean;
}

const collect = (one: string, others: readonly string[]): readonly string[] => [...others, one];

export function addAccessCommands(program: Program): void {
  addKeyCommands(program);
  addTlsCommands(program);
}

function addKeyCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const examples = ['key create laptop --scope infer --expires 30d', 'key ls', 'key rm laptop'];
  const group = define(program, { usage: 'key', summary: t('help.key'), examples });
  const inGroup: Program = { ...program, command: group };

  const create = define(inGroup, {
    usage: 'create',
    summary: t('help.key.create'),
    examples: ['key create laptop --scope infer', 'key create ci --scope infer --scope models --expires 30d'],
  })
    .argument('<NAME>', t('help.key.name'))
    .option('--scope <SCOPE>', t('help.key.scope'), collect, [] as readonly string[])
    .option('--expires <DURATION>', t('help.key.expires'))
    .option('--json', t('help.jsonOption'));
  act<[string], CreateKeyOptions>(inGroup, create, async ([name], options) =>
    (await import('../commands/key.ts')).createKey(context, name, options),
  );

  const list = define(inGroup, { usage: 'ls', alias: 'list', summary: t('help.key.ls'), examples: ['key ls'] }).option(
    '--json',
    t('help.jsonOption'),
  );
  act<[], JsonOption>(inGroup, list, async (_none, options) =>
    (await import('../commands/key.ts')).listKeys(context, options),
  );

  const remove = define(inGroup, { usage: 'rm', summary: t('help.key.rm'), examples: ['key rm laptop'] })
    .argument('<NAME>', t('help.key.name'))
    .option('--json', t('help.jsonOption'));
  act<[string], JsonOption>(inGroup, remove, async ([name], options) =>
    (await import('../commands/key.ts')).removeKey(context, name, options),
  );
}

function addTlsCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = define(program, {
    usage: 'tls',
    summary: t('help.tls'),
    examples: ['settings set server.tls.enabled true', 'tls show', 'tls trust-hint', 'tls renew'],
  });
  const inGroup: Program = { ...program, command: group };

  const show = define(inGroup, { usage: 'show', summary: t('help.tls.show'), examples: ['tls show --json'] }).option(
    '--json',
    t('help.jsonOption'),
  );
  act<[], JsonOption>(inGroup, show, async (_none, options) =>
    (await import('../commands/tls.ts')).showTls(context, options),
  );

  const hint = define(inGroup, {
    usage: 'trust-hint',
    summary: t('help.tls.trustHint'),
    examples: ['tls trust-hint'],
  });
  act<[], JsonOption>(inGroup, hint, async () => (await import('../commands/tls.ts')).showTrustHint(context));

  const renew = define(inGroup, { usage: 'renew', summary: t('help.tls.renew'), examples: ['tls renew'] }).option(
    '--json',
    t('help.jsonOption'),
  );
  act<[], JsonOption>(inGroup, renew, async (_none, options) =>
    (await import('../commands/tls.ts')).renewTls(context, options),
  );
}
