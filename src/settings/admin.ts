import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError, errorCodeOf } from '#core';
import { settingPath } from './list.ts';

/** A value that an administrator gave: for all who say nothing else, or, locked, for everybody. */
export interface AdminValue {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly locked: boolean;
}

const file = z.record(z.string(), z.unknown());
const entry = z.strictObject({ value: z.unknown(), locked: z.boolean().default(false) });

type Entry = z.output<typeof entry>;

/** The names of Docker Desktop's admin-settings.json; the port is two of them there. */
const dockerNames: Readonly<Record<string, (given: unknown) => { key: string; value: unknown }>> = {
  enableInference: (value) => ({ key: 'modelRunner.enabled', value }),
  enableInferenceCORS: (value) => ({
    key: 'server.origins',
    value: typeof value === 'string' ? value.split(',').flatMap((origin) => origin.trim() || []) : value,
  }),
  enableDockerAI: (value) => ({ key: 'assistant.enabled', value }),
  enableDockerMCPToolkit: (value) => ({ key: 'mcp.enabled', value }),
  enableInferenceGPUVariant: (value) => ({ key: 'inference.gpu', value: value === false ? 'none' : 'auto' }),
};
const usualPort = 12_434;

/** What the administrator's file says; nothing when there is none. @throws AppError `settings.invalid` */
export async function readAdmin(path: string): Promise<readonly AdminValue[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const entries = entriesOf(text, path);
  const values: AdminValue[] = [];
  for (const [name, { value, locked }] of entries) {
    if (name === 'enableInferenceTCP' || name === 'enableInferenceTCPPort') continue;
    const named = Object.hasOwn(dockerNames, name) ? dockerNames[name]?.(value) : { key: name, value };
    if (named) values.push({ path: settingPath(named.key), value: named.value, locked });
  }
  const [tcp, port] = [entries.get('enableInferenceTCP'), entries.get('enableInferenceTCPPort')];
  if (tcp || port) {
    values.push({
      path: ['server', 'port'],
      value: tcp?.value === false ? 0 : (port?.value ?? usualPort),
      locked: (tcp?.locked ?? false) || (port?.locked ?? false),
    });
  }
  return values;
}

function entriesOf(text: string, path: string): ReadonlyMap<string, Entry> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(path, 'it is no JSON', cause);
  }
  const parsed = file.safeParse(value);
  if (!parsed.success) throw invalid(path, 'it is no object', parsed.error);
  const entries = new Map<string, Entry>();
  for (const [name, given] of Object.entries(parsed.data)) {
    // Docker's file says its own version.
    if (name === 'configurationFileVersion') continue;
    const one = entry.safeParse(given);
    if (!one.success) throw invalid(path, `${name.slice(0, 200)} is not {"value", "locked"}`, one.error);
    entries.set(name, one.data);
  }
  return entries;
}

function invalid(path: string, reason: string, cause: unknown): AppError {
  return new AppError('settings.invalid', `The administrator's settings file ${path} is not valid: ${reason}.`, {
    hint: 'Correct the file, or remove it.',
    params: { path, reason },
    cause,
  });
}

/** The file's values with those of the administrator: locked ones win, the others are for what the file does not say. */
export function withAdmin(given: unknown, admin: readonly AdminValue[]): unknown {
  if (admin.length === 0 || (typeof given !== 'object' && given !== undefined)) return given;
  const merged: Record<string, unknown> = structuredClone((given ?? {}) as Record<string, unknown>);
  for (const { path, value, locked } of admin) place(merged, path, { value, locked });
  return merged;
}

function place(
  target: Record<string, unknown>,
  path: readonly string[],
  { value, locked }: Omit<AdminValue, 'path'>,
): void {
  let at = target;
  for (const name of path.slice(0, -1)) {
    const next = Object.hasOwn(at, name) ? at[name] : undefined;
    if (typeof next === 'object' && next !== null && !Array.isArray(next)) at = next as Record<string, unknown>;
    else at = at[name] = {} as Record<string, unknown>;
  }
  const last = path.at(-1) ?? '';
  if (locked || !Object.hasOwn(at, last))
    Object.defineProperty(at, last, { value, enumerable: true, writable: true, configurable: true });
}

/** The locked path that a change would touch: the same, above or below. */
export function lockOn(path: readonly string[], admin: readonly AdminValue[]): readonly string[] | undefined {
  return admin.find((one) => one.locked && one.path.every((name, at) => path[at] === undefined || path[at] === name))
    ?.path;
}
