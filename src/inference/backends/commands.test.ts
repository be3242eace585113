import { describe, expect, it } from 'vitest';
import type { RunnerConfig, RunnerPlan } from '../types.ts';
import { checkEffective, parseProps } from './effective-config.ts';
import { flagTable } from './flag-table.ts';
import { llamaServerCommand } from './llama-server-command.ts';
import { parseRuntimeFlags } from './runtime-flags.ts';
import { assignments } from './xllamacpp-command.ts';

const config: RunnerConfig = {
  mode: 'completion',
  contextSize: 4096,
  parallel: 4,
  threads: 2,
  batchThreads: 3,
  runtimeFlags: [],
};

interface Variation {
  config?: Partial<RunnerConfig>;
  bundle?: Partial<RunnerPlan['bundle']>;
  runtime?: Partial<RunnerPlan['runtime']>;
}

function planned(variation: Variation = {}): RunnerPlan {
  return {
    runtime: {
      name: 'llama-server',
      version: '1',
      path: '/bin/llama-server',
      origin: 'path',
      selected: true,
      ...variation.runtime,
    },
    bundle: {
      id: `sha256:${'a'.repeat(64)}`,
      modelPath: '/m/model.gguf',
      config: { format: 'gguf' },
      header: { version: 3, architecture: 'llama', hasChatTemplate: true, metadata: {} },
      weightBytes: 1,
      ...variation.bundle,
    },
    alias: 'ai/m:latest',
    estimatedBytes: 1,
    socket: '/run/r.sock',
    config: { ...config, ...variation.config },
  };
}

function llamaArgs(variation: Variation = {}): string {
  const plan = planned(variation);
  return llamaServerCommand(plan, parseRuntimeFlags(plan.config.runtimeFlags)).args.join(' ');
}

function parameters(variation: Variation = {}): Record<string, unknown> {
  const plan = planned(variation);
  const set = assignments(plan, parseRuntimeFlags(plan.config.runtimeFlags));
  return Object.fromEntries(set.map(({ path, value }) => [path, value]));
}

describe('llamaServerCommand', () => {
  it('allots the context of a conversation to each of the parallel ones', () => {
    expect(llamaArgs()).toContain('--ctx-size 16384 --parallel 4 --threads 2 --threads-batch 3');
    expect(llamaArgs()).not.toContain('per-slot');
  });

  it('limits conversations exactly where the allotment is in steps or shared', () => {
    expect(llamaArgs({ config: { contextSize: 1000 } })).toContain(
      '--ctx-size 4000 --parallel 4 --kv-unified-per-slot 1000',
    );
    expect(llamaArgs({ config: { runtimeFlags: ['--kv-unified'] } })).toContain('--kv-unified-per-slot 4096');
  });

  it('keeps to the devices that the settings name', () => {
    const runtime = { devices: ['CUDA0: L4', 'Vulkan0: L4'], features: ['fit'] as const };
    expect(llamaArgs({ runtime })).not.toContain('--device');
    expect(llamaArgs({ runtime, config: { gpu: 'none' } })).toContain('--device none');
    expect(llamaArgs({ runtime, config: { gpu: 'none' } })).toContain('--fit off');
    expect(llamaArgs({ runtime, config: { gpu: 'cuda' } })).toContain('--device CUDA0 ');
    expect(() => llamaArgs({ runtime, config: { gpu: 'rocm' } })).toThrow('has no rocm device');
    expect(parameters({ runtime, config: { gpu: 'none' } })).toMatchObject({ n_gpu_layers: 0 });
  });

  it('passes chat template and projector to completions only', () => {
    const bundle = { chatTemplatePath: '/m/t.jinja', mmprojPath: '/m/p.gguf' };
    expect(llamaArgs({ bundle })).toContain('--mmproj /m/p.gguf --jinja --chat-template-file /m/t.jinja');
    expect(llamaArgs({ bundle, config: { mode: 'embedding' } })).not.toMatch(/mmproj|jinja/);
    expect(llamaArgs({ bundle, config: { runtimeFlags: ['--chat-template', 'chatml', '--no-jinja'] } })).not.toMatch(
      /t\.jinja|--jinja/,
    );
  });

  it('makes room for a whole input in one batch when embedding, unless only its last token counts', () => {
    expect(llamaArgs({ config: { mode: 'embedding' } })).toContain('--embeddings --batch-size 4096 --ubatch-size 4096');
    expect(llamaArgs({ config: { mode: 'reranking' } })).toContain('--embeddings --reranking');
    expect(llamaArgs({ config: { mode: 'embedding', runtimeFlags: ['--pooling', 'last'] } })).not.toContain(
      'batch-size',
    );
    expect(llamaArgs({ config: { mode: 'embedding', runtimeFlags: ['-ub', '64'] } })).toMatch(
      /--batch-size 4096 --ubatch-size 64$/,
    );
  });

  it('puts layers on a GPU that an older build would leave unused', () => {
    const devices = ['CUDA0: NVIDIA L4'];
    expect(llamaArgs({ runtime: { devices, features: [] } })).toContain('--n-gpu-layers 999');
    expect(llamaArgs({ runtime: { devices, features: ['auto-gpu-layers'] } })).not.toContain('gpu-layers');
    expect(llamaArgs({ runtime: { devices }, config: { runtimeFlags: ['-ngl', '3'] } })).toMatch(/--n-gpu-layers 3$/);
  });

  it('keeps no prompts outside the memory budget unless asked to', () => {
    const runtime = { features: ['prompt-cache'] as const };
    expect(llamaArgs({ runtime })).toContain('--cache-ram 0');
    expect(llamaArgs({ runtime, config: { runtimeFlags: ['--cache-ram', '512'] } })).toMatch(
      /--jinja --cache-ram 512$/,
    );
    expect(llamaArgs()).not.toContain('--cache-ram');
    expect(parameters()).toMatchObject({ cache_ram_mib: 0 });
    expect(parameters({ config: { runtimeFlags: ['-cram', '512'] } })).toMatchObject({ cache_ram_mib: 512 });
  });

  it('skips the trial load where there is no GPU to fit', () => {
    expect(llamaArgs({ runtime: { devices: [], features: ['fit'] } })).toContain('--fit off');
    expect(llamaArgs({ runtime: { devices: [] } })).not.toContain('--fit');
    expect(llamaArgs({ runtime: { devices: ['Vulkan0: x'], features: ['fit'] } })).not.toContain('--fit');
  });
});

