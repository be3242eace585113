import { createText, useLanguage } from '../../kit/index.ts';
import { settingWords as wordsEn, type SettingKey, type SettingWords } from '../../messages/en/setting-words.ts';
import { settings as en } from '../../messages/en/settings.ts';
import { settingWords as wordsZh } from '../../messages/zh/setting-words.ts';
import { settings as zh } from '../../messages/zh/settings.ts';

export const useSettingsText = createText({ en, zh });

/** What each setting is called and does, in the language of the page. */
export function useSettingWords(): Readonly<Record<SettingKey, SettingWords>> {
  return useLanguage().language === 'zh' ? wordsZh : wordsEn;
}
