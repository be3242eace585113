import { describe, expect, it } from 'vitest';
import { runtimeEnvironment } from './environment.ts';

describe('runtimeEnvironment', () => {
  it('lets through what a native program needs and what picks a GPU', () => {
    const env = {
      PATH: '/bin',
      LANG: 'C',
      LC_ALL: 'zh_CN.UTF-8',
      LD_LIBRARY_PATH: '/l',
      CUDA_VISIBLE_DEVICES: '0',
      GGML_VK_VISIBLE_DEVICES: '1',
    };
    expect(runtimeEnvironment(env)).toEqual(env);
  });

  it.each([
    'HF_TOKEN',
    'GPU_CLOUD_TOKEN',
    'CUDA_REGISTRY_PASSWORD',
    'NVIDIA_API_KEY',
    'OPENAI_API_KEY',
    'AWS_SECRET_ACCESS_KEY',
    'LLAMA_ARG_CTX_SIZE',
    'LLAMA_API_KEY',
    'LD_PRELOAD',
    'PYTHONPATH',
    'HTTP_PROXY',
    'NODE_OPTIONS',
  ])('keeps %s to itself', (name) => {
    expect(runtimeEnvironment({ [name]: 'x', EMPTY: undefined })).toEqual({});
  });
});
