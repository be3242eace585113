import { closest } from '#core';

/** What a line that begins with `/` asks for. */
export type SlashCommand =
  | { readonly type: 'bye' | 'help' | 'clear' | 'show' | 'set-usage' }
  | { readonly type: 'model'; readonly argument: string | undefined }
  | { readonly type: 'save' | 'load'; readonly argument: string | undefined }
  | { readonly type: 'set-context'; readonly value: string | undefined }
  | { readonly type: 'set-system'; readonly text: string }
  | { readonly type: 'set-parameter'; readonly name: string; readonly value: number | undefined }
  | { readonly type: 'unknown-parameter'; readonly name: string }
  | { readonly type: 'bad-parameter'; readonly name: string; readonly value: string }
  | { readonly type: 'unknown'; readonly name: string; readonly suggestion: string | undefined };

export interface ParameterRange {
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
}

/** Sampling parameters that can be set, by their wire names. */
export const parameters: Readonly<Record<string, ParameterRange>> = {
  temperature: { min: 0, max: 2, integer: false },
  top_p: { min: 0, max: 1, integer: false },
  top_k: { min: 0, max: 1_000_000, integer: true },
  min_p: { min: 0, max: 1, integer: false },
  repeat_penalty: { min: 0, max: 10, integer: false },
  presence_penalty: { min: -2, max: 2, integer: false },
  frequency_penalty: { min: -2, max: 2, integer: false },
  max_tokens: { min: 1, max: 1_000_000_000, integer: true },
  seed: { min: 0, max: 4_294_967_295, integer: true },
};

const names = ['/bye', '/exit', '/help', '/?', '/clear', '/show', '/model', '/save', '/load', '/set'];

export function parseSlashCommand(line: string): SlashCommand {
  const [name = '', ...words] = line.trim().split(/\s+/);
  switch (name) {
    case '/bye':
    case '/exit':
      return { type: 'bye' };
    case '/help':
    case '/?':
      return { type: 'help' };
    case '/clear':
      return { type: 'clear' };
    case '/show':
      return { type: 'show' };
    case '/model':
      return { type: 'model', argument: rest(line, name) };
    case '/save':
      return { type: 'save', argument: rest(line, name) };
    case '/load':
      return { type: 'load', argument: rest(line, name) };
    case '/set':
      return parseSet(line, words);
    default:
      return { type: 'unknown', name, suggestion: closest(name, names) };
  }
}

/** All behind the command: a path may contain spaces. */
function rest(line: string, name: string): string | undefined {
  return line.trim().slice(name.length).trim() || undefined;
}

function parseSet(line: string, [what, name, value]: readonly string[]): SlashCommand {
  if (what === 'system') return { type: 'set-system', text: line.replace(/^\s*\/set\s+system\s*/, '').trim() };
  if (what === 'num_ctx') return { type: 'set-context', value: name };
  if (what === 'parameter' && name === 'num_ctx') return { type: 'set-context', value };
  if (what !== 'parameter' || name === undefined) return { type: 'set-usage' };
  const range = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
  if (!range) return { type: 'unknown-parameter', name };
  if (value === undefined) return { type: 'set-parameter', name, value: undefined };
  const number = Number(value);
  const fits = number >= range.min && number <= range.max && (!range.integer || Number.isInteger(number));
  return fits ? { type: 'set-parameter', name, value: number } : { type: 'bad-parameter', name, value };
}
