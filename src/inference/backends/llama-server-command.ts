import type { RunnerPlan, RuntimeFeature } from '../types.ts';
import type { Command } from './guard.ts';
import { chosenDevices } from './gpu-devices.ts';
import type { RuntimeFlag } from './runtime-flags.ts';

/** Contexts are allotted in steps of this many tokens; without a limit of its own a conversation would get the rest too. */
const contextStep = 256;

/** The command line of llama-server for a plan (contract §5.5). Users' flags stand last; the checks leave them nothing of ours to override. */
export function llamaServerCommand(plan: RunnerPlan, flags: readonly RuntimeFlag[]): Command {
  const { runtime, bundle, config, alias, socket } = plan;
  const has = (name: string): boolean => flags.some(({ spec }) => spec.names[0] === name);
  const can = (feature: RuntimeFeature): boolean => runtime.features?.includes(feature) ?? false;
  const args: string[] = [
    '--model',
    bundle.modelPath,
    '--host',
    socket,
    '--alias',
    alias,
    '--metrics',
    '--slots',
    '--no-webui',
  ];
  args.push('--ctx-size', String(config.contextSize * config.parallel), '--parallel', String(config.parallel));
  if (config.contextSize % contextStep !== 0 || has('--kv-unified')) {
    // An older build refuses the option by name, which beats a context other than the one asked for.
    args.push('--kv-unified-per-slot', String(config.contextSize));
  }
  args.push('--threads', String(config.threads), '--threads-batch', String(config.batchThreads));

  const gpu = chosenDevices(runtime, config.gpu);
  if (gpu.names && !has('--device')) args.push('--device', gpu.names.join(',') || 'none');
  // Older builds leave the GPU unused unless told how many layers to put there.
  if (gpu.uses && !can('auto-gpu-layers') && !has('--n-gpu-layers')) args.push('--n-gpu-layers', '999');
  // Without a GPU there is nothing to fit: the trial load would only cost time.
  if (!gpu.uses && runtime.devices && can('fit') && !has('--fit')) args.push('--fit', 'off');

  // Up to 8 GiB that the memory budget does not count; conversations keep their own caches without it.
  if (can('prompt-cache') && !has('--cache-ram')) args.push('--cache-ram', '0');

  if (config.mode === 'completion') {
    if (bundle.mmprojPath) args.push('--mmproj', bundle.mmprojPath);
    if (!has('--no-jinja')) args.push('--jinja');
    if (bundle.chatTemplatePath && !has('--chat-template')) args.push('--chat-template-file', bundle.chatTemplatePath);
    args.push(...draftArguments(plan));
    // Newer builds load a draft model and then ignore it unless told what to do with it.
    if (plan.draft && can('draft-type') && !has('--spec-type')) args.push('--spec-type', 'draft-simple');
    if (config.reasoningBudget !== undefined) args.push('--reasoning-budget', String(config.reasoningBudget));
  } else {
    args.push('--embeddings');
    if (config.mode === 'reranking') args.push('--reranking');
    for (const [name, size] of embeddingBatch(plan, flags)) args.push(name, String(size));
  }
  for (const { spec, value } of flags) args.push(spec.names[0], ...(value === undefined ? [] : [value]));
  return { command: runtime.path, args };
}

function draftArguments({ config: { speculative }, draft }: RunnerPlan): readonly string[] {
  if (speculative === undefined || draft === undefined) return [];
  const { tokens, minAcceptanceRate } = speculative;
  return [
    '--model-draft',
    draft.modelPath,
    ...(tokens === undefined ? [] : ['--spec-draft-n-max', String(tokens)]),
    ...(minAcceptanceRate === undefined ? [] : ['--spec-draft-p-min', String(minAcceptanceRate)]),
  ];
}

/**
 * A pooled embedding is computed in one batch, so the batch must hold a whole conversation, or inputs beyond 512 tokens
 * would be refused. Pooling over the last token alone can be split.
 */
export function embeddingBatch(
  { config, bundle }: Pick<RunnerPlan, 'config' | 'bundle'>,
  flags: readonly RuntimeFlag[],
): readonly (readonly ['--batch-size' | '--ubatch-size', number])[] {
  const chosen = flags.findLast(({ spec }) => spec.names[0] === '--pooling')?.value;
  if ((chosen ?? bundle.header.pooling) === 'last') return [];
  const names = ['--batch-size', '--ubatch-size'] as const;
  return names
    .filter((name) => !flags.some(({ spec }) => spec.names[0] === name))
    .map((name) => [name, config.contextSize] as const);
}
