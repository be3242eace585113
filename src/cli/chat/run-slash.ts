import type { CliContext } from '../context.ts';
import { pairsText } from '../output/table.ts';
import { printableLine } from '../output/printable.ts';
import { padToWidth } from '../output/width.ts';
import type { ChatState } from './messages.ts';
import { keepConversation, setContext, switchModel } from './slash-actions.ts';
import { parameters, parseSlashCommand } from './slash.ts';

/** Carries out a line that begins with `/`. What it says goes to standard error, like all that is not an answer. */
export async function runSlashCommand(context: CliContext, line: string, state: ChatState): Promise<'leave' | 'stay'> {
  const { t, notice } = context;
  const command = parseSlashCommand(line);
  switch (command.type) {
    case 'bye':
      return 'leave';
    case 'help':
      notice(helpText(context));
      break;
    case 'clear':
      state.messages = [];
      notice(t('chat.cleared'));
      break;
    case 'show':
      notice(await showText(context, state));
      break;
    case 'model':
      await switchModel(context, state, command.argument);
      break;
    case 'save':
    case 'load':
      await keepConversation(context, state, command);
      break;
    case 'set-context':
      await setContext(context, state, command.value);
      break;
    case 'set-usage':
      notice(t('chat.setUsage'));
      break;
    case 'set-system':
      state.system = command.text === '' ? undefined : command.text;
      notice(t(command.text === '' ? 'chat.systemCleared' : 'chat.systemSet'));
      break;
    case 'set-parameter': {
      const { [command.name]: _old, ...others } = state.sampling;
      state.sampling = command.value === undefined ? others : { ...others, [command.name]: command.value };
      notice(
        command.value === undefined
          ? t('chat.parameterReset', { name: command.name })
          : t('chat.parameterSet', { name: command.name, value: command.value }),
      );
      break;
    }
    case 'unknown-parameter':
      notice(
        t('chat.unknownParameter', { name: printableLine(command.name), known: Object.keys(parameters).join(', ') }),
      );
      break;
    case 'bad-parameter':
      notice(
        t('chat.badParameter', {
          name: command.name,
          value: printableLine(command.value),
          expected: expectation(command.name, t),
        }),
      );
      break;
    case 'unknown':
      notice(t('chat.unknownCommand', { name: printableLine(command.name) }));
      if (command.suggestion !== undefined) notice(t('chat.didYouMean', { name: command.suggestion }));
      break;
  }
  return 'stay';
}

function expectation(name: string, t: CliContext['t']): string {
  const range = parameters[name];
  if (!range) return '';
  const { min, max } = range;
  return range.integer ? t('chat.expectInteger', { min, max }) : t('chat.expectNumber', { min, max });
}

function helpText({ t }: CliContext): string {
  const rows: readonly (readonly [string, string])[] = [
    ['/set system TEXT', t('chat.help.system')],
    ['/set parameter NAME VALUE', t('chat.help.parameter')],
    ['/set num_ctx N', t('chat.help.context')],
    ['/model MODEL', t('chat.help.model')],
    ['/save FILE, /load FILE', t('chat.help.save')],
    ['/show', t('chat.help.show')],
    ['/clear', t('chat.help.clear')],
    ['/help, /?', t('chat.help.help')],
    ['/bye, /exit', t('chat.help.bye')],
  ];
  const lines = rows.map(([name, text]) => `  ${padToWidth(name, 28)}${text}`);
  return [
    t('chat.help.title'),
    ...lines,
    '',
    `  ${t('chat.help.multiline')}`,
    `  ${t('chat.help.files')}`,
    `  ${t('chat.help.stop')}`,
  ].join('\n');
}

async function showText(context: CliContext, state: ChatState): Promise<string> {
  const { t } = context;
  const sampling = Object.entries(state.sampling).map(([name, value]) => `${name}=${value}`);
  const contextSize = await contextSizeOf(context, state.model);
  return pairsText([
    [t('chat.show.model'), state.model],
    [t('chat.show.system'), state.system ?? t('word.none')],
    [t('chat.show.parameters'), sampling.join(' ') || t('word.none')],
    [t('chat.show.messages'), String(state.messages.length)],
    ...(contextSize === undefined ? [] : [[t('chat.show.context'), String(contextSize)] as const]),
  ]).trimEnd();
}

async function contextSizeOf(context: CliContext, model: string): Promise<number | undefined> {
  try {
    const daemon = await context.daemon();
    const path = `/gantry/effective?model=${encodeURIComponent(model)}`;
    const effective = await daemon.json({ path }, (contract) => contract.effectiveBody);
    return effective.contextSize.value;
  } catch (error) {
    context.report(error);
    return undefined;
  }
}
