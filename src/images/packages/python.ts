import { paragraphs } from './dpkg.ts';
import type { Package } from '../types.ts';

/** `METADATA` of a wheel, `PKG-INFO` of an egg: the head of a mail. */
export function readPython(text: string, path: string): readonly Package[] {
  const [head] = paragraphs(text);
  const [name, version] = [head?.get('Name'), head?.get('Version')];
  if (!name || !version) return [];
  const licence = head?.get('License-Expression') ?? head?.get('License');
  return [{ kind: 'pypi', name, version, licence: licence?.split('\n')[0]?.slice(0, 100) || undefined, path }];
}
