import { AppError, formatSize, parseDurationMs } from '#core';
import type { ModelBundle } from '#models';
import type { EffectiveConfig, Origin, RunnerConfig, RunnerMode, Valued } from '../types.ts';
import { checkMode } from './check-mode.ts';
import type { Draft } from './draft.ts';
import { estimateMemory, overheadBytes } from './estimate-memory.ts';
import { fitContext, type Shape } from './fit-context.ts';
import { fitThreads } from './fit-threads.ts';
import type { Machine } from './machine.ts';
import { contradiction, readFlags, type ReadFlags } from './read-flags.ts';
import type { InferenceSettings, ModelWishes, RunnerWishes } from './settings.ts';

export interface PlanInput {
  /** As people call the model, for messages. */
  readonly name: string;
  readonly bundle: ModelBundle;
  readonly mode: RunnerMode;
  readonly settings: InferenceSettings;
  /** The entry of `settings.modelSettings` that is this model's. */
  readonly modelSettings: ModelWishes;
  /** What one request asks for. */
  readonly request?: RunnerWishes | undefined;
  readonly machine: Machine;
  readonly budgetBytes: number;
  /** Bytes of the image projector. */
  readonly projectorBytes?: number | undefined;
  /** The draft model that the model settings name, found. */
  readonly draft?: Draft | undefined;
}

type Wish = keyof RunnerWishes;

/**
 * Everything a runner of this model is started with, and where each value came from: request, model settings, settings,
 * package, fitted to the machine, default; in this order. A wish is honoured or refused, never changed.
 * @throws AppError `settings.invalid`, `request.invalid`, `inference.unsupported`, `inference.out_of_memory`
 */
export function planRunner(input: PlanInput): EffectiveConfig {
  const flags = readFlags(input.name, input.modelSettings);
  checkMode({ name: input.name, mode: input.mode, header: input.bundle.header, pooling: flags.pooling });
  const wish = wishReader(input, flags);
  const { trainedContext } = input.bundle.header;
  const wishedContext = wholeContext(wish('contextSize'), { name: input.name, trainedContext });
  const wishedParallel = wish('parallel');
  if (wishedContext) checkContext(wishedContext, { input, flags });

  const bytesOf = memoryReader(input, flags);
  const packaged = positive(input.bundle.config.context_size);
  const limit = packaged === undefined ? trainedContext : Math.min(packaged, trainedContext ?? packaged);
  const shape = fitContext({
    limit,
    contextSize: wishedContext?.value,
    parallel: wishedParallel?.value,
    budgetBytes: input.budgetBytes,
    bytesOf,
  });
  if (shape === undefined) throw tooLarge(input, bytesOf({ contextSize: wishedContext?.value ?? 512, parallel: 1 }));

  const fitted = fitThreads(input.machine);
  const threads = wish('threads');
  return {
    mode: { value: input.mode, origin: 'request' },
    contextSize: wishedContext ?? {
      value: shape.contextSize,
      origin: shape.contextSize === packaged ? 'package' : 'fitted',
    },
    parallel: wishedParallel ?? { value: shape.parallel, origin: shape.parallel === 4 ? 'default' : 'fitted' },
    threads: threads ?? { value: fitted.threads, origin: 'fitted' },
    // Who limits the threads of generation means the processor, so the batch follows unless it has its own wish.
    batchThreads: wish('batchThreads') ?? threads ?? { value: fitted.batchThreads, origin: 'fitted' },
    runtimeFlags: { value: flags.flags, origin: flags.flags.length > 0 ? 'model settings' : 'default' },
    ...thinkingOf(input, flags),
    ...gpuOf(input),
    ...keepingOf(input),
    estimatedBytes: bytesOf(shape),
  };
}

/** The values alone. */
export function configOf(effective: EffectiveConfig): RunnerConfig {
  return {
    mode: effective.mode.value,
    contextSize: effective.contextSize.value,
    parallel: effective.parallel.value,
    threads: effective.threads.value,
    batchThreads: effective.batchThreads.value,
    runtimeFlags: effective.runtimeFlags.value,
    ...(effective.speculative?.value && { speculative: effective.speculative.value }),
    ...(effective.reasoningBudget?.value !== undefined && { reasoningBudget: effective.reasoningBudget.value }),
    ...(effective.vllm?.value && { vllm: effective.vllm.value }),
    ...(effective.gpu?.value && { gpu: effective.gpu.value }),
  };
}

/** Reads a wish from the first that has it: request, model settings or runtime flags, settings. */
export function wishReader({ request, modelSettings, settings }: PlanInput, flags: Pick<ReadFlags, 'wishes'>) {
  return (name: Wish): Valued<number> | undefined => {
    const sources: readonly (readonly [number | undefined, Origin])[] = [
      [request?.[name], 'request'],
      [modelSettings[name] ?? flags.wishes[name], 'model settings'],
      [settings[name], 'settings'],
    ];
    const found = sources.find(([value]) => value !== undefined);
    return found?.[0] === undefined ? undefined : { value: found[0], origin: found[1] };
  };
}

