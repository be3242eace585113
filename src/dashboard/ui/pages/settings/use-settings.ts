import { settingListBody, type SettingEntryBody } from '#contract';
import { createContext, use } from 'react';
import { useAction, useResource, type Action, type Resource } from '../../kit/index.ts';
import { useSettingsText } from './settings-text.ts';

export const settingsPath = '/gantry/settings';

/** All settings; another tab or the command line may change them too. */
export function useSettings(): Resource<readonly SettingEntryBody[]> {
  return useResource<readonly SettingEntryBody[]>({ path: settingsPath, schema: settingListBody, refreshMs: 4000 });
}

export interface Change {
  readonly key: string;
  /** Null goes back to the default. */
  readonly value: unknown;
}

export function useChange(): Action<Change> {
  const t = useSettingsText();
  return useAction<Change>({
    run: (api, { key, value }) => api.send({ path: settingsPath, method: 'PATCH', body: [{ path: key, value }] }),
    // Much of what is shown elsewhere depends on settings.
    changes: ['/'],
    done: (_nothing, { key }) => t.saved(key),
  });
}

export const SettingsContext = createContext<readonly SettingEntryBody[]>([]);

export interface Setting {
  readonly key: string;
  readonly value: unknown;
  readonly isLocked: boolean;
  readonly isSet: boolean;
}

export function useSetting(key: string): Setting {
  const entry = use(SettingsContext).find((one) => one.key === key);
  return {
    key,
    value: entry?.value ?? null,
    isLocked: entry?.origin === 'locked',
    isSet: entry?.origin === 'file',
  };
}
