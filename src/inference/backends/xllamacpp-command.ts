import { AppError } from '#core';
import type { RunnerPlan } from '../types.ts';
import { chosenSampling } from './flag-table.ts';
import type { Command } from './guard.ts';
import type { Assignment, LauncherPlan } from './launcher.ts';
import { chosenDevices } from './gpu-devices.ts';
import { embeddingBatch } from './llama-server-command.ts';
import type { RuntimeFlag } from './runtime-flags.ts';

/** Python's own environment variables, user packages and site modules stay out of the runner. */
const isolated = ['-I', '-S'];

/** The command that starts the launcher with a plan. @throws AppError `request.invalid` for a flag this runtime cannot honour */
export function xllamacppCommand(
  plan: RunnerPlan,
  { flags, interpreter, launcher }: { flags: readonly RuntimeFlag[]; interpreter: string; launcher: string },
): Command {
  const launch: LauncherPlan = { package: plan.runtime.path, set: assignments(plan, flags) };
  return { command: interpreter, args: [...isolated, launcher, JSON.stringify(launch)] };
}

/** Every field of a plan as parameters of xllamacpp; the same decisions as for llama-server. */
export function assignments(plan: RunnerPlan, flags: readonly RuntimeFlag[]): readonly Assignment[] {
  const { bundle, config, alias, socket } = plan;
  const has = (name: string): boolean => flags.some(({ spec }) => spec.names[0] === name);
  const set: Record<string, Assignment['value']> = {
    'model.path': bundle.modelPath,
    hostnames: [socket],
    model_alias: [alias],
    n_ctx: config.contextSize * config.parallel,
    n_parallel: config.parallel,
    kv_unified_per_slot: config.contextSize,
    'cpuparams.n_threads': config.threads,
    'cpuparams_batch.n_threads': config.batchThreads,
    // Up to 8 GiB that the memory budget does not count; conversations keep their own caches without it.
    cache_ram_mib: 0,
    endpoint_metrics: true,
    endpoint_slots: true,
    ui: false,
    use_jinja: true,
  };
  // The wheels for Linux have no GPU code: nothing to fit, and the trial load would only cost time.
  const gpu = chosenDevices(plan.runtime, config.gpu);
  if (!gpu.uses && plan.runtime.devices) set['fit_params'] = false;
  if (gpu.names) {
    if (gpu.names.length > 0) throw cannotChoose(gpu.names);
    set['n_gpu_layers'] = 0;
  }
  if (config.mode === 'completion') {
    if (bundle.mmprojPath) set['mmproj.path'] = bundle.mmprojPath;
    if (bundle.chatTemplatePath && !has('--chat-template')) set['chat_template'] = { textOf: bundle.chatTemplatePath };
    Object.assign(set, draftParameters(plan));
    if (config.reasoningBudget !== undefined) set['sampling.reasoning_budget_tokens'] = config.reasoningBudget;
  } else {
    set['embedding'] = true;
    if (config.mode === 'reranking') {
      set['pooling_type'] = { enumeration: 'llama_pooling_type', member: 'LLAMA_POOLING_TYPE_RANK' };
    }
    for (const [name, size] of embeddingBatch(plan, flags))
      set[name === '--batch-size' ? 'n_batch' : 'n_ubatch'] = size;
  }
  let chosen = 0;
  for (const flag of flags) {
    for (const { path, value } of translate(flag)) {
      if (path === chosenSampling) chosen |= Number(value);
      else set[path] = value;
    }
  }
  if (chosen) set[chosenSampling] = chosen;
  return Object.entries(set).map(([path, value]) => ({ path, value }));
}

function cannotChoose(names: readonly string[]): AppError {
  return new AppError('runtime.not_found', 'The xllamacpp runtime cannot be kept to some of its devices.', {
    hint: 'Use llama-server: gantry runtime use llama-server. Or: gantry settings set inference.gpu auto',
    params: { reason: 'gpu_choice', devices: names.join(', ') },
  });
}

function draftParameters({ config: { speculative }, draft }: RunnerPlan): Record<string, Assignment['value']> {
  if (speculative === undefined || draft === undefined) return {};
  const { tokens, minAcceptanceRate } = speculative;
  return {
    'speculative.draft.mparams.path': draft.modelPath,
    'speculative.types': [{ enumeration: 'common_speculative_type', member: 'COMMON_SPECULATIVE_TYPE_DRAFT_SIMPLE' }],
    ...(tokens !== undefined && { 'speculative.draft.n_max': tokens }),
    ...(minAcceptanceRate !== undefined && { 'speculative.draft.p_min': minAcceptanceRate }),
  };
}

function translate({ spec, value }: RuntimeFlag): readonly Assignment[] {
  const [name] = spec.names;
  if (!spec.assign) {
    throw new AppError('request.invalid', `The xllamacpp runtime has no equivalent of the runtime flag "${name}".`, {
      hint: 'Remove the flag, or use llama-server: gantry runtime use llama-server',
      params: { reason: 'flag_unsupported', flag: name, runtime: 'xllamacpp' },
    });
  }
  const result = spec.assign(value ?? '');
  if (!result) {
    throw new AppError('request.invalid', `The runtime flag "${name}" does not accept "${value ?? ''}".`, {
      hint: 'Correct the runtime flags of this model.',
      params: { reason: 'flag_value', flag: name, value: value ?? '' },
    });
  }
  return result;
}
