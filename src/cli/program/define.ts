import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** A command being defined, and where its outcome goes. */
export interface Program {
  readonly context: CliContext;
  readonly command: Command;
  finish(exitCode: number): void;
}

export interface CommandShape {
  /** Name and arguments as commander reads them: `tag SOURCE TARGET` is `tag <SOURCE> <TARGET>`. */
  readonly usage: string;
  readonly alias?: string;
  readonly summary: string;
  readonly examples: readonly string[];
  /** Works, and help does not show it. */
  readonly hidden?: boolean | undefined;
}

/** Adds a sub-command with its help. Its action is set by `act`. */
export function define(
  { context, command }: Program,
  { usage, alias, summary, examples, hidden = false }: CommandShape,
): Command {
  const added = command.command(usage, { hidden }).description(summary).helpCommand(false);
  if (alias !== undefined) added.alias(alias);
  if (examples.length > 0) {
    const lines = examples.map((example) => `  $ ${context.calledAs.name} ${example}`).join('\n');
    added.addHelpText('after', `\n${context.t('help.examples')}\n${lines}`);
  }
  return added;
}

/** Makes a function the action of a command; what it resolves with is the exit code. */
export function act<Arguments extends readonly unknown[], Options extends object>(
  program: Program,
  command: Command,
  action: (args: Arguments, options: Options) => Promise<number>,
): void {
  command.action(async (...given: unknown[]) => {
    // Commander passes the arguments, then the options, then the command.
    const args = given.slice(0, -2) as unknown as Arguments;
    program.finish(await action(args, command.opts<Options>()));
  });
}

/** `gantry runtime ls` */
export function fullName(command: Command): string {
  return command.parent ? `${fullName(command.parent)} ${command.name()}` : command.name();
}
