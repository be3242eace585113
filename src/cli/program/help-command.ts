import type { Command } from 'commander';
import { closest } from '#core';
import type { CliContext } from '../context.ts';
import { exitCodes, type ExitKind } from '../exit-codes.ts';
import type { MessageKey } from '../messages/translate.ts';
import { padToWidth } from '../output/width.ts';
import { usageError } from '../usage-error.ts';
import { act, define, type Program } from './define.ts';

const topics = ['exit-codes', 'environment'];

export function addHelpCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const help = define(program, {
    usage: 'help',
    summary: t('help.help'),
    examples: ['help run', 'help exit-codes', 'help environment'],
  }).argument('[TOPIC...]', t('help.topic'));
  act<[string[]], object>(program, help, async ([path]) => {
    const [topic] = path;
    if (topic === 'exit-codes') context.print(exitCodesText(context));
    else if (topic === 'environment') context.print(environmentText(context));
    else findCommand(program.command, { path, context }).outputHelp();
    return 0;
  });
}

function findCommand(root: Command, { path, context }: { path: readonly string[]; context: CliContext }): Command {
  let command = root;
  for (const name of path) {
    const next = command.commands.find((one) => one.name() === name || one.aliases().includes(name));
    if (!next) {
      const names = [...command.commands.map((one) => one.name()), ...(command === root ? topics : [])];
      const suggestion = closest(name, names);
      throw usageError(context.t('usage.unknownTopic', { name }), {
        hint: suggestion === undefined ? undefined : context.t('usage.suggestion', { name: suggestion }),
      });
    }
    command = next;
  }
  return command;
}

const kindTexts = {
  ok: 'help.exit.ok',
  unexpected: 'help.exit.unexpected',
  usage: 'help.exit.usage',
  notFound: 'help.exit.notFound',
  conflict: 'help.exit.conflict',
  source: 'help.exit.source',
  auth: 'help.exit.auth',
  runtime: 'help.exit.runtime',
  daemon: 'help.exit.daemon',
  resources: 'help.exit.resources',
  approval: 'help.exit.approval',
  interrupted: 'help.exit.interrupted',
} as const satisfies Record<ExitKind, MessageKey>;

function exitCodesText({ t }: CliContext): string {
  const rows = Object.entries(exitCodes).map(
    ([kind, code]) => `  ${String(code).padEnd(5)}${t(kindTexts[kind as ExitKind])}\n`,
  );
  return `${t('help.exitCodes.title')}\n${rows.join('')}`;
}

function environmentText({ t }: CliContext): string {
  const rows: readonly (readonly [string, string])[] = [
    ['GANTRY_HOME', t('help.env.home')],
    ['GANTRY_HOST', t('help.env.host')],
    ['MODEL_RUNNER_TLS', t('help.env.tls')],
    ['GANTRY_API_KEY', t('help.env.apiKey')],
    ['GANTRY_LANG', t('help.env.lang')],
    ['GANTRY_DEBUG', t('help.env.debug')],
    ['DOCKER_MODEL_NOHISTORY', t('help.env.noHistory')],
    ['HF_TOKEN', t('help.env.hfToken')],
    ['OPENAI_API_KEY', t('help.env.openAiKey')],
    ['GANTRY_HUB_ENDPOINT', t('help.env.hubEndpoint')],
    ['GANTRY_WEB_SEARCH_ENDPOINT', t('help.env.webSearch')],
    ['NO_COLOR', t('help.env.noColor')],
  ];
  return `${t('help.environment.title')}\n${rows.map(([name, text]) => `  ${padToWidth(name, 28)}${text}\n`).join('')}`;
}
