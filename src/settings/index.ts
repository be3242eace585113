export { settingsSchema, type ModelSettings, type Settings } from './schema.ts';
export { openSettings, type SettingsStore } from './store.ts';
