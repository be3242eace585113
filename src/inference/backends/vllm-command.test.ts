import { expect, it } from 'vitest';
import type { RunnerConfig, RunnerPlan } from '../types.ts';
import { vllmCommand, type VllmPlaces } from './vllm-command.ts';
import { splitVllmFlags } from './vllm-flags.ts';
import { parseVllmModels } from './vllm-models.ts';

const places: VllmPlaces = { model: '/model', draft: undefined, chatTemplate: undefined, socket: '/run/r.sock' };
const id = `sha256:${'a'.repeat(64)}` as const;

function args(config: Partial<RunnerConfig> = {}, where: Partial<VllmPlaces> = {}): string {
  const plan: RunnerPlan = {
    runtime: { name: 'container', version: '1', path: 'image', origin: 'engine', selected: true },
    bundle: {
      id,
      modelPath: '/m/model.safetensors',
      config: { format: 'safetensors' },
      header: { version: 0, architecture: 'llama', hasChatTemplate: true, metadata: {} },
      weightBytes: 1,
    },
    alias: 'docker.io/ai/m:latest',
    estimatedBytes: 1,
    socket: '/run/r.sock',
    config: {
      mode: 'completion',
      contextSize: 4096,
      parallel: 16,
      threads: 1,
      batchThreads: 1,
      runtimeFlags: [],
      ...config,
    },
  };
  const { command, args: words } = vllmCommand(plan, { ...places, ...where });
  return [command, ...words].join(' ');
}

it('serves the folder on a unix socket, with the context and the places of the plan, under its names', () => {
  expect(args()).toBe(
    `vllm serve /model --uds /run/r.sock --max-model-len 4096 --max-num-seqs 16 --served-model-name docker.io/ai/m:latest ${id}`,
  );
});

it('pools for embeddings and rankings, which need no chat template', () => {
  for (const mode of ['embedding', 'reranking'] as const) {
    expect(args({ mode }, { chatTemplate: '/model/t.jinja' })).toContain('--runner pooling');
    expect(args({ mode }, { chatTemplate: '/model/t.jinja' })).not.toContain('--chat-template');
  }
  expect(args({}, { chatTemplate: '/model/t.jinja' })).toContain('--chat-template /model/t.jinja');
});

it("passes on the share of the GPU, overrides and the user's flags", () => {
  const vllm = { gpuMemoryUtilization: 0.5, hfOverrides: { rope_theta: 1 } };
  const text = args({ vllm, runtimeFlags: ['--dtype=half', '-tp=2', '--enforce-eager', '--served-model-name=mine'] });
  expect(text).toContain(
    '--dtype=half -tp 2 --enforce-eager --gpu-memory-utilization 0.5 --hf-overrides {"rope_theta":1}',
  );
  expect(text.endsWith(` ${id} mine`)).toBe(true);
});

it('drafts with a second model', () => {
  const speculative = { draftModel: id, tokens: 3 };
  expect(args({ speculative }, { draft: '/draft' })).toContain(
    '--speculative-config {"model":"/draft","num_speculative_tokens":3}',
  );
});

it('takes context and places out of the flags, and refuses values that are no numbers', () => {
  expect(splitVllmFlags(['--max-model-len', '2048', '--max-num-seqs=4', '-tp', '2', '--enforce-eager'])).toEqual({
    wishes: { contextSize: 2048, parallel: 4 },
    flags: ['-tp=2', '--enforce-eager'],
  });
  expect(() => splitVllmFlags(['--max-model-len', 'much'])).toThrow('"--max-model-len" needs a positive whole number');
});

it('reads the context that vLLM really has', () => {
  expect(parseVllmModels('{"data":[{"id":"m","max_model_len":4096}]}')).toBe(4096);
  expect(() => parseVllmModels('{"data":[]}')).toThrow('does not say which context size');
});
