import type { Command } from 'commander';

/** Words that a command line never has and a sentence often does. */
const filler = /^(?:my|the|this|that|a|an|our|me|for|please|is|are|did|does|do|it|in|of|and)$/i;

/**
 * `gantry ai` takes questions as well as commands. What is neither an option nor a command of the group is a question, and so are
 * the words of a command that make a sentence with it: `ai rate my Dockerfile`.
 */
export function prepareAiArguments(argv: readonly string[], program: Command): readonly string[] {
  const [group, first, ...rest] = argv;
  if (group !== 'ai' || first === undefined || first.startsWith('-')) return argv;
  const ai = program.commands.find((command) => command.name() === 'ai');
  const isCommand =
    ai?.commands.some((command) => command.name() === first || command.aliases().includes(first)) === true;
  if (first === 'help' || (isCommand && !rest.some((word) => filler.test(word)))) return argv;
  const json = rest.includes('--json') ? ['--json'] : [];
  return ['ai', 'ask', ...json, '--', ...[first, ...rest].filter((word) => word !== '--json')];
}
