import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { ggufBytes, ModelSources } from '#testing';
import { createModelLookUp } from './look-up.ts';

const signal = new AbortController().signal;
const gguf = 'application/vnd.docker.ai.gguf.v3';
const weights = ggufBytes();
const sources = new ModelSources();
const lookUp = createModelLookUp({
  registry: sources.registry,
  huggingFace: sources.huggingFace,
  dockerHub: {
    tags: async (repository) => {
      const tags = [`360M-Q4_K_M`, 'latest'].map((name) => ({ name, sizeBytes: 7, digest: undefined }));
      return { tags: repository === 'ai/smollm2' ? tags : [], isCut: true };
    },
    description: async (repository) => `# ${repository}`,
  },
});

describe('what there is of a model elsewhere', () => {
  it('is each tag of a registry with what its configuration says; what is no model says why', async () => {
    sources.addModel('registry.example/team/m:q4', [{ mediaType: gguf, bytes: weights }]);
    sources.addModel('registry.example/team/m:odd', [{ mediaType: 'text/plain', bytes: Buffer.from('x') }], {
      configType: 'application/vnd.oci.image.config.v1+json',
    });
    sources.addModel('registry.example/team/other:1', [{ mediaType: gguf, bytes: weights }]);
    const { variants, isCut } = await lookUp.variants('registry.example/team/m', { signal });
    expect(isCut).toBe(false);
    expect(variants.map(({ name, problem }) => [name, problem?.code])).toEqual([
      ['registry.example/team/m:q4', undefined],
      ['registry.example/team/m:odd', 'model.unsupported'],
    ]);
    expect(variants[0]?.sizeBytes).toBeGreaterThan(weights.length);
  });

  it('is what Docker Hub lists, without asking for manifests, which counts as pulls', async () => {
    const before = sources.asked.length;
    expect(await lookUp.variants('ai/smollm2', { signal })).toEqual({
      variants: [
        { name: 'ai/smollm2:360M-Q4_K_M', quantization: 'Q4_K_M', sizeBytes: 7, id: undefined },
        { name: 'ai/smollm2:latest', quantization: undefined, sizeBytes: 7, id: undefined },
      ],
      isCut: true,
    });
    expect(sources.asked.length).toBe(before);
    expect(await lookUp.card('ai/smollm2', { signal })).toEqual({ text: '# ai/smollm2', origin: 'Docker Hub' });
  });

  it('is the quantizations of a repository on Hugging Face, smallest first, and its README', async () => {
    const readme = Buffer.from('---\nlicense: mit\n---\n# Tiny');
    const files = { 'm-Q8_0.gguf': Buffer.alloc(80), 'm-Q4_K_M.gguf': Buffer.alloc(40), 'README.md': readme };
    sources.addRepository('Org/Tiny-GGUF', files, []);
    const { variants } = await lookUp.variants('hf.co/Org/Tiny-GGUF', { signal });
    expect(variants).toEqual([
      { name: 'hf.co/Org/Tiny-GGUF:Q4_K_M', quantization: 'Q4_K_M', sizeBytes: 40 },
      { name: 'hf.co/Org/Tiny-GGUF:Q8_0', quantization: 'Q8_0', sizeBytes: 80 },
    ]);
    expect(await lookUp.card('hf.co/Org/Tiny-GGUF', { signal })).toEqual({ text: '# Tiny', origin: 'Hugging Face' });
  });

  it('is nothing where nobody describes models', async () => {
    expect(await lookUp.card('registry.example/team/m', { signal })).toEqual({ text: '', origin: '' });
  });

  it('fails as its registry does', async () => {
    sources.registryFailure = new AppError('source.unreachable', 'No route.');
    await expect(lookUp.variants('registry.example/team/m', { signal })).rejects.toMatchObject({
      code: 'source.unreachable',
    });
  });

  it('refuses a README that is longer than anybody reads', async () => {
    sources.addRepository('Org/Long', { 'README.md': Buffer.alloc(2 * 1024 * 1024, 'x') }, []);
    await expect(lookUp.card('hf.co/Org/Long', { signal })).rejects.toMatchObject({ code: 'source.invalid_response' });
  });
});
