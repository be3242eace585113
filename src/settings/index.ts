export { settingPath, type SettingEntry } from './list.ts';
export { settingsSchema, type ModelSettings, type Settings } from './schema.ts';
export { openSettings, type SettingChange, type SettingsStore } from './store.ts';
