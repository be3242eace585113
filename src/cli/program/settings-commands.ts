import type { EnableOptions } from '../commands/desktop.ts';
import type { ClearStorageOptions } from '../commands/storage.ts';
import { createOptionValues } from '../option-values.ts';
import { act, define, type Program } from './define.ts';

interface JsonOption {
  readonly json?: boolean;
}

export function addSettingsCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = define(program, {
    usage: 'settings',
    summary: t('help.settings'),
    examples: ['settings', 'settings get server.port', 'settings set inference.keepAlive 30m'],
  }).option('--json', t('help.jsonOption'));
  act<[], JsonOption>(program, group, async (_none, options) =>
    (await import('../commands/settings.ts')).listSettings(context, options),
  );
  const inGroup: Program = { ...program, command: group };

  const get = define(inGroup, {
    usage: 'get',
    summary: t('help.settings.get'),
    examples: ['settings get server.port', 'settings get inference'],
  })
    .argument('<KEY>', t('help.settings.key'))
    .option('--json', t('help.jsonOption'));
  act<[string], JsonOption>(inGroup, get, async ([key], options) =>
    (await import('../commands/settings.ts')).getSetting(context, key, options),
  );

  const set = define(inGroup, {
    usage: 'set',
    summary: t('help.settings.set'),
    examples: ['settings set server.port 12434', `settings set server.origins '["https://chat.lan"]'`],
  })
    .argument('<KEY>', t('help.settings.key'))
    .argument('<VALUE>', t('help.settings.value'))
    .option('--json', t('help.jsonOption'));
  act<[string, string], JsonOption>(inGroup, set, async ([key, text], options) =>
    (await import('../commands/settings.ts')).setSetting(context, { key, text }, options),
  );

  const unset = define(inGroup, {
    usage: 'unset',
    summary: t('help.settings.unset'),
    examples: ['settings unset server.port'],
  })
    .argument('<KEY>', t('help.settings.key'))
    .option('--json', t('help.jsonOption'));
  act<[string], JsonOption>(inGroup, unset, async ([key], options) =>
    (await import('../commands/settings.ts')).unsetSetting(context, key, options),
  );
}

export function addStorageCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = define(program, {
    usage: 'storage',
    summary: t('help.storage'),
    examples: ['storage', 'storage clear logs requests', 'storage clear --all --dry-run'],
  }).option('--json', t('help.jsonOption'));
  act<[], JsonOption>(program, group, async (_none, options) =>
    (await import('../commands/storage.ts')).listStorage(context, options),
  );
  const inGroup: Program = { ...program, command: group };

  const clear = define(inGroup, {
    usage: 'clear',
    summary: t('help.storage.clear'),
    examples: ['storage clear logs', 'storage clear --all --dry-run', 'storage clear unfinished --force'],
  })
    .argument('[PART...]', t('help.storage.part'))
    .option('--all', t('help.storage.all'))
    .option('--dry-run', t('help.storage.dryRun'))
    .option('-f, --force', t('help.storage.force'))
    .option('--json', t('help.jsonOption'));
  act<[readonly string[]], ClearStorageOptions>(inGroup, clear, async ([parts], options) =>
    (await import('../commands/storage.ts')).clearStorage(context, parts, options),
  );
}

export function addDesktopCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = define(program, {
    usage: 'desktop',
    summary: t('help.desktop'),
    examples: ['desktop enable model-runner --tcp 12434 --cors all', 'desktop disable model-runner', 'desktop status'],
  });
  const inGroup: Program = { ...program, command: group };

  const enable = define(inGroup, {
    usage: 'enable',
    summary: t('help.desktop.enable'),
    examples: ['desktop enable model-runner --no-tcp', 'desktop enable mcp-toolkit', 'desktop enable docker-ai --yes'],
  })
    .argument('<FEATURE>', t('help.desktop.feature'))
    .option('--tcp <PORT>', t('help.desktop.tcp'), createOptionValues(t).port('--tcp'))
    .option('--no-tcp', t('help.desktop.noTcp'))
    .option('--cors <ORIGINS>', t('help.desktop.cors'))
    .option('--yes', t('help.desktop.yes'))
    .option('--json', t('help.jsonOption'));
  act<[string], EnableOptions>(inGroup, enable, async ([feature], options) =>
    (await import('../commands/desktop.ts')).enableFeature(context, feature, options),
  );

  const disable = define(inGroup, {
    usage: 'disable',
    summary: t('help.desktop.disable'),
    examples: ['desktop disable model-runner', 'desktop disable docker-ai'],
  })
    .argument('<FEATURE>', t('help.desktop.feature'))
    .option('--json', t('help.jsonOption'));
  act<[string], JsonOption>(inGroup, disable, async ([feature], options) =>
    (await import('../commands/desktop.ts')).disableFeature(context, feature, options),
  );

  const status = define(inGroup, {
    usage: 'status',
    summary: t('help.desktop.status'),
    examples: ['desktop status', 'desktop status --json'],
  }).option('--json', t('help.jsonOption'));
  act<[], JsonOption>(inGroup, status, async (_none, options) =>
    (await import('../commands/desktop.ts')).desktopStatus(context, options),
  );
}
