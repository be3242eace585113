import type { Env } from '#core';
import type { CliOutput } from '../types.ts';

export const colorChoices = ['auto', 'yes', 'no'] as const;
export type ColorChoice = (typeof colorChoices)[number];

/** Colours on a terminal that can show them, unless NO_COLOR (no-color.org) or the user says otherwise. */
export function colorsWanted(output: CliOutput, env: Env, choice: ColorChoice = 'auto'): boolean {
  if (choice !== 'auto') return choice === 'yes';
  return output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
