import { Option } from 'commander';
import type { ExportOptions, RemoveOptions, SessionsOptions } from '../commands/ai/sessions.ts';
import type { PermissionOptions } from '../commands/ai/permissions.ts';
import { act, define, type Program } from './define.ts';

interface YesOption {
  readonly yes?: boolean;
}

/** Switching the assistant on and off, and what is there while it is on: without it, help does not mention that. */
export function addAssistantCommands(program: Program, { isOn }: { readonly isOn: boolean }): void {
  const { context } = program;
  const { t } = context;
  const hidden = !isOn;
  const on = define(program, {
    usage: 'enable',
    summary: t('help.ai.enable'),
    examples: ['ai enable', 'ai enable --yes'],
  }).option('-y, --yes', t('help.ai.enable.yes'));
  act<[], YesOption>(program, on, async (_none, options) =>
    (await import('../commands/ai/switch.ts')).enable(context, options),
  );
  const off = define(program, { usage: 'disable', summary: t('help.ai.disable'), examples: [], hidden });
  act(program, off, async () => (await import('../commands/ai/switch.ts')).disable(context));
  const agree = define(program, {
    usage: 'acknowledge',
    summary: t('help.ai.acknowledge'),
    examples: ['ai acknowledge'],
    hidden,
  }).option('-y, --yes', t('help.ai.acknowledge.yes'));
  act<[], YesOption>(program, agree, async (_none, options) =>
    (await import('../commands/ai/switch.ts')).acknowledge(context, options),
  );
  addSessions(program, hidden);
  addPermissions(program, hidden);
  addConfig(program, hidden);
}

function addSessions(program: Program, hidden: boolean): void {
  const { context } = program;
  const { t } = context;
  const group = define(program, {
    usage: 'sessions',
    summary: t('help.ai.sessions'),
    examples: ['ai sessions', 'ai sessions export -1 -o session.md', 'ai sessions rm --all'],
    hidden,
  });
  const inGroup: Program = { ...program, command: group };
  const load = async (): Promise<typeof import('../commands/ai/sessions.ts')> =>
    await import('../commands/ai/sessions.ts');
  act<[], SessionsOptions>(program, group, async () => (await load()).listSessions(context, {}));

  const ls = define(inGroup, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.ai.sessions.ls'),
    examples: ['ai sessions ls --search postgres'],
  })
    .option('--search <WORDS>', t('help.ai.sessions.search'))
    .option('--json', t('help.jsonOption'));
  act<[], SessionsOptions>(inGroup, ls, async (_none, options) => (await load()).listSessions(context, options));

  const show = define(inGroup, {
    usage: 'show',
    summary: t('help.ai.sessions.show'),
    examples: ['ai sessions show -1'],
  })
    .argument('<SESSION>', t('help.ai.sessions.id'))
    .option('--json', t('help.jsonOption'))
    .allowUnknownOption();
  act<[string], SessionsOptions>(inGroup, show, async ([id], options) =>
    (await load()).showSession(context, id, options),
  );

  const save = define(inGroup, {
    usage: 'export',
    summary: t('help.ai.sessions.export'),
    examples: ['ai sessions export -1 --format json'],
  })
    .argument('<SESSION>', t('help.ai.sessions.id'))
    .addOption(new Option('--format <FORMAT>', t('help.ai.sessions.format')).choices(['markdown', 'json']))
    .option('-o, --output <FILE>', t('help.ai.sessions.output'))
    .allowUnknownOption();
  act<[string], ExportOptions>(inGroup, save, async ([id], options) =>
    (await load()).exportSession(context, id, options),
  );

  const remove = define(inGroup, {
    usage: 'rm',
    summary: t('help.ai.sessions.rm'),
    examples: ['ai sessions rm 1a2b3c4d', 'ai sessions rm --all'],
  })
    .argument('[SESSION...]', t('help.ai.sessions.id'))
    .option('--all', t('help.ai.sessions.all'))
    .option('-y, --yes', t('help.ai.sessions.yes'));
  act<[string[]], RemoveOptions>(inGroup, remove, async ([ids], options) =>
    (await load()).removeSessions(context, ids, options),
  );
}

function addPermissions(program: Program, hidden: boolean): void {
  const { context } = program;
  const { t } = context;
  const group = define(program, {
    usage: 'permissions',
    summary: t('help.ai.permissions'),
    examples: [
      'ai permissions',
      'ai permissions allow "shell(docker ps *)"',
      'ai permissions deny "delete_file" --project',
    ],
    hidden,
  })
    .option('--project [DIR]', t('help.ai.permissions.project'))
    .option('--json', t('help.jsonOption'));
  act<[], PermissionOptions>(program, group, async (_none, options) =>
    (await import('../commands/ai/permissions.ts')).listPermissions(context, options),
  );
  const inGroup: Program = { ...program, command: group };
  for (const effect of ['allow', 'ask', 'deny', 'remove'] as const) {
    const command = define(inGroup, {
      usage: effect,
      summary: t(`help.ai.permissions.${effect}`),
      examples: [`ai permissions ${effect} "shell(docker restart *)"`],
    })
      .argument('<RULE...>', t('help.ai.permissions.rule'))
      .option('--project [DIR]', t('help.ai.permissions.project'))
      .option('--json', t('help.jsonOption'));
    act<[string[]], PermissionOptions>(inGroup, command, async ([rules], options) =>
      (await import('../commands/ai/permissions.ts')).changePermissions(context, { effect, rules }, options),
    );
  }
}

function addConfig(program: Program, hidden: boolean): void {
  const { context } = program;
  const { t } = context;
  const load = async (): Promise<typeof import('../commands/ai/config.ts')> => await import('../commands/ai/config.ts');
  const group = define(program, { usage: 'config', summary: t('help.ai.config'), examples: ['ai config get'], hidden });
  act(program, group, async () => (await load()).getConfig(context));
  const inGroup: Program = { ...program, command: group };
  const get = define(inGroup, { usage: 'get', summary: t('help.ai.config.get'), examples: ['ai config get'] });
  act(inGroup, get, async () => (await load()).getConfig(context));
  const set = define(inGroup, {
    usage: 'set-feature',
    summary: t('help.ai.config.setFeature'),
    examples: ['ai config set-feature "MCP Catalog" false'],
  })
    .argument('<NAME>', t('help.ai.config.name'))
    .argument('<true|false>', t('help.ai.config.value'));
  act<[string, string], object>(inGroup, set, async ([name, value]) =>
    (await load()).setFeature(context, { name, value }),
  );

  const version = define(program, { usage: 'version', summary: t('help.ai.version'), examples: ['ai version'] }).option(
    '--json',
    t('help.jsonOption'),
  );
  act<[], { json?: boolean }>(program, version, async (_none, options) => (await load()).aiVersion(context, options));
  const tell = define(program, { usage: 'feedback', summary: t('help.ai.feedback'), examples: [], hidden });
  act(program, tell, async () => (await load()).feedback(context));
}
