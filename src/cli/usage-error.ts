import { AppError } from '#core';
import type { CommanderError } from 'commander';
import type { Translate } from './messages/translate.ts';

/** Wrong use of the command line, in the user's language. */
export function usageError(message: string, { hint }: { hint?: string | undefined } = {}): AppError {
  return new AppError('request.invalid', message, { hint });
}

/** Our sentence for what the option parser refused. */
export function fromCommander(error: CommanderError, { command, t }: { command: string; t: Translate }): AppError {
  const [name = ''] = /'([^']*)'/.exec(error.message)?.slice(1) ?? [];
  const suggestion = /\(Did you mean (?:one of )?(.*?)\?\)/.exec(error.message)?.[1];
  const see = t('usage.seeHelp', { command });
  const withSuggestion = (text: string): AppError =>
    usageError(text, { hint: suggestion === undefined ? see : t('usage.suggestion', { name: suggestion }) });
  switch (error.code) {
    case 'commander.unknownOption':
      return withSuggestion(t('usage.unknownOption', { name }));
    case 'commander.unknownCommand':
      return withSuggestion(t('usage.unknownCommand', { name }));
    case 'commander.missingMandatoryOptionValue':
      return usageError(t('usage.missingArgument', { command, name: name.split(/[ ,]/)[0] ?? name }), { hint: see });
    case 'commander.missingArgument':
      return usageError(t('usage.missingArgument', { command, name }), { hint: see });
    case 'commander.optionMissingArgument':
      return usageError(t('usage.optionMissingArgument', { name: name.split(/[ ,]/)[0] ?? name }), { hint: see });
    case 'commander.excessArguments':
      return usageError(t('usage.tooManyArguments', { command }), { hint: see });
    default:
      return usageError(error.message.replace(/^error: /, ''), { hint: see });
  }
}
