import { AppError } from '#core';
import type { RunnerConfig } from '../types.ts';
import { flagTable, type FlagSpec } from './flag-table.ts';

/** A checked runtime flag. */
export interface RuntimeFlag {
  readonly spec: FlagSpec;
  readonly value: string | undefined;
}

type Planned = Pick<RunnerConfig, 'contextSize' | 'parallel' | 'threads' | 'batchThreads'>;

/** Flags that say what a setting of ours says; both at once would contradict each other. */
const settingFlags: Readonly<Record<string, keyof Planned>> = {
  '-c': 'contextSize',
  '--ctx-size': 'contextSize',
  '-np': 'parallel',
  '--parallel': 'parallel',
  '-t': 'threads',
  '--threads': 'threads',
  '-tb': 'batchThreads',
  '--threads-batch': 'batchThreads',
};

const specs: ReadonlyMap<string, FlagSpec> = new Map(
  flagTable.flatMap((spec) => spec.names.map((name): [string, FlagSpec] => [name, spec])),
);

/**
 * Checks runtime flags against the allow-list of contract §6.
 * @throws AppError `request.invalid` naming the flag
 */
export function parseRuntimeFlags(flags: readonly string[]): readonly RuntimeFlag[] {
  const { settings, rest } = splitRuntimeFlags(flags);
  const [name] = Object.keys(settings);
  if (name !== undefined) {
    const key =
      Object.entries(settingFlags).find(([flag, setting]) => setting === name && flag.startsWith('--'))?.[0] ?? name;
    throw new AppError('request.invalid', `The runtime flag "${key}" contradicts the setting ${name}.`, {
      hint: `Set ${name} instead of the flag.`,
      params: { reason: 'flag_is_setting', flag: key, setting: name },
    });
  }
  return rest.map(({ name: flag, value }) => checked(flag, value));
}

/**
 * Takes the flags that are settings of ours out of a list: `--ctx-size 4096` is `contextSize: 4096`. The rest stays as it is.
 * @throws AppError `request.invalid` for a value that is no positive number, or a flag that is not allowed
 */
export function splitRuntimeFlags(flags: readonly string[]): {
  readonly settings: Partial<Planned>;
  readonly rest: readonly { readonly name: string; readonly value: string | undefined }[];
  readonly flags: readonly string[];
} {
  const settings: Partial<Record<keyof Planned, number>> = {};
  const rest: { name: string; value: string | undefined }[] = [];
  const kept: string[] = [];
  for (let i = 0; i < flags.length; i++) {
    const token = flags[i] ?? '';
    const equals = token.startsWith('--') ? token.indexOf('=') : -1;
    const name = equals < 0 ? token : token.slice(0, equals);
    const setting = Object.hasOwn(settingFlags, name) ? settingFlags[name] : undefined;
    const spec = specs.get(name);
    if (!setting && !spec) throw notAllowed(name, 'llama.cpp');
    const takesValue = setting !== undefined || spec?.takes === 'value';
    let value = equals < 0 ? undefined : token.slice(equals + 1);
    const used = [token];
    if (takesValue && value === undefined) {
      value = flags[i + 1];
      i += 1;
      if (value !== undefined) used.push(value);
    }
    if (!setting) {
      rest.push({ name, value });
      kept.push(...used);
      continue;
    }
    const number = Number(value);
    if (!Number.isSafeInteger(number) || number <= 0) {
      throw invalid(`The runtime flag "${name}" needs a positive whole number.`, { flag: name, value: value ?? '' });
    }
    settings[setting] = number;
  }
  return { settings, rest, flags: kept };
}

function checked(name: string, value: string | undefined): RuntimeFlag {
  const spec = specs.get(name);
  if (!spec) throw notAllowed(name, 'llama.cpp');
  checkFlagValue(name, value, spec);
  return { spec, value };
}

/** @throws AppError `request.invalid` when the value is missing, of no use, another flag, or a path */
export function checkFlagValue(name: string, value: string | undefined, spec: Omit<FlagSpec, 'names'>): void {
  if (spec.takes === 'nothing') {
    if (value !== undefined) throw invalid(`The runtime flag "${name}" takes no value.`, { flag: name, value });
    return;
  }
  if (value === undefined || value === '') throw invalid(`The runtime flag "${name}" needs a value.`, { flag: name });
  if (/^-(?!\.?\d)/.test(value)) {
    throw invalid(`invalid flag "${name}=${value}": value cannot start with '-' unless followed by a digit`, {
      flag: name,
      value,
    });
  }
  if (!spec.inlineText && /[/\\]/.test(value)) {
    throw invalid(`invalid runtime flag "${name}=${value}": paths are not allowed (contains '/' or '\\')`, {
      flag: name,
      value,
    });
  }
}

/** Flags that say what a runner is for; that is decided by the request. */
const modeFlags = new Set(['--embedding', '--embeddings', '--rerank', '--reranking']);
/** Runners listen on a private socket and answer us alone. */
const doorFlags = new Set(['--api-key', '--api-prefix', '--webui', '--webui-config']);

export function notAllowed(flag: string, backend: string): AppError {
  const message = `runtime flag "${flag}" is not allowed for backend "${backend}"`;
  const params = { reason: 'flag_not_allowed', flag };
  if (modeFlags.has(flag)) {
    return new AppError('request.invalid', message, {
      hint: 'Leave it out: a request for embeddings or a ranking loads the model for that.',
      params,
    });
  }
  if (doorFlags.has(flag)) {
    return new AppError('request.invalid', message, { hint: 'Leave it out: only Gantry reaches the runner.', params });
  }
  return new AppError('request.invalid', message, { hint: 'Correct the runtime flags of this model.', params });
}

function invalid(message: string, params: Record<string, string>): AppError {
  return new AppError('request.invalid', message, {
    hint: 'Correct the runtime flags of this model.',
    params: { reason: 'runtime_flag', ...params },
  });
}