describe('assignments for xllamacpp', () => {
  it('carries every field of the plan', () => {
    expect(parameters()).toMatchObject({
      'model.path': '/m/model.gguf',
      hostnames: ['/run/r.sock'],
      model_alias: ['ai/m:latest'],
      n_ctx: 16_384,
      n_parallel: 4,
      kv_unified_per_slot: 4096,
      'cpuparams.n_threads': 2,
      'cpuparams_batch.n_threads': 3,
    });
    expect(parameters({ config: { mode: 'reranking' } })).toMatchObject({
      embedding: true,
      n_ubatch: 4096,
      pooling_type: { member: 'LLAMA_POOLING_TYPE_RANK' },
    });
  });

  it('translates flags, and marks sampling values as chosen', () => {
    const runtimeFlags = [
      '--temp',
      '0.5',
      '--top-k',
      '7',
      '-fa',
      'on',
      '--seed',
      '-1',
      '--rope-scale',
      '4',
      '--chat-template-kwargs',
      '{"a":true}',
    ];
    expect(parameters({ config: { runtimeFlags } })).toMatchObject({
      'sampling.temp': 0.5,
      'sampling.top_k': 7,
      'sampling.user_sampling_config': 64 | 2,
      'sampling.seed': 4_294_967_295,
      flash_attn_type: { enumeration: 'llama_flash_attn_type', member: 'LLAMA_FLASH_ATTN_TYPE_ENABLED' },
      rope_freq_scale: 0.25,
      default_template_kwargs: { a: 'true' },
    });
  });

  it.each([
    [['--cpu-mask', 'ff'], 'no equivalent of the runtime flag "--cpu-mask"'],
    [['--flash-attn', 'maybe'], '"--flash-attn" does not accept "maybe"'],
    [['--top-k', '1.5'], '"--top-k" does not accept "1.5"'],
    [['--pooling', 'constructor'], 'does not accept'],
    [['--chat-template-kwargs', '[1]'], 'does not accept'],
  ])('refuses %j by name', (runtimeFlags, why) => {
    expect(() => parameters({ config: { runtimeFlags } })).toThrow(why);
  });

  it('translates or refuses every flag of the table, and never passes one over', () => {
    for (const spec of flagTable) {
      const flag = { spec, value: spec.takes === 'value' ? '1' : undefined };
      let outcome: unknown;
      try {
        const without = assignments(planned(), []).length;
        outcome = assignments(planned(), [flag]).length >= without;
        expect(spec.assign).toBeDefined();
      } catch (error) {
        outcome = error instanceof Error && error.message.includes(spec.names[0]);
      }
      expect(outcome).toBe(true);
    }
  });
});

describe('checkEffective', () => {
  const about = { alias: 'm', trainedContext: 8192 };

  it('accepts exactly what was asked for', () => {
    expect(() => checkEffective(config, { contextSize: 4096, parallel: 4 }, about)).not.toThrow();
    expect(() => checkEffective(config, { contextSize: 4352, parallel: 4 }, about)).toThrow(
      '4096 tokens, but the runtime gives 4352',
    );
    expect(() => checkEffective(config, { contextSize: 4096, parallel: 2 }, about)).toThrow('answers 2');
  });

  it('explains the limit of the training', () => {
    const asked = { ...config, contextSize: 16_384 };
    expect(() => checkEffective(asked, { contextSize: 8192, parallel: 4 }, about)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('trained with 8192') }),
    );
  });

  it('refuses a runtime that does not say what it does', () => {
    expect(() => parseProps('{"total_slots":1}')).toThrow('does not say which context size');
    expect(() => parseProps('<html>')).toThrow('does not say which context size');
  });
});
