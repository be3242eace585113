import type { SettingEntryBody } from '#contract';
import type { SettingKey, SettingWords } from '../../messages/en/setting-words.ts';
import { settingKinds } from './kinds.ts';
import { settingFrom } from './setting-from.ts';

export interface FindOptions {
  readonly words: Readonly<Record<SettingKey, SettingWords>>;
  readonly entries: readonly SettingEntryBody[];
  readonly isChangedOnly: boolean;
}

/** The settings that have all words of what is looked for in their key, name or explanation, in the order of the page. */
export function findSettings(text: string, { words, entries, isChangedOnly }: FindOptions): readonly SettingKey[] {
  const wanted = text.toLowerCase().split(/\s+/);
  const found = [...settingKinds.keys()].filter((key) => {
    if (isChangedOnly) {
      const { isSet, isLocked } = settingFrom(entries, key);
      if (!isSet && !isLocked) return false;
    }
    const { name, does } = words[key];
    const all = `${key} ${name} ${does}`.toLowerCase();
    return wanted.every((word) => all.includes(word));
  });
  // A certificate and its key are one form.
  return [...new Set(found.map((key) => (key === 'server.tls.key' ? 'server.tls.certificate' : key)))];
}
