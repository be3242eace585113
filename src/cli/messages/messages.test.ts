import { describe, expect, it } from 'vitest';
import { fill } from '#texts';
import { en } from './en.ts';
import { chooseLanguage, createTranslate } from './translate.ts';
import { zh } from './zh.ts';

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([all]) => all).toSorted();

describe('messages', () => {
  it('exist in both languages under the same keys', () => {
    expect(Object.keys(zh).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  it.each(Object.entries(en))('name the same values in both languages: %s', (key, text) => {
    expect(placeholders(Object.entries(zh).find(([other]) => other === key)?.[1] ?? '')).toEqual(placeholders(text));
  });

  it.each(Object.entries(zh))('are Chinese, or a name that is not translated: %s', (key, text) => {
    const names = ['version.node', 'runtime.origin.path', 'column.id', 'help.mcp.server.language'];
    expect(/\p{Script=Han}/u.test(text) || names.includes(key)).toBe(true);
  });

  it('fill in values, also those that look like patterns', () => {
    expect(createTranslate(en)('pull.done', { tag: '$& {tag}' })).toBe('Model $& {tag} is ready.');
  });

  it('are not filled in half', () => {
    expect(fill('{a} and {b}', { a: 1 })).toBeUndefined();
    expect(fill('{toString}', {})).toBeUndefined();
  });
});

describe('the language', () => {
  it.each([
    [{}, 'en'],
    [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
    [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LC_MESSAGES: 'zh_TW', LANG: 'de_DE' }, 'zh'],
    [{ GANTRY_LANG: 'en', LC_ALL: 'zh_CN.UTF-8' }, 'en'],
    [{ GANTRY_LANG: 'zh' }, 'zh'],
    [{ LANG: 'fr_FR' }, 'en'],
  ] as const)('of %o is %s', (env, language) => {
    expect(chooseLanguage(env)).toBe(language);
  });
});
