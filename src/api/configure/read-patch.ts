import { configureRequest, type ConfigureRequest } from '#contract';
import { AppError, parseDurationMs } from '#core';
import type { ModeWishes, RunnerMode } from '#inference';
import { parseJsonObject } from '../http/body.ts';
import { splitWords } from './split-words.ts';
import { parseValue } from '../http/parse-value.ts';

/** A new value, or null to take it back. Left out: as it is. */
export type Patch<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> | null };

export interface ConfigurePatch {
  readonly model: string;
  /** Undefined holds in every mode. */
  readonly mode: RunnerMode | undefined;
  readonly plain: Patch<Omit<ModeWishes, 'speculative' | 'vllm'>>;
  readonly speculative: Patch<NonNullable<ModeWishes['speculative']>> | null | undefined;
  readonly vllm: Patch<NonNullable<ModeWishes['vllm']>> | null | undefined;
}

const modeFlags: Readonly<Record<string, RunnerMode>> = {
  '--embedding': 'embedding',
  '--embeddings': 'embedding',
  '--rerank': 'reranking',
  '--reranking': 'reranking',
};

/** Reads the body of `_configure`. @throws AppError `request.invalid` naming the parameter */
export function readPatch(body: Buffer): ConfigurePatch {
  const fields = parseJsonObject(body);
  const parsed = parseValue(configureRequest, fields);
  if (!parsed.success) throw wrong(fields, parsed.error.issues[0]);
  const request = parsed.data;
  const { mode, runtimeFlags } = modeAndFlags(request);
  const { 'context-size': contextSize, keep_alive: keepAlive, llamacpp } = request;
  const plain = defined({
    // docker/model-runner ignores 0 (contract §5.5), which is what having no wish means.
    contextSize: contextSize === 0 ? null : contextSize,
    keepAlive: keepAlive == null ? keepAlive : durationOf(keepAlive),
    runtimeFlags,
    reasoningBudget: llamacpp === null ? null : llamacpp?.['reasoning-budget'],
  });
  return { model: request.model, mode, plain, speculative: draftPatch(request), vllm: vllmPatch(request) };
}

function modeAndFlags(request: ConfigureRequest): {
  readonly mode: RunnerMode | undefined;
  readonly runtimeFlags: readonly string[] | null | undefined;
} {
  const { 'runtime-flags': list, 'raw-runtime-flags': raw, mode } = request;
  const given =
    list != null && list.length > 0 ? list : raw != null ? splitWords(raw) : list === undefined ? raw : list;
  const named = given?.map((flag) => (Object.hasOwn(modeFlags, flag) ? modeFlags[flag] : undefined)).find(Boolean);
  const wanted = mode ?? undefined;
  if (named !== undefined && wanted !== undefined && named !== wanted) {
    throw new AppError('request.invalid', `The runtime flags are for ${named}, the mode is ${wanted}.`, {
      hint: 'Leave one of them out.',
      params: { reason: 'mode_contradicts_flag', named, mode: wanted, param: 'mode' },
    });
  }
  return {
    mode: wanted ?? named,
    runtimeFlags: given?.filter((flag) => !Object.hasOwn(modeFlags, flag)) ?? given,
  };
}

function draftPatch({ speculative }: ConfigureRequest): ConfigurePatch['speculative'] {
  if (speculative == null) return speculative;
  const { draft_model: draftModel, num_tokens: tokens, min_acceptance_rate: minAcceptanceRate } = speculative;
  return defined({
    draftModel: draftModel === '' ? null : draftModel,
    // 0 is how Go clients leave a number out.
    tokens: tokens === 0 ? null : tokens,
    minAcceptanceRate,
  });
}

function vllmPatch({ vllm }: ConfigureRequest): ConfigurePatch['vllm'] {
  if (vllm == null) return vllm;
  return defined({ hfOverrides: vllm['hf-overrides'], gpuMemoryUtilization: vllm['gpu-memory-utilization'] });
}

function durationOf(value: string | number): string {
  const text = String(value).trim();
  if (text !== '' && parseDurationMs(text) !== undefined) return text;
  throw new AppError('request.invalid', `"${text.slice(0, 100)}" is not a duration.`, {
    hint: 'Use a duration such as 5m or 1h30m, 0 to unload at once, or -1 to keep it for ever.',
    params: { param: 'keep_alive', expected: '5m, 0, -1' },
  });
}

function defined<T extends object>(fields: T): Patch<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Patch<T>;
}

function wrong(
  fields: Readonly<Record<string, unknown>>,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): AppError {
  const param = issue?.path.map(String).join('.') ?? '';
  if (param === 'model' && (fields['model'] === undefined || fields['model'] === '')) {
    return new AppError('request.invalid', 'model is required', {
      hint: 'Name a model in "model".',
      params: { param, expected: 'string' },
    });
  }
  const expected = (issue?.message ?? '').replace(/^Invalid (input|option): expected /, '').slice(0, 200);
  return new AppError('request.invalid', `"${param}" is not valid: ${expected}.`, {
    params: { param, expected },
  });
}
