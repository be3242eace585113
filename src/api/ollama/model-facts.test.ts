import { describe, expect, it } from 'vitest';
import { fakeModel } from '../testing/fake-ports.ts';
import { shortened } from './embed.ts';
import { displayNames, nameMeant } from './names.ts';
import { capabilitiesOf, modelInfo } from './traits.ts';
import { chooseWeights } from './weights.ts';

const header = { version: 3, architecture: 'llama', hasChatTemplate: true, metadata: {} };

describe('what a model is able to do', () => {
  it.each([
    { what: 'a chat model', facts: {}, template: 'messages', able: ['completion', 'tools'] },
    { what: 'a base model', facts: {}, template: undefined, able: ['completion'] },
    { what: 'a thinking model', facts: {}, template: 'if enable_thinking', able: ['completion', 'tools', 'thinking'] },
    { what: 'an encoder', facts: { pooling: 'mean' }, template: undefined, able: ['embedding'] },
    {
      what: 'a decoder with pooling',
      facts: { pooling: 'last' },
      template: undefined,
      able: ['completion', 'embedding'],
    },
    { what: 'a reranker', facts: { pooling: 'rank' }, template: undefined, able: [] },
    {
      what: 'a coder',
      facts: { metadata: { 'tokenizer.ggml.fim_pre_token_id': '7' } },
      template: undefined,
      able: ['completion', 'insert'],
    },
  ])('is read from its files: $what', ({ facts, template, able }) => {
    expect(capabilitiesOf({ header: { ...header, ...facts } }, template)).toEqual(able);
  });

  it('includes images with a projector', () => {
    expect(capabilitiesOf({ header, mmprojPath: '/x' }, undefined)).toEqual(['completion', 'vision']);
  });
});

describe('the header of a model as JSON', () => {
  it('has numbers and truth values again, and leaves names alone', () => {
    const metadata = {
      'general.architecture': 'llama',
      'general.version': '1.0',
      'general.file_type': '3',
      'llama.context_length': '8192',
      'llama.rope.freq_base': '1e-05',
      'tokenizer.ggml.add_bos_token': 'false',
      'tokenizer.ggml.model': 'gpt2',
      'tokenizer.chat_template': '{{ x }}',
      'odd.huge': '18446744073709551615',
    };
    expect(modelInfo({ ...header, metadata, parameterCount: 12 })).toEqual({
      'general.architecture': 'llama',
      'general.version': '1.0',
      'general.file_type': 3,
      'general.parameter_count': 12,
      'llama.context_length': 8192,
      'llama.rope.freq_base': 0.000_01,
      'tokenizer.ggml.add_bos_token': false,
      'tokenizer.ggml.model': 'gpt2',
      'odd.huge': '18446744073709551615',
    });
  });
});

describe('the name of a model', () => {
  const model = fakeModel({ tags: ['docker.io/ai/smollm2:latest', 'localhost:5000/x:v1'] });

  it('is what users type', () => {
    expect(displayNames(model)).toEqual(['ai/smollm2:latest', 'localhost:5000/x:v1']);
    expect(displayNames(fakeModel({ tags: [] }))).toEqual([fakeModel().id]);
  });

  it('is the one that was asked for where it has several', () => {
    expect(nameMeant(model, 'localhost:5000/x:v1')).toBe('localhost:5000/x:v1');
    expect(nameMeant(model, 'ai/smollm2')).toBe('ai/smollm2:latest');
    expect(nameMeant(model, 'smol')).toBe('ai/smollm2:latest');
  });
});

describe('the files of a new model', () => {
  it.each([
    [['m.gguf'], { kind: 'gguf', file: 'm.gguf', projector: undefined }],
    [['m.gguf', 'mmproj-m.gguf'], { kind: 'gguf', file: 'm.gguf', projector: 'mmproj-m.gguf' }],
    [
      ['m-00002-of-00002.gguf', 'm-00001-of-00002.gguf'],
      { kind: 'gguf', file: 'm-00001-of-00002.gguf', projector: undefined },
    ],
    [['blob'], { kind: 'gguf', file: 'blob', projector: undefined }],
    [['config.json', 'model.safetensors'], { kind: 'safetensors' }],
  ])('are told apart: %j', (names, expected) => {
    expect(chooseWeights(names)).toEqual(expected);
  });

  it.each([[['a.gguf', 'b.gguf']], [['a.txt', 'b.txt']], [['m-00002-of-00002.gguf', 'x.gguf']], [[]]])(
    'must be those of one model: %j',
    (names) => {
      expect(() => chooseWeights(names)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
    },
  );
});

describe('a shortened embedding', () => {
  it('has length 1 again', () => {
    expect(shortened([3, 4, 12], 2)).toEqual([0.6, 0.8]);
    expect(shortened([3, 4], 0)).toEqual([3, 4]);
    expect(shortened([0, 0, 1], 2)).toEqual([0, 0]);
  });
});
