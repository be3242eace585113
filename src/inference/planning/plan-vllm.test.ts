import { expect, it } from 'vitest';
import type { ModelBundle } from '#models';
import { configOf, type PlanInput } from './plan-runner.ts';
import { planVllm } from './plan-vllm.ts';
import type { ModelWishes } from './settings.ts';

const gibibyte = 1024 ** 3;

function input(modelSettings: ModelWishes = {}, bundle: Partial<ModelBundle> = {}): PlanInput {
  return {
    name: 'ai/m',
    bundle: {
      id: `sha256:${'a'.repeat(64)}`,
      modelPath: '/m/model.safetensors',
      directory: '/m',
      config: { format: 'safetensors' },
      header: { version: 0, architecture: 'llama', trainedContext: 8192, hasChatTemplate: true, metadata: {} },
      weightBytes: 10 * gibibyte,
      ...bundle,
    },
    mode: 'completion',
    settings: { memory: '70%', queueLimit: 10, modelSettings: {} },
    modelSettings,
    machine: {
      totalMemoryBytes: 64 * gibibyte,
      cpuCount: 8,
      coreCount: 4,
      performanceCoreCount: 4,
      cpuQuota: undefined,
    },
    budgetBytes: 32 * gibibyte,
  };
}

it('serves what the model was trained with, unless its package or somebody says less', () => {
  expect(planVllm(input()).contextSize).toEqual({ value: 8192, origin: 'fitted' });
  expect(planVllm(input({}, { config: { format: 'safetensors', context_size: 2048 } })).contextSize).toEqual({
    value: 2048,
    origin: 'package',
  });
  expect(planVllm(input({ contextSize: 1024 })).contextSize).toEqual({ value: 1024, origin: 'model settings' });
  expect(planVllm(input({ runtimeFlags: ['--max-model-len', '512'] })).contextSize.value).toBe(512);
});

it('estimates main memory by the weights, and refuses what cannot fit', () => {
  expect(planVllm(input()).estimatedBytes).toBe(11 * gibibyte + 2 * gibibyte);
  expect(() => planVllm(input({}, { weightBytes: 40 * gibibyte }))).toThrow('ai/m needs about');
});

it('carries what concerns vLLM alone into the config, so that a change of it gives another runner', () => {
  const vllm = { gpuMemoryUtilization: 0.5, hfOverrides: { rope_theta: 1 } };
  expect(configOf(planVllm(input({ vllm, runtimeFlags: ['--dtype', 'half'] })))).toMatchObject({
    vllm,
    runtimeFlags: ['--dtype=half'],
    parallel: 16,
  });
});

it('names the flag or the override that cannot be', () => {
  expect(() => planVllm(input({ runtimeFlags: ['--host', '0.0.0.0'] }))).toThrow(
    '"--host" is not allowed for backend "vllm"',
  );
  expect(() => planVllm(input({ vllm: { hfOverrides: { 'a-b': 1 } } }))).toThrow(
    '"a-b" cannot be a key of hf-overrides',
  );
});
