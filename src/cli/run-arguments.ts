import { closest } from '#core';

export interface OptionShape {
  readonly names: readonly string[];
  readonly takesValue: boolean;
}

export interface RunArguments {
  /** For the option parser, with `--` before the prompt. */
  readonly argv: readonly string[];
  /** Words of the prompt that look like options of the command; the user is told. */
  readonly optionsInPrompt: readonly string[];
}

/**
 * Finds where the prompt of `run [options] MODEL [options] [PROMPT…]` begins: from its first word on everything is text,
 * so that `run ai/x What is -1 - 2?` works. A word like `-1` begins it; a mistyped option stays one, to be refused.
 */
export function splitRunArguments(words: readonly string[], options: readonly OptionShape[]): RunArguments {
  const shapeOf = (word: string): OptionShape | undefined => {
    const name = word.startsWith('--') ? word.replace(/=.*$/s, '') : word;
    return options.find((option) => option.names.includes(name));
  };
  const longNames = options.flatMap((option) => option.names).filter((name) => name.startsWith('--'));
  const before: string[] = [];
  let sawModel = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--') return { argv: [...before, ...words.slice(index)], optionsInPrompt: [] };
    const shape = shapeOf(word);
    const dashed = word.startsWith('-') && word.length > 1;
    if (shape) {
      before.push(word);
      if (shape.takesValue && !word.includes('=') && index + 1 < words.length) {
        index += 1;
        before.push(words[index] ?? '');
      }
    } else if (!sawModel) {
      before.push(word);
      sawModel = !dashed;
    } else if (word.startsWith('--') && closest(word.replace(/=.*$/s, ''), longNames) !== undefined) {
      before.push(word);
    } else {
      const prompt = words.slice(index);
      return {
        argv: [...before, '--', ...prompt],
        optionsInPrompt: prompt.filter((one) => one.startsWith('--') && shapeOf(one) !== undefined),
      };
    }
  }
  return { argv: before, optionsInPrompt: [] };
}
