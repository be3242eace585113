import type { Command } from 'commander';

/** Words that a command line never has and a sentence often does. */
const filler = /^(?:my|the|this|that|a|an|our|me|for|please|is|are|did|does|do|it|in|of|and)$/i;

const flags: ReadonlySet<string> = new Set(['--json', '--events', '--plan']);
const valued: ReadonlySet<string> = new Set(['-C', '--working-dir', '--model', '--session', '--yes-to']);

/**
 * `gantry ai` takes questions as well as commands. What is neither an option nor a command of the group is a question, and so are
 * the words of a command that make a sentence with it: `ai rate my Dockerfile`. Options of a question may stand anywhere in it.
 */
export function prepareAiArguments(argv: readonly string[], program: Command): readonly string[] {
  const [group, ...args] = argv;
  if (group !== 'ai' || args.length === 0) return argv;
  const { options, words } = split(args);
  const [first, ...rest] = words;
  if (first === undefined) return options.some((one) => /^--yes-to\b/.test(one)) ? ['ai', 'ask', ...options] : argv;
  // An option that no question has.
  if (first.startsWith('-')) return argv;
  const ai = program.commands.find((command) => command.name() === 'ai');
  const isCommand =
    ai?.commands.some((command) => command.name() === first || command.aliases().includes(first)) === true;
  if (first === 'help' || (isCommand && !rest.some((word) => filler.test(word)))) return argv;
  return ['ai', 'ask', ...options, '--', ...words];
}

function split(args: readonly string[]): { readonly options: readonly string[]; readonly words: readonly string[] } {
  const options: string[] = [];
  const words: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] ?? '';
    if (word === '--') return { options, words: [...words, ...args.slice(index + 1)] };
    const next = args[index + 1];
    if (flags.has(word) || [...valued].some((one) => one.startsWith('--') && word.startsWith(`${one}=`)))
      options.push(word);
    else if (valued.has(word) && next !== undefined) {
      options.push(word, next);
      index += 1;
    } else words.push(word);
  }
  return { options, words };
}
