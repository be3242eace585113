import type { ConfigurationsBody } from '#contract';
import { backendOf, wishesIn, type ModelWishes, type ModeWishes, type RunnerMode } from '#inference';
import type { Model } from '#models';

type Row = ConfigurationsBody[number];

const modes: readonly RunnerMode[] = ['completion', 'embedding', 'reranking'];

/** The rows of one model (contract model-runner §2.8). What holds in every mode is shown as completion, docker/model-runner's default. */
export function rowsOf(model: Model, given: readonly ModelWishes[]): readonly Row[] {
  return modes.flatMap((mode) => {
    const named = given.some((wishes) => wishes.modes?.[mode] !== undefined);
    const wanted = named || mode === 'completion';
    const config = wanted ? configOf(wishesIn(mode, given)) : {};
    if (Object.keys(config).length === 0) return [];
    return [
      {
        Backend: backendOf(model.config.format),
        Model: model.tags[0] ?? model.id,
        ModelID: model.id,
        Mode: mode,
        Config: config,
      },
    ];
  });
}

function configOf({
  contextSize,
  keepAlive,
  runtimeFlags,
  speculative,
  reasoningBudget,
  vllm,
}: ModeWishes): Row['Config'] {
  return {
    ...(contextSize !== undefined && { 'context-size': contextSize }),
    ...(runtimeFlags !== undefined && { 'runtime-flags': [...runtimeFlags] }),
    ...(keepAlive !== undefined && { keep_alive: keepAlive }),
    ...(speculative && {
      speculative: {
        draft_model: speculative.draftModel,
        ...(speculative.tokens !== undefined && { num_tokens: speculative.tokens }),
        ...(speculative.minAcceptanceRate !== undefined && { min_acceptance_rate: speculative.minAcceptanceRate }),
      },
    }),
    ...(reasoningBudget !== undefined && { llamacpp: { 'reasoning-budget': reasoningBudget } }),
    ...(vllm && {
      vllm: {
        ...(vllm.hfOverrides && { 'hf-overrides': vllm.hfOverrides }),
        ...(vllm.gpuMemoryUtilization !== undefined && { 'gpu-memory-utilization': vllm.gpuMemoryUtilization }),
      },
    }),
  };
}
