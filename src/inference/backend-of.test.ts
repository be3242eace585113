import { expect, it } from 'vitest';
import { AppError } from '#core';
import { backendOf, checkNamed } from './backend-of.ts';
import { backendTexts } from './status.ts';
import type { Runtime } from './types.ts';

it('runs GGUF models with llama.cpp and safetensors models with vLLM', () => {
  expect(backendOf('gguf')).toBe('llama.cpp');
  expect(backendOf('safetensors')).toBe('vllm');
});

it('lets a client name the backend that the format decides, or any for safetensors, which leave no choice', () => {
  checkNamed({ alias: 'm', backend: 'llama.cpp' }, 'llama.cpp');
  checkNamed({ alias: 'm', backend: 'vllm' }, 'vllm');
  checkNamed({ alias: 'm', backend: 'vllm' }, 'llama.cpp');
});

it('refuses to run a GGUF model with vLLM instead of doing something else silently', () => {
  expect(() => checkNamed({ alias: 'ai/m', backend: 'llama.cpp' }, 'vllm')).toThrow(
    'ai/m is a GGUF model, which runs with llama.cpp, not with vllm.',
  );
});

it('says of every backend that docker/model-runner names whether it is there', async () => {
  const runtime: Runtime = { name: 'container', version: 'b1', path: 'i', origin: 'engine', selected: true };
  const texts = await backendTexts({
    async select(backend) {
      if (backend === 'llama.cpp') return runtime;
      throw new AppError('runtime.not_installed', 'vLLM is not installed.');
    },
  });
  expect(Object.keys(texts)).toEqual(['diffusers', 'llama.cpp', 'mlx', 'sglang', 'vllm']);
  expect(texts).toMatchObject({
    'llama.cpp': 'Running: llama.cpp b1 (container)',
    vllm: 'Not Installed: vLLM is not installed.',
    mlx: expect.stringMatching(/^Not Installed: /),
  });
});