function memoryReader(
  { bundle, mode, projectorBytes = 0, draft }: PlanInput,
  flags: ReadFlags,
): (shape: Shape) => number {
  const pooling = flags.pooling ?? bundle.header.pooling;
  return (shape) => {
    // A pooled embedding is computed in one batch as long as the context.
    const oneBatch = mode !== 'completion' && pooling !== 'last' && flags.memory.microBatch === undefined;
    const { totalBytes } = estimateMemory(bundle.header, {
      ...shape,
      ...flags.memory,
      ...(oneBatch && { microBatch: shape.contextSize }),
      weightBytes: bundle.weightBytes,
      extraBytes: mode === 'completion' && flags.loadsProjector ? projectorBytes : 0,
    });
    return totalBytes + flags.promptCacheBytes + (draft ? draftBytes(draft, shape) : 0);
  };
}

/** The draft model keeps a cache of its own for the same conversations, in the same process. */
function draftBytes({ bundle }: Draft, shape: Shape): number {
  const { totalBytes } = estimateMemory(bundle.header, { ...shape, weightBytes: bundle.weightBytes });
  return totalBytes - overheadBytes;
}

/** What concerns generated text alone. */
function thinkingOf(
  { name, mode, modelSettings, draft }: PlanInput,
  flags: ReadFlags,
): Pick<EffectiveConfig, 'speculative' | 'reasoningBudget'> {
  if (mode !== 'completion') return {};
  const { reasoningBudget } = modelSettings;
  if (reasoningBudget !== undefined && flags.has('--reasoning-budget')) throw contradiction(name, 'reasoningBudget');
  if (draft && (flags.has('--spec-draft-n-max') || flags.has('--spec-draft-p-min') || flags.has('--spec-type'))) {
    throw contradiction(name, 'speculative');
  }
  return {
    ...(draft && { speculative: { value: draft.speculative, origin: 'model settings' } }),
    ...(reasoningBudget !== undefined && { reasoningBudget: { value: reasoningBudget, origin: 'model settings' } }),
  };
}

export function gpuOf({ settings: { gpu } }: Pick<PlanInput, 'settings'>): Pick<EffectiveConfig, 'gpu'> {
  return gpu === undefined || gpu === 'auto' ? {} : { gpu: { value: gpu, origin: 'settings' } };
}

/** -1 asks for all the model was trained with. */
export function wholeContext(
  wished: Valued<number> | undefined,
  { name, trainedContext }: { name: string; trainedContext: number | undefined },
): Valued<number> | undefined {
  if (wished?.value !== -1) return wished;
  if (trainedContext !== undefined) return { ...wished, value: trainedContext };
  throw new AppError('settings.invalid', `${name} does not say with which context it was trained.`, {
    hint: 'Set a context size in tokens.',
    params: { reason: 'context_unknown', model: name },
  });
}

/** As docker/model-runner (contract model-runner §5.2). */
const defaultKeepAliveMs = 5 * 60_000;

export function keepingOf({ modelSettings, settings, name }: PlanInput): Pick<EffectiveConfig, 'keepAliveMs' | 'pin'> {
  const pin: Valued<boolean> =
    modelSettings.pin === undefined
      ? { value: false, origin: 'default' }
      : { value: modelSettings.pin, origin: 'model settings' };
  if (modelSettings.keepAlive !== undefined) {
    return { pin, keepAliveMs: { value: durationOf(modelSettings.keepAlive, name), origin: 'model settings' } };
  }
  // A pinned model stays until it is told otherwise.
  if (pin.value) return { pin, keepAliveMs: { value: -1, origin: 'model settings' } };
  if (settings.keepAlive === undefined) return { pin, keepAliveMs: { value: defaultKeepAliveMs, origin: 'default' } };
  return { pin, keepAliveMs: { value: durationOf(settings.keepAlive, name), origin: 'settings' } };
}

function durationOf(text: string, model: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms < 0 ? -1 : ms;
  throw new AppError('settings.invalid', `The keep-alive "${text}" of ${model} is not a duration.`, {
    hint: 'Use a duration such as 5m or 1h30m, 0 to unload at once, or -1 to keep it for ever.',
    params: { reason: 'keep_alive', value: text, model },
  });
}

function checkContext(wished: Valued<number>, { input, flags }: { input: PlanInput; flags: ReadFlags }): void {
  const trained = input.bundle.header.trainedContext;
  if (trained === undefined || wished.value <= trained || flags.scalesRope) return;
  throw new AppError(
    wished.origin === 'request' ? 'request.invalid' : 'settings.invalid',
    `${input.name} was trained with a context of ${trained} tokens; ${wished.value} cannot be used.`,
    {
      hint: `Use at most ${trained}, or stretch it on purpose with a runtime flag such as --rope-scaling.`,
      params: { reason: 'context_above_trained', model: input.name, trained, requested: wished.value },
    },
  );
}

export function tooLarge(input: PlanInput, needBytes: number): AppError {
  const need = formatSize(needBytes);
  const budget = formatSize(input.budgetBytes);
  return new AppError(
    'inference.out_of_memory',
    `${input.name} needs about ${need} of memory, more than the ${budget} that models may use.`,
    {
      hint: 'Use a smaller model, context or quantization, or raise the setting inference.memory.',
      params: { reason: 'never_fits', model: input.name, need, budget },
    },
  );
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
