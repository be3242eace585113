import type { ContextCreateOptions } from '../commands/context.ts';
import { act, define, type Program } from './define.ts';

interface JsonOption {
  readonly json?: boolean;
}

export function addContextCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = define(program, {
    usage: 'context',
    summary: t('help.context'),
    examples: ['context create gpu --host http://gpu.lan:12434', 'context use gpu', 'context use default'],
  });
  const inGroup: Program = { ...program, command: group };

  const create = define(inGroup, {
    usage: 'create',
    summary: t('help.context.create'),
    examples: ['context create gpu --host https://gpu.lan:12444 --tls --tls-ca-cert ./ca.pem'],
  })
    .argument('<NAME>', t('help.context.name'))
    .requiredOption('--host <URL>', t('help.context.host'))
    .option('--tls', t('help.context.tls'))
    .option('--tls-skip-verify', t('help.context.tlsSkipVerify'))
    .option('--tls-ca-cert <FILE>', t('help.context.tlsCaCert'))
    .option('--description <TEXT>', t('help.context.description'));
  act<[string], ContextCreateOptions>(inGroup, create, async ([name], options) =>
    (await import('../commands/context.ts')).createNamedContext(context, name, options),
  );

  const use = define(inGroup, {
    usage: 'use',
    summary: t('help.context.use'),
    examples: ['context use gpu', 'context use default'],
  }).argument('<NAME>', t('help.context.name'));
  act<[string], object>(inGroup, use, async ([name]) =>
    (await import('../commands/context.ts')).useContext(context, name),
  );

  const ls = define(inGroup, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.context.ls'),
    examples: ['context ls', 'context ls --json'],
  }).option('--json', t('help.jsonOption'));
  act<[], JsonOption>(inGroup, ls, async (_none, options) =>
    (await import('../commands/context.ts')).listContexts(context, options),
  );

  const rm = define(inGroup, { usage: 'rm', summary: t('help.context.rm'), examples: ['context rm gpu'] }).argument(
    '<NAME...>',
    t('help.context.name'),
  );
  act<[string[]], object>(inGroup, rm, async ([names]) =>
    (await import('../commands/context.ts')).removeContexts(context, names),
  );

  const inspect = define(inGroup, {
    usage: 'inspect',
    summary: t('help.context.inspect'),
    examples: ['context inspect gpu'],
  }).argument('<NAME...>', t('help.context.name'));
  act<[string[]], object>(inGroup, inspect, async ([names]) =>
    (await import('../commands/context.ts')).inspectContexts(context, names),
  );
}
