import { CommanderError } from 'commander';
import { toAppError } from '#core';
import { isCompletion } from './completion/verbs.ts';
import { createContext } from './create-context.ts';
import { exitCode, exitCodes } from './exit-codes.ts';
import { chooseLanguage, loadTranslate } from './messages/translate.ts';
import { createProgram, namedCommand } from './program/create-program.ts';
import { prepareAiArguments } from './commands/ai/question.ts';
import { prepareRunArguments } from './program/run-command.ts';
import type { CliOptions } from './types.ts';
import { fromCommander } from './usage-error.ts';

const farAwayMs = 2 ** 30;

/** Parses the command line and runs one command. Every failure becomes a sentence, a hint and an exit code here. */
export async function runProgram(options: CliOptions): Promise<number> {
  // The clock's timers let the process end; while a command runs it must not.
  const alive = setInterval(() => {}, farAwayMs);
  try {
    const t = await loadTranslate(chooseLanguage(options.env));
    // The daemon in the foreground minds the signals itself.
    const serving = options.argv[0] === 'serve';
    await using running = createContext(serving ? { ...options, onInterrupt: () => () => {} } : options, t);
    const { context } = running;
    const { program, result } = createProgram(context, options);
    try {
      if (isCompletion(options.argv)) {
        const { complete } = await import('./completion/complete.ts');
        return await complete(context, program, options.argv);
      }
      const argv = prepareAiArguments(prepareRunArguments(options.argv, { program, context }), program);
      if (argv.length === 0) program.outputHelp();
      else await program.parseAsync(argv, { from: 'user' });
      return result();
    } catch (thrown) {
      if (running.outputClosed()) return exitCodes.ok;
      if (thrown instanceof CommanderError) {
        if (thrown.exitCode === 0) return exitCodes.ok;
        const command = namedCommand(program, options.argv);
        if (thrown.code !== 'commander.help') context.report(fromCommander(thrown, { command, t }));
        return exitCodes.usage;
      }
      const error = toAppError(thrown);
      if (error.code !== 'request.aborted') context.report(error);
      return exitCode(error.code);
    }
  } finally {
    clearInterval(alive);
  }
}
