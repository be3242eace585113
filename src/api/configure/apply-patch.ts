import { isDeepStrictEqual } from 'node:util';
import { AppError } from '#core';
import type { ModelWishes, ModeWishes } from '#inference';
import type { SettingChange } from '#settings';
import { isObject } from '../http/body.ts';
import type { ConfigurePatch, Patch } from './read-patch.ts';

export type ModelSettings = Readonly<Record<string, ModelWishes>>;

export interface Applied {
  /** All model settings as they will be. */
  readonly modelSettings: ModelSettings;
  /** What that means for the file. Empty when nothing changes. */
  readonly changes: readonly SettingChange[];
}

export interface Place {
  /** Keys of the settings that mean this model, in the order of the file; a later one wins. */
  readonly keys: readonly string[];
  /** The key for a model that has none. */
  readonly newKey: string;
}

/** Applies a patch to the settings of one model, field by field. @throws AppError `request.invalid` when it leaves something without sense */
export function applyPatch(settings: ModelSettings, patch: ConfigurePatch, { keys, newKey }: Place): Applied {
  const target = keys.at(-1) ?? newKey;
  const changed: Record<string, ModelWishes> = {};
  // What is taken back must go under every name, or an earlier one would shine through.
  for (const key of new Set([...keys, target])) {
    const before = settings[key] ?? {};
    const after = inMode(before, patch, { sets: key === target });
    if (!isDeepStrictEqual(before, after)) changed[key] = after;
  }
  const changes = Object.entries(changed).flatMap(([key, after]) =>
    differences(settings[key], Object.keys(after).length === 0 ? undefined : after, ['modelSettings', key]),
  );
  return { modelSettings: { ...settings, ...changed }, changes };
}

/** The smallest changes that make `after` of `before`, so that comments beside what stays are kept. */
function differences(before: unknown, after: unknown, path: readonly string[]): readonly SettingChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isObject(before) || !isObject(after)) return [{ path, value: after }];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => differences(before[name], after[name], [...path, name]));
}

function inMode(before: ModelWishes, patch: ConfigurePatch, { sets }: { sets: boolean }): ModelWishes {
  const { mode } = patch;
  if (mode === undefined) return patched(before, patch, { sets });
  const { modes = {}, ...rest } = before;
  const { [mode]: own = {}, ...others } = modes;
  const after = patched(own, patch, { sets });
  const next = { ...others, ...(Object.keys(after).length > 0 && { [mode]: after }) };
  return { ...rest, ...(Object.keys(next).length > 0 && { modes: next }) };
}

function patched<T extends ModeWishes>(
  before: T,
  { plain, speculative, vllm }: ConfigurePatch,
  { sets }: { sets: boolean },
): T {
  const nested = {
    speculative: nestedPatch(before.speculative, speculative, { sets }),
    vllm: nestedPatch(before.vllm, vllm, { sets }),
  };
  const draft = nested.speculative;
  if (draft !== undefined && draft !== null && draft.draftModel === undefined) {
    throw new AppError('request.invalid', 'Speculative decoding needs a draft model.', {
      hint: 'Name one in speculative.draft_model, or send "speculative": null.',
      params: { reason: 'draft_required', param: 'speculative.draft_model', expected: 'string' },
    });
  }
  return merged(before, { ...plain, ...nested } as Patch<T>, { sets });
}

function nestedPatch<T extends object>(
  before: T | undefined,
  patch: Patch<T> | null | undefined,
  { sets }: { sets: boolean },
): Partial<T> | null | undefined {
  if (patch === null || patch === undefined) return patch;
  const after = merged<Partial<T>>(before ?? {}, patch as Patch<Partial<T>>, { sets });
  return Object.keys(after).length === 0 ? null : after;
}

/** Fields of `before` with those of the patch over them. Where it may not set, it only takes away. */
function merged<T extends object>(before: T, patch: Patch<T>, { sets }: { sets: boolean }): T {
  const after = { ...before } as Record<string, unknown>;
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete after[name];
    else if (sets) after[name] = value;
  }
  return after as T;
}
