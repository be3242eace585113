import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSafetensors } from './choose-safetensors.ts';

const tree = (...paths: string[]) => paths.map((path) => ({ path, sizeBytes: 10, digest: undefined }));
const choose = (...paths: string[]) => {
  const choice = chooseSafetensors(tree(...paths), 'a/b');
  const names = (files: readonly { path: string }[] = []) => files.map(({ path }) => path);
  return { weights: names(choice?.weights), companions: names(choice?.companions) };
};

describe('the files of a safetensors model', () => {
  it('are its weights and what servers read beside them, without cards, pictures and programs', () => {
    expect(
      choose(
        'README.md',
        'LICENSE',
        'modeling_x.py',
        'pytorch_model.bin',
        'model.safetensors',
        'tokenizer.json',
        'config.json',
        'tokenizer.model',
        'merges.txt',
        'chat_template.jinja',
        'onnx/config.json',
        'onnx/model.safetensors',
      ),
    ).toEqual({
      weights: ['model.safetensors'],
      companions: ['chat_template.jinja', 'config.json', 'merges.txt', 'tokenizer.json', 'tokenizer.model'],
    });
  });

  it('are one set of weights where there are two', () => {
    const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
    expect(choose(...shards, 'consolidated.safetensors', 'original/consolidated.00.safetensors').weights).toEqual(
      shards,
    );
    expect(choose(...shards, 'model.safetensors').weights).toEqual(['model.safetensors']);
  });

  it('include the modules of sentence-transformers', () => {
    expect(choose('model.safetensors', 'modules.json', '1_Pooling/config.json', '2_Dense/model.safetensors')).toEqual({
      weights: ['model.safetensors', '2_Dense/model.safetensors'],
      companions: ['1_Pooling/config.json', 'modules.json'],
    });
  });

  it('are all shards or none', () => {
    const count = 4;
    const names = Array.from({ length: count }, (_, index) => `w-0000${index + 1}-of-0000${count}.safetensors`);
    fc.assert(
      fc.property(fc.shuffledSubarray(names, { minLength: 1 }), (present) => {
        if (present.length === count) expect(choose(...present).weights).toEqual(names);
        else expect(() => choose(...present)).toThrow('lacks parts of its weights');
      }),
    );
  });

  it.each([
    ['a pipeline', ['model_index.json', 'unet/x.safetensors']],
    ['a pipeline', ['unet/x.safetensors']],
    ['an adapter', ['adapter_config.json', 'adapter_model.safetensors']],
  ])('are refused when they are %s', (what, paths) => {
    expect(() => choose(...paths)).toThrow(`a/b holds ${what}`);
  });

  it('are none where there are no safetensors files', () => {
    expect(chooseSafetensors(tree('README.md', 'pytorch_model.bin'), 'a/b')).toBeUndefined();
  });
});
