import { settingListBody, type SettingEntryBody } from '#contract';
import { createContext, use } from 'react';
import { useAction, useResource, type Action, type Resource } from '../../kit/index.ts';
import type { SettingKey } from '../../messages/en/setting-words.ts';
import { settingFrom, type Setting } from './setting-from.ts';
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

/** All or none; what the daemon does not accept is in `error`, to be shown at the field. */
export function useChange(): Action<Change | readonly Change[]> {
  const t = useSettingsText();
  return useAction<Change | readonly Change[]>({
    run: (api, given) =>
      api.send({
        path: settingsPath,
        method: 'PATCH',
        body: [given].flat().map(({ key, value }) => ({ path: key, value })),
      }),
    // Much of what is shown elsewhere depends on settings.
    changes: ['/'],
    done: (_nothing, given) =>
      t.saved(
        [given]
          .flat()
          .map(({ key }) => key)
          .join(', '),
      ),
    errors: 'kept',
  });
}

export const SettingsContext = createContext<readonly SettingEntryBody[]>([]);

export function useSetting(key: SettingKey): Setting {
  return settingFrom(use(SettingsContext), key);
}
