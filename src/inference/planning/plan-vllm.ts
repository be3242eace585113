import { AppError } from '#core';
import { checkHfOverrides, checkVllmFlags, splitVllmFlags } from '../backends/vllm-flags.ts';
import type { EffectiveConfig, VllmConfig } from '../types.ts';
import { fitThreads } from './fit-threads.ts';
import { gpuOf, keepingOf, tooLarge, wholeContext, wishReader, type PlanInput } from './plan-runner.ts';
import type { ModelWishes } from './settings.ts';

/** Interpreter, PyTorch and the compiler's caches. */
const programBytes = 2 * 1024 ** 3;
/** vLLM batches what comes, so that a place costs next to nothing; this bounds what a client can make it hold. */
const defaultParallel = 16;
/** Where neither the package nor anybody says how much a model can. */
const defaultContext = 4096;

/**
 * Like `planRunner`, for vLLM. It takes a fixed share of the GPU for its cache and fits the cache into it, so only main memory is
 * estimated: weights pass through it once.
 * @throws AppError `settings.invalid`, `inference.out_of_memory`
 */
export function planVllm(input: PlanInput): EffectiveConfig {
  const { name, bundle, modelSettings, mode } = input;
  const { wishes, flags } = flagsOf(name, modelSettings);
  const wish = wishReader(input, { wishes });
  const { trainedContext } = bundle.header;
  const packaged = bundle.config.context_size ?? undefined;
  const context = wholeContext(wish('contextSize'), { name, trainedContext });
  const estimatedBytes = Math.ceil(bundle.weightBytes * 1.1) + programBytes;
  if (estimatedBytes > input.budgetBytes) throw tooLarge(input, estimatedBytes);
  const fitted = fitThreads(input.machine);
  const threads = wish('threads');
  const vllm = vllmOf(modelSettings.vllm);
  return {
    mode: { value: mode, origin: 'request' },
    contextSize:
      context ??
      (packaged !== undefined && packaged > 0
        ? { value: packaged, origin: 'package' }
        : { value: trainedContext ?? defaultContext, origin: trainedContext === undefined ? 'default' : 'fitted' }),
    parallel: wish('parallel') ?? { value: defaultParallel, origin: 'default' },
    threads: threads ?? { value: fitted.threads, origin: 'fitted' },
    batchThreads: wish('batchThreads') ?? threads ?? { value: fitted.batchThreads, origin: 'fitted' },
    runtimeFlags: { value: flags, origin: flags.length > 0 ? 'model settings' : 'default' },
    ...(mode === 'completion' && input.draft && speculativeOf(input.draft)),
    ...(vllm && { vllm: { value: vllm, origin: 'model settings' } }),
    ...gpuOf(input),
    ...keepingOf(input),
    estimatedBytes,
  };
}

function speculativeOf({ speculative }: NonNullable<PlanInput['draft']>): Pick<EffectiveConfig, 'speculative'> {
  return { speculative: { value: speculative, origin: 'model settings' } };
}

function vllmOf(wishes: ModelWishes['vllm']): VllmConfig | undefined {
  return wishes && (wishes.hfOverrides !== undefined || wishes.gpuMemoryUtilization !== undefined) ? wishes : undefined;
}

function flagsOf(model: string, settings: ModelWishes): ReturnType<typeof splitVllmFlags> {
  const given = settings.runtimeFlags ?? [];
  try {
    checkVllmFlags(given);
    checkHfOverrides(settings.vllm?.hfOverrides ?? {});
    return splitVllmFlags(given);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'request.invalid') throw error;
    throw new AppError('settings.invalid', `The runtime flags of ${model} are not valid: ${error.message}`, {
      hint: error.hint,
      params: { ...error.params, model, detail: error.message },
      cause: error,
    });
  }
}
