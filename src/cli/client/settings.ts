import type { ChangeSettingsRequest, SettingEntryBody } from '#contract';
import type { DaemonClient } from './daemon-client.ts';

const path = '/gantry/settings';

export async function fetchSettings(daemon: DaemonClient): Promise<readonly SettingEntryBody[]> {
  return await daemon.json({ path }, (contract) => contract.settingListBody);
}

/** Changes all or none, at once; resolves with every setting. */
export async function changeSettings(
  daemon: DaemonClient,
  changes: ChangeSettingsRequest,
): Promise<readonly SettingEntryBody[]> {
  return await daemon.json({ method: 'PATCH', path, body: changes }, (contract) => contract.settingListBody);
}
