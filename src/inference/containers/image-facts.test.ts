import { describe, expect, it } from 'vitest';
import type { ImageFacts } from '#docker';
import { repositoryOf, servedBy, versionOf } from './image-facts.ts';

const image: ImageFacts = {
  id: 'sha256:0123456789abcdef',
  tags: [],
  labels: {},
  os: 'linux',
  architecture: 'amd64',
  entrypoint: [],
  command: [],
  env: [],
  digests: [],
  sizeBytes: 1,
};

describe('what an image serves', () => {
  it.each<[string, Partial<ImageFacts>, unknown]>([
    [
      "llama.cpp's server images",
      { entrypoint: ['/app/llama-server'] },
      { backend: 'llama.cpp', command: ['/app/llama-server'] },
    ],
    ['vLLM images', { entrypoint: ['vllm', 'serve'] }, { backend: 'vllm', command: ['vllm'] }],
    [
      'older vLLM images',
      { entrypoint: ['python3', '-m', 'vllm.entrypoints.openai.api_server'] },
      { backend: 'vllm', command: ['vllm'] },
    ],
    [
      'a labelled image',
      { labels: { 'gantry.backend': 'vllm' }, command: ['/run.sh'] },
      { backend: 'vllm', command: ['vllm'] },
    ],
    [
      'a labelled image without an entrypoint',
      { labels: { 'gantry.backend': 'llama.cpp' }, command: ['/bin/sh'] },
      { backend: 'llama.cpp', command: ['llama-server'] },
    ],
  ])('is known of %s', (_, facts, served) => {
    expect(servedBy('image:tag', { ...image, ...facts })).toEqual(served);
  });

  it('is not guessed', () => {
    expect(() => servedBy('debian:12', { ...image, command: ['bash'] })).toThrow(
      'The image debian:12 starts neither llama-server nor vLLM.',
    );
  });
});

it.each([
  ['ghcr.io/ggml-org/llama.cpp:server-cuda', 'ghcr.io/ggml-org/llama.cpp'],
  ['localhost:5000/vllm', 'localhost:5000/vllm'],
  ['vllm/vllm-openai@sha256:ab', 'vllm/vllm-openai'],
])('takes tag and digest off %s', (name, repository) => {
  expect(repositoryOf(name)).toBe(repository);
});

it('takes the version from the label, the tag or the id', () => {
  const labels = { 'org.opencontainers.image.version': '0.11.0' };
  expect(versionOf('vllm/vllm-openai:latest', { ...image, labels })).toBe('0.11.0');
  expect(versionOf('vllm/vllm-openai:v0.10.2', image)).toBe('v0.10.2');
  expect(versionOf('vllm/vllm-openai:latest', image)).toBe('0123456789ab');
});
