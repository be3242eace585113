import type { SettingChange, SettingsStore } from '#settings';

/**
 * Settings that take effect when they are changed. When what they ask for cannot be done, the change is taken back, so that the
 * file never says what does not hold.
 */
export function followSettings(settings: SettingsStore, follow: () => Promise<void>): SettingsStore {
  const change: SettingsStore['change'] = async (changes) => {
    const before = changes.map(({ path }): SettingChange => ({ path, value: givenValue(settings, path) }));
    await settings.change(changes);
    try {
      await follow();
    } catch (error) {
      await settings.change(before);
      throw error;
    }
    return settings.current();
  };
  return { ...settings, change, set: (path, value) => change([{ path, value }]) };
}

/** What the file says there; undefined where it says nothing. */
function givenValue(settings: SettingsStore, path: readonly string[]): unknown {
  const isGiven = settings
    .entries()
    .some((entry) => entry.origin === 'file' && path.every((name, index) => entry.path[index] === name));
  if (!isGiven) return undefined;
  // Not from the entries: those hide secrets.
  let value: unknown = settings.current();
  for (const name of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return value;
}
