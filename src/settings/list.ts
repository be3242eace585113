import type { z } from 'zod';
import type { AdminValue } from './admin.ts';
import { settingsSchema, type Settings } from './schema.ts';

/** One value in force. `value` is null where nobody set one and there is no fixed default. */
export interface SettingEntry {
  readonly path: readonly string[];
  readonly value: unknown;
  /** `locked`: set by an administrator, not to be changed by the user. */
  readonly origin: 'default' | 'file' | 'locked';
  /** What holds where the file says nothing; null where there is no fixed default. */
  readonly default: unknown;
  /** The administrator's file that locks it. */
  readonly lockedBy?: string;
}

export interface SettingsGiven {
  /** What the user's file says. */
  readonly given: unknown;
  readonly admin: readonly AdminValue[];
  readonly adminFile: string;
  /** What would hold if the user's file said nothing. */
  readonly defaults: Settings;
}

/** Every setting with where it comes from. Secrets are not shown. */
export function listSettings(
  settings: Settings,
  { given, admin, adminFile, defaults }: SettingsGiven,
): readonly SettingEntry[] {
  const shown = (path: readonly string[], value: unknown): unknown =>
    isSecret(path) && value !== null ? '********' : value;
  const isLocked = (path: readonly string[]): boolean =>
    admin.some((one) => one.locked && one.path.every((name, at) => path[at] === name));
  return leavesOf(settingsSchema, { value: settings, path: [] }).map(({ path, value }) => ({
    path,
    value: shown(path, value),
    default: shown(path, valueAt(defaults, path) ?? null),
    ...(isLocked(path)
      ? { origin: 'locked', lockedBy: adminFile }
      : { origin: isGiven(given, path) ? 'file' : 'default' }),
  }));
}

/** `server.port` → its segments. The names of models hold dots: what is between the first and the last word is one. */
export function settingPath(key: string): readonly string[] {
  const words = key.split('.');
  const [first = '', ...rest] = words;
  if (first !== 'modelSettings' || rest.length < 2) return words;
  return [first, rest.slice(0, -1).join('.'), rest.at(-1) ?? ''];
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

function leavesOf(schema: z.core.$ZodType, { path, value }: Leaf): readonly Leaf[] {
  const { def } = unwrapped(schema)._zod;
  if (isObjectDef(def)) {
    return Object.entries(def.shape).flatMap(([name, field]) =>
      leavesOf(field, { path: [...path, name], value: fieldOf(value, name) }),
    );
  }
  // Of a record only what is there can be named.
  if (def.type === 'record') return recordLeaves(value, path);
  return [{ path, value: value ?? null }];
}

function recordLeaves(value: unknown, path: readonly string[]): readonly Leaf[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value: value ?? null }];
  if (Object.keys(value).length === 0) return [{ path, value }];
  return Object.entries(value).flatMap(([name, one]) => recordLeaves(one, [...path, name]));
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod;
  return 'innerType' in def ? unwrapped(def.innerType as z.core.$ZodType) : schema;
}

function isObjectDef(def: z.core.$ZodTypeDef): def is z.core.$ZodObjectDef {
  return def.type === 'object';
}

function isGiven(given: unknown, path: readonly string[]): boolean {
  return valueAt(given, path) !== undefined;
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const name of path) value = fieldOf(value, name);
  return value;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function isSecret(path: readonly string[]): boolean {
  return /(?:secret|password|token|hash|apiKey)$/i.test(path.at(-1) ?? '');
}
