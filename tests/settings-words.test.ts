import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { openSettings, settingsSchema } from '#settings';
import { settingWords as en, type SettingWords } from '../src/dashboard/ui/messages/en/setting-words.ts';
import { settingWords as zh } from '../src/dashboard/ui/messages/zh/setting-words.ts';
import { settingKinds } from '../src/dashboard/ui/pages/settings/kinds.ts';
import { root } from './harness.ts';

const store = await openSettings(join(tmpdir(), 'gantry-no-such-folder', 'settings.yaml'));
const entries = store.entries().map(({ path, ...entry }) => ({ ...entry, key: path.join('.') }));
const keys = entries.map(({ key }) => key).toSorted();
const languages: readonly (readonly [string, Readonly<Record<string, SettingWords>>])[] = [
  ['en', en],
  ['zh', zh],
];

describe('every setting', () => {
  it.each(languages)('has its name and what it does on the page, in %s', (_language, words) => {
    expect(Object.keys(words).toSorted()).toEqual(keys);
    for (const { name, does } of Object.values(words)) for (const text of [name, does]) expect(text).not.toBe('');
    const names = Object.values(words).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(languages)('says in %s what holds where there is no fixed default', (_language, words) => {
    const unset = entries.filter((entry) => entry.default === null).map(({ key }) => key);
    expect(unset).toContain('inference.contextSize');
    for (const [key, one] of Object.entries(words))
      expect([key, one.unset !== undefined]).toEqual([key, unset.includes(key)]);
  });

  it('has a field on the page, in one place', () => {
    expect([...settingKinds.keys()].toSorted()).toEqual(keys);
  });

  it('is a choice where it has a closed list of values, and each of them has a name', () => {
    const closed = keys.flatMap((key) => {
      const values = enumAt(key.split('.'));
      return values ? [[key, values] as const] : [];
    });
    const choices = [...settingKinds].filter(([, kind]) => kind === 'choice').map(([key]) => key);
    expect(choices.toSorted()).toEqual(closed.map(([key]) => key));
    for (const [, words] of languages)
      for (const [key, values] of closed) expect(Object.keys(words[key]?.options ?? {}).toSorted()).toEqual(values);
  });

  it('is in the documentation', async () => {
    const text = await readFile(join(root, 'docs', 'settings.md'), 'utf8');
    const missing = keys.filter((key) => {
      const group = key.replace(/\.(?:deny|ask|allow)$/, '');
      return !text.includes(`\`${key}\``) && !text.includes(`\`${group}\``) && !text.includes(`\`${group}.<`);
    });
    expect(missing).toEqual([]);
  });
});

/** The values of an enum, through defaults and whatever else is around it. */
function enumAt(path: readonly string[]): readonly string[] | undefined {
  let schema: z.core.$ZodType | undefined = settingsSchema;
  for (const name of [...path, undefined]) {
    while (schema && 'innerType' in schema._zod.def) schema = schema._zod.def.innerType as z.core.$ZodType;
    const def: z.core.$ZodTypeDef | undefined = schema?._zod.def;
    if (name !== undefined)
      schema = def && 'shape' in def ? (def.shape as Record<string, z.core.$ZodType>)[name] : undefined;
    else if (def?.type === 'enum') return Object.keys((def as z.core.$ZodEnumDef).entries).toSorted();
  }
  return undefined;
}
