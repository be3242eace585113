import { z } from 'zod';
import type { Package } from '../types.ts';

const manifest = z.looseObject({
  name: z.string().min(1),
  version: z.string().min(1),
  license: z.unknown(),
});

/** `node_modules/NAME/package.json`. Files that are something else give nothing. */
export function readNpm(text: string, path: string): readonly Package[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  const { data } = manifest.safeParse(value);
  if (!data) return [];
  const licence = typeof data.license === 'string' ? data.license : undefined;
  return [{ kind: 'npm', name: data.name.slice(0, 214), version: data.version.slice(0, 100), licence, path }];
}
