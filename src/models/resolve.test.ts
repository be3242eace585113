import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError, digestFromHex } from '#core';
import { resolveModel, type ResolveOptions } from './resolve.ts';
import type { StoreIndex } from './store/index-file.ts';

const digest = (letter: string) => digestFromHex(letter.repeat(64));
const smol = digest('a');
const local = digest('b');
const hugging = digest('c');
const gemma = digest('d');
const untagged = digest('e');

const index: StoreIndex = [
  { id: smol, tags: ['docker.io/ai/smollm2:135M-Q4_1'], files: [] },
  { id: local, tags: ['127.0.0.1:5000/team/tuned:v1', 'docker.io/team/tuned:latest'], files: [] },
  { id: hugging, tags: ['huggingface.co/org/model-gguf:Q4_K_M'], files: [] },
  { id: gemma, tags: ['docker.io/ai/gemma3:latest', 'registry.example.com/ai/gemma3:4b'], files: [] },
  { id: untagged, tags: [], files: [] },
];

function resolved(text: string, options: Partial<ResolveOptions> = {}) {
  return resolveModel(index, text, { aliases: true, ...options });
}

describe('every spelling of one model', () => {
  it.each([
    // Contract model-runner §8.3: short, tag, org, org and tag, host, registry and org, three digests, three ids.
    ['gemma3', gemma],
    ['gemma3:latest', gemma],
    ['ai/gemma3', gemma],
    ['ai/gemma3:latest', gemma],
    ['docker.io/ai/gemma3', gemma],
    ['registry.example.com/ai/gemma3:4b', gemma],
    [`gemma3@${gemma}`, gemma],
    [`ai/gemma3@${gemma}`, gemma],
    [`registry.example.com/ai/gemma3@${gemma}`, gemma],
    [gemma, gemma],
    [gemma.slice(7, 19), gemma],
    [gemma.slice(7), gemma],
    // Case, spaces, hosts and the default tag.
    ['Gemma3', gemma],
    ['GEMMA3:latest', gemma],
    ['AI/Gemma3', gemma],
    [' gemma3 ', gemma],
    ['gemma3:', gemma],
    ['docker.io/ai/gemma3:latest', gemma],
    ['index.docker.io/ai/gemma3', gemma],
    ['index.docker.io/ai/gemma3:latest', gemma],
    ['registry-1.docker.io/ai/gemma3', gemma],
    ['Docker.io/AI/Gemma3', gemma],
    ['Registry.Example.com/ai/gemma3:4b', gemma],
    ['gemma3:4b', gemma],
    [gemma.toUpperCase().replace('SHA256', 'sha256'), gemma],
    [gemma.slice(7).toUpperCase(), gemma],
    [gemma.slice(7, 19).toUpperCase(), gemma],
    ['hf.co/org/model-gguf:Q4_K_M', hugging],
    ['hf.co/Org/Model-GGUF:Q4_K_M', hugging],
    ['huggingface.co/org/model-gguf:Q4_K_M', hugging],
    ['huggingface.co/Org/Model-GGUF:Q4_K_M', hugging],
    ['HuggingFace.co/Org/Model-GGUF:Q4_K_M', hugging],
    ['HF.co/Org/Model-GGUF:Q4_K_M', hugging],
    ['hf.co/org/model-gguf:q4_k_m', hugging],
    ['huggingface.co/org/model-gguf:q4_K_m', hugging],
    ['model-gguf', hugging],
    ['Model-GGUF', hugging],
    ['model-gguf:Q4_K_M', hugging],
    [`hf.co/org/model-gguf@${hugging}`, hugging],
    ['tuned', local],
    ['tuned:v1', local],
    ['tuned:latest', local],
    ['team/tuned', local],
    ['TEAM/TUNED', local],
    ['127.0.0.1:5000/team/tuned:v1', local],
    ['127.0.0.1:5000/Team/Tuned:v1', local],
    ['smollm2', smol],
    ['ai/smollm2', smol],
    ['ai/smollm2:135M', smol],
    ['ai/smollm2:135M-Q4_1', smol],
    ['smollm2:135M-Q4_1', smol],
    ['docker.io/ai/smollm2:latest', smol],
    [`anything@${untagged}`, untagged],
    [untagged, untagged],
  ])('%s', (text, id) => {
    expect(resolved(text)?.entry.id).toBe(id);
  });
});

describe('a text that names no model here', () => {
  it.each([
    'missing',
    'ai/gemma3:1b',
    'ai/smollm2:360M-Q4_K_M',
    'ai/smollm2:135M-Q4_0',
    'ai/gemma3:Latest',
    'hf.co/org/model-gguf:Q8_0',
    'other/tuned',
    'tuned:v2',
    digest('f'),
    digest('f').slice(7),
    digest('f').slice(7, 19),
    `gemma3@${digest('f')}`,
  ])('%s', (text) => {
    expect(resolved(text)).toBeUndefined();
  });

  it.each(['', '   ', 'invalid:reference:format', 'ai/upper case', '../etc/passwd', 'a//b', 'x@sha256:12'])(
    '%j is refused as a name',
    (text) => {
      expect(() => resolved(text)).toThrow(AppError);
    },
  );
});

it('a well-known alias answers only where substitutes are allowed', () => {
  expect(resolved('ai/smollm2', { aliases: false })).toBeUndefined();
});

it('an exact tag wins over a well-known alias and over a part of a name', () => {
  const latest = digest('9');
  const more: StoreIndex = [...index, { id: latest, tags: ['docker.io/ai/smollm2:latest'], files: [] }];
  expect(resolveModel(more, 'smollm2', { aliases: true })?.entry.id).toBe(latest);
});

it('a part of several names is refused, naming them', () => {
  const more: StoreIndex = [...index, { id: digest('9'), tags: ['other.example.com/x/tuned:v1'], files: [] }];
  const resolve = () => resolveModel(more, 'tuned:v1', { aliases: true });
  expect(resolve).toThrow(/127\.0\.0\.1:5000\/team\/tuned:v1, other\.example\.com\/x\/tuned:v1/);
});

it('a name made of twelve hex digits is a name when no id begins with them', () => {
  const named: StoreIndex = [{ id: smol, tags: ['docker.io/ai/1234567890ab:latest'], files: [] }];
  expect(resolveModel(named, '1234567890ab', { aliases: true })?.entry.id).toBe(smol);
});

it('whatever is asked, the answer is a model of the index, nothing, or a refusal', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80, unit: 'binary' }), (text) => {
      try {
        const found = resolved(text);
        expect(found === undefined || index.includes(found.entry)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 1000 },
  );
});
