import type { SettingEntryBody } from '#contract';
import type { SettingKey } from '../../messages/en/setting-words.ts';

export interface Setting {
  readonly key: SettingKey;
  readonly value: unknown;
  readonly default: unknown;
  readonly isSet: boolean;
  readonly isLocked: boolean;
  /** The administrator's file. */
  readonly lockedBy: string | undefined;
  /** A part of it is not shown, so that it cannot be written back. */
  readonly isHidden: boolean;
}

const hidden = '********';

/** One setting of the daemon's list. What may hold any name comes in its parts and is put together again. */
export function settingFrom(entries: readonly SettingEntryBody[], key: SettingKey): Setting {
  const root = key.split('.');
  const parts = entries.filter(({ path }) => root.every((name, at) => path[at] === name));
  const whole = parts.find(({ path }) => path.length === root.length);
  const locked = parts.find(({ origin }) => origin === 'locked');
  return {
    key,
    value: whole ? whole.value : parts.length === 0 ? null : together(parts, root.length),
    default: whole ? whole.default : null,
    isSet: parts.some(({ origin }) => origin === 'file'),
    isLocked: locked !== undefined,
    lockedBy: locked?.lockedBy,
    isHidden: parts.some(({ value }) => value === hidden),
  };
}

type Parts = Record<string, unknown>;

function together(parts: readonly SettingEntryBody[], depth: number): Parts {
  const whole = empty();
  for (const { path, value } of parts) {
    const names = path.slice(depth);
    const last = names.pop();
    if (last === undefined) continue;
    let at = whole;
    for (const name of names) at = (at[name] ??= empty()) as Parts;
    at[last] = value;
  }
  return whole;
}

/** Without a prototype, so that every name is only a name. */
function empty(): Parts {
  return Object.create(null) as Parts;
}
