import { Option } from 'commander';
import { act, define, type Program } from '../../program/define.ts';
import { formatOptions, type FormatOptions } from './format.ts';
import type { AuthorizeFlags, ClientFlags } from './oauth.ts';
import { booleanValue } from './gateway-values.ts';
import { subgroup } from './subgroup.ts';

export function addOAuthCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = subgroup(program, 'oauth');

  const list = define(group, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.oauth.ls'),
    examples: ['mcp oauth ls', 'mcp oauth ls --json'],
  });
  formatOptions(list, t);
  act<[], FormatOptions>(group, list, async (_none, flags) => (await import('./oauth.ts')).listOAuth(context, flags));

  const authorize = define(group, {
    usage: 'authorize',
    summary: t('help.mcp.oauth.authorize'),
    examples: ['mcp oauth authorize notion', 'mcp oauth authorize github --scopes "repo read:org" --no-open-browser'],
  })
    .argument('<SERVER>', t('help.mcp.oauth.server'))
    .option('--scopes <SCOPES>', t('help.mcp.oauth.scopes'))
    .addOption(
      new Option('--open-browser [BOOL]', t('help.mcp.oauth.openBrowser'))
        .preset('true')
        .argParser(booleanValue('--open-browser', t))
        .default(true, 'true'),
    )
    .option('--no-open-browser', t('help.mcp.oauth.noBrowser'));
  formatOptions(authorize, t);
  act<[string], AuthorizeFlags>(group, authorize, async ([server], flags) =>
    (await import('./oauth.ts')).authorizeServer(context, server, flags),
  );

  const revoke = define(group, {
    usage: 'revoke',
    summary: t('help.mcp.oauth.revoke'),
    examples: ['mcp oauth revoke notion'],
  }).argument('<SERVER>', t('help.mcp.oauth.server'));
  formatOptions(revoke, t);
  act<[string], FormatOptions>(group, revoke, async ([server], flags) =>
    (await import('./oauth.ts')).revokeServer(context, server, flags),
  );

  addClientCommands(group);
}

function addClientCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'client',
    summary: t('help.mcp.oauth.client'),
    examples: ['mcp oauth client set github --client-id Iv1.abc', 'mcp oauth client ls'],
  });
  const group: Program = { ...program, command };

  const set = define(group, {
    usage: 'set',
    summary: t('help.mcp.oauth.client.set'),
    examples: [
      'mcp oauth client set github --client-id Iv1.abc',
      'mcp oauth client set github --client-id Iv1.abc --client-secret-stdin < secret.txt',
    ],
  })
    .argument('<SERVER>', t('help.mcp.oauth.server'))
    .requiredOption('--client-id <ID>', t('help.mcp.oauth.clientId'))
    .option('--client-secret-stdin', t('help.mcp.oauth.clientSecret'))
    .option('--redirect-url <URL>', t('help.mcp.oauth.redirectUrl'));
  formatOptions(set, t);
  act<[string], ClientFlags>(group, set, async ([server], flags) =>
    (await import('./oauth.ts')).setClient(context, server, flags),
  );

  const list = define(group, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.oauth.client.ls'),
    examples: ['mcp oauth client ls'],
  });
  formatOptions(list, t);
  act<[], FormatOptions>(group, list, async (_none, flags) => (await import('./oauth.ts')).listClients(context, flags));

  const remove = define(group, {
    usage: 'rm',
    alias: 'remove',
    summary: t('help.mcp.oauth.client.rm'),
    examples: ['mcp oauth client rm github'],
  }).argument('<SERVER>', t('help.mcp.oauth.server'));
  formatOptions(remove, t);
  act<[string], FormatOptions>(group, remove, async ([server], flags) =>
    (await import('./oauth.ts')).removeClient(context, server, flags),
  );
}
