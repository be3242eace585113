import type { Translate } from '../../messages/translate.ts';
import type { Saying } from '../state/types.ts';

/** Looks a text up whose key is data; its values were checked where the saying was made. */
export function say(t: Translate, { key, values }: Saying): string {
  const lookUp = t as (key: Saying['key'], values?: Saying['values']) => string;
  return lookUp(key, values);
}
