import type { CliContext } from '../context.ts';
import { en } from '../messages/en.ts';
import { createTranslate, type Translate } from '../messages/translate.ts';

/** Titles of columns: scripts around `docker model` look for its English ones, whatever the user's language. */
export function columnTitles({ calledAs, t }: CliContext): Translate {
  return calledAs.style === 'docker' ? createTranslate(en) : t;
}
