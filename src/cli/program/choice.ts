import { Option } from 'commander';
import type { OptionValues } from '../option-values.ts';

/** An option that takes one of a few words; the help lists them. */
export function choice(
  flags: string,
  description: string,
  { values, parsers }: { values: readonly string[]; parsers: OptionValues },
): Option {
  const name = flags.split(' ')[0] ?? flags;
  // The parser comes after the choices, whose own would refuse in English.
  return new Option(flags, description).choices(values).argParser(parsers.choice(name, values));
}
