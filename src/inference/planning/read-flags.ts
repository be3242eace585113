import { AppError } from '#core';
import { flagTable } from '../backends/flag-table.ts';
import { parseRuntimeFlags, splitRuntimeFlags } from '../backends/runtime-flags.ts';
import type { MemoryQuestion } from './estimate-memory.ts';
import type { ModelWishes, RunnerWishes } from './settings.ts';

/** What the runtime flags of a model mean to planning. */
export interface ReadFlags {
  /** Flags that are settings of ours: `--ctx-size 4096` is `contextSize: 4096`. */
  readonly wishes: RunnerWishes;
  /** The others, as the runner gets them. */
  readonly flags: readonly string[];
  /** Whether the flag is among them, by its first spelling. */
  readonly has: (name: string) => boolean;
  readonly memory: Pick<MemoryQuestion, 'cacheElementBytes' | 'fullWindow' | 'flashAttention' | 'microBatch'>;
  readonly pooling: string | undefined;
  /** The trained context is stretched on purpose. */
  readonly scalesRope: boolean;
  readonly loadsProjector: boolean;
  /** Memory for prompts kept beside the caches, as far as somebody asked for it. */
  readonly promptCacheBytes: number;
}

/** Bytes of an element, from the block sizes of the ggml types llama.cpp allows for a cache. */
const elementBytes: Readonly<Record<string, number>> = {
  f32: 4,
  f16: 2,
  bf16: 2,
  q8_0: 34 / 32,
  q5_1: 24 / 32,
  q5_0: 22 / 32,
  q4_1: 20 / 32,
  q4_0: 18 / 32,
  iq4_nl: 18 / 32,
};

/** Checks the runtime flags in a model's settings. @throws AppError `settings.invalid` naming the flag and, if it is unknown, its nearest match */
export function readFlags(model: string, settings: ModelWishes): ReadFlags {
  const given = settings.runtimeFlags ?? [];
  try {
    const split = splitRuntimeFlags(given);
    const parsed = parseRuntimeFlags(split.flags);
    for (const name of Object.keys(split.settings) as (keyof RunnerWishes)[]) {
      if (settings[name] !== undefined && settings[name] !== split.settings[name]) throw contradiction(model, name);
    }
    const valueOf = (name: string): string | undefined => parsed.findLast(({ spec }) => spec.names[0] === name)?.value;
    const has = (name: string): boolean => parsed.some(({ spec }) => spec.names[0] === name);
    const microBatch = Number(valueOf('--ubatch-size') ?? Number.NaN);
    return {
      wishes: split.settings,
      flags: split.flags,
      has,
      memory: {
        cacheElementBytes: {
          key: elementBytes[valueOf('--cache-type-k') ?? 'f16'] ?? 2,
          value: elementBytes[valueOf('--cache-type-v') ?? 'f16'] ?? 2,
        },
        fullWindow: has('--swa-full'),
        flashAttention: valueOf('--flash-attn') !== 'off',
        ...(microBatch > 0 && { microBatch }),
      },
      pooling: valueOf('--pooling'),
      scalesRope: parsed.some(({ spec }) => /^--(rope|yarn)-/.test(spec.names[0])),
      loadsProjector: !has('--no-mmproj'),
      promptCacheBytes: Math.max(0, Number(valueOf('--cache-ram') ?? 0) || 0) * 1024 ** 2,
    };
  } catch (error) {
    if (error instanceof AppError && error.code === 'request.invalid') throw asSetting(model, error);
    throw error;
  }
}

function asSetting(model: string, error: AppError): AppError {
  const flag = String(error.params['flag'] ?? '');
  const known = flagTable.some(({ names }) => names.includes(flag));
  const near = known ? undefined : nearestFlag(flag);
  return new AppError('settings.invalid', `The runtime flags of ${model} are not valid: ${error.message}`, {
    hint: near === undefined ? error.hint : `Did you mean ${near}? Correct modelSettings in the settings.`,
    params: { ...error.params, model, detail: error.message, ...(near !== undefined && { nearest: near }) },
    cause: error,
  });
}

export function contradiction(model: string, setting: string): AppError {
  return new AppError('settings.invalid', `The settings of ${model} give ${setting} twice, with different values.`, {
    hint: `Remove the runtime flag and keep ${setting}.`,
    params: { reason: 'flag_contradicts_setting', model, setting },
  });
}

/** The allowed flag with the fewest typing mistakes from `flag`, if that is at most a third of its length. */
export function nearestFlag(flag: string): string | undefined {
  const names = flagTable.flatMap((spec) => spec.names).filter((name) => name.startsWith('--'));
  let best: { name: string; distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(flag, name);
    if (best === undefined || distance < best.distance) best = { name, distance };
  }
  return best !== undefined && best.distance * 3 <= flag.length ? best.name : undefined;
}

function editDistance(a: string, b: string): number {
  // A hostile "flag" may be of any length.
  if (Math.abs(a.length - b.length) > 12) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
