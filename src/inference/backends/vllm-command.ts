import type { RunnerPlan } from '../types.ts';
import type { Command } from './guard.ts';

/** How a plan names things where vLLM runs. */
export interface VllmPlaces {
  /** Folder of the model. */
  readonly model: string;
  readonly draft: string | undefined;
  readonly chatTemplate: string | undefined;
  readonly socket: string;
}

/** The command line of vLLM for a plan (contract model-runner §5.5). */
export function vllmCommand(plan: RunnerPlan, places: VllmPlaces): Command {
  const { alias, bundle, config } = plan;
  const { mode, contextSize, parallel, speculative, vllm } = config;
  const names = config.runtimeFlags.flatMap((flag) => /^--served-model-name=(.*)$/.exec(flag)?.[1] ?? []);
  const flags = config.runtimeFlags.filter((flag) => !flag.startsWith('--served-model-name='));
  const args = ['serve', places.model, '--uds', places.socket];
  if (mode === 'completion' && places.chatTemplate !== undefined) args.push('--chat-template', places.chatTemplate);
  if (mode !== 'completion') args.push('--runner', 'pooling');
  args.push('--max-model-len', String(contextSize), '--max-num-seqs', String(parallel));
  args.push(...flags.flatMap(asArguments));
  if (vllm?.gpuMemoryUtilization !== undefined) {
    args.push('--gpu-memory-utilization', String(vllm.gpuMemoryUtilization));
  }
  if (vllm?.hfOverrides !== undefined) args.push('--hf-overrides', JSON.stringify(vllm.hfOverrides));
  if (speculative !== undefined && places.draft !== undefined) {
    args.push(
      '--speculative-config',
      JSON.stringify({ model: places.draft, num_speculative_tokens: speculative.tokens ?? defaultDraftTokens }),
    );
  }
  // The first name is the one in answers.
  args.push('--served-model-name', alias, bundle.id, ...names);
  return { command: 'vllm', args };
}

/** vLLM has no default of its own. */
const defaultDraftTokens = 5;

/** Short flags take their value as a word of its own. */
function asArguments(flag: string): readonly string[] {
  const [, name, value] = /^(-[a-z]+)=(.*)$/.exec(flag) ?? [];
  return name === undefined || value === undefined ? [flag] : [name, value];
}
