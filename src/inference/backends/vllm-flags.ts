import { AppError } from '#core';
import { checkFlagValue, notAllowed } from './runtime-flags.ts';

/** The flags users may set for vLLM (contract model-runner §6), and whether they take a value. */
const values =
  `--tensor-parallel-size -tp --pipeline-parallel-size -pp --max-model-len --max-num-batched-tokens --max-num-seqs --block-size
  --swap-space --seed --dtype --quantization -q --kv-cache-dtype --tokenizer-mode --max-logprobs --revision --load-format
  --served-model-name --gpu-memory-utilization`.split(/\s+/);
const switches =
  `--enforce-eager --enable-prefix-caching --enable-chunked-prefill --disable-custom-all-reduce --use-v2-block-manager
  --disable-log-stats`.split(/\s+/);

const takes: ReadonlyMap<string, 'value' | 'nothing'> = new Map([
  ...values.map((name) => [name, 'value'] as const),
  ...switches.map((name) => [name, 'nothing'] as const),
]);

/** Checks runtime flags for vLLM. @throws AppError `request.invalid` naming the flag */
export function checkVllmFlags(flags: readonly string[]): void {
  for (let index = 0; index < flags.length; index += 1) {
    const token = flags[index] ?? '';
    const equals = token.startsWith('--') ? token.indexOf('=') : -1;
    const name = equals < 0 ? token : token.slice(0, equals);
    const kind = takes.get(name);
    if (kind === undefined) throw notAllowed(name, 'vllm');
    let value = equals < 0 ? undefined : token.slice(equals + 1);
    if (kind === 'value' && value === undefined) {
      index += 1;
      value = flags[index];
    }
    checkFlagValue(name, value, { takes: kind });
  }
}

/** Flags of vLLM that say what a setting of ours says. */
const settingFlags: Readonly<Record<string, 'contextSize' | 'parallel'>> = {
  '--max-model-len': 'contextSize',
  '--max-num-seqs': 'parallel',
};

export interface SplitVllmFlags {
  readonly wishes: { readonly contextSize?: number; readonly parallel?: number };
  /** The others, each in one piece: `--dtype=half`. */
  readonly flags: readonly string[];
}

/** Takes the flags that are settings of ours out of checked ones. @throws AppError `request.invalid` for a value that is no positive number */
export function splitVllmFlags(flags: readonly string[]): SplitVllmFlags {
  const wishes: Partial<Record<'contextSize' | 'parallel', number>> = {};
  const kept: string[] = [];
  for (let index = 0; index < flags.length; index += 1) {
    const token = flags[index] ?? '';
    const equals = token.startsWith('--') ? token.indexOf('=') : -1;
    const name = equals < 0 ? token : token.slice(0, equals);
    let value = equals < 0 ? undefined : token.slice(equals + 1);
    if (takes.get(name) === 'value' && value === undefined) {
      index += 1;
      value = flags[index];
    }
    const setting = settingFlags[name];
    if (setting === undefined) {
      kept.push(value === undefined ? name : `${name}=${value}`);
      continue;
    }
    const number = Number(value);
    if (!Number.isSafeInteger(number) || number <= 0) {
      throw new AppError('request.invalid', `The runtime flag "${name}" needs a positive whole number.`, {
        hint: 'Correct the runtime flags of this model.',
        params: { reason: 'runtime_flag', flag: name, value: value ?? '' },
      });
    }
    wishes[setting] = number;
  }
  return { wishes, flags: kept };
}

/** Overrides become arguments of a constructor: every key must be a plain name, at every depth. @throws AppError `request.invalid` */
export function checkHfOverrides(value: unknown): void {
  const left: unknown[] = [value];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (Array.isArray(next)) for (const item of next) left.push(item);
    else if (typeof next === 'object' && next !== null) {
      for (const [key, inner] of Object.entries(next)) {
        if (!/^[a-zA-Z_]\w*$/.test(key)) throw badKey(key);
        left.push(inner);
      }
    }
  }
}

function badKey(key: string): AppError {
  const short = key.slice(0, 100);
  return new AppError('request.invalid', `"${short}" cannot be a key of hf-overrides.`, {
    hint: 'Use letters, digits and underscores, not beginning with a digit.',
    params: { reason: 'hf_override', key: short },
  });
}
