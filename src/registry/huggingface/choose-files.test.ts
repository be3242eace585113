import { describe, expect, it } from 'vitest';
import type { HuggingFaceFile } from '../types.ts';
import { chooseHuggingFaceFiles, type HuggingFaceChoice } from './choose-files.ts';

function tree(...entries: (string | [path: string, sizeBytes: number])[]): HuggingFaceFile[] {
  return entries.map((entry) => {
    const [path, sizeBytes] = typeof entry === 'string' ? [entry, 100] : entry;
    return { path, sizeBytes, digest: undefined };
  });
}

const shards = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}-${pad(at + 1)}-of-${pad(count)}.gguf`);
const pad = (value: number): string => String(value).padStart(5, '0');
const paths = (choice: HuggingFaceChoice): string[] => choice.weights.map(({ path }) => path);

const unsloth = tree(
  '.gitattributes',
  'README.md',
  'config.json',
  ...shards('BF16/Qwen3-30B-A3B-BF16', 2),
  ...shards('UD-Q8_K_XL/Qwen3-30B-A3B-UD-Q8_K_XL', 3),
  'Qwen3-30B-A3B-IQ4_NL.gguf',
  'Qwen3-30B-A3B-IQ4_XS.gguf',
  ['Qwen3-30B-A3B-Q2_K.gguf', 50],
  'Qwen3-30B-A3B-Q2_K_L.gguf',
  ['Qwen3-30B-A3B-Q4_K_M.gguf', 18_556_689_568],
  'Qwen3-30B-A3B-UD-IQ1_S.gguf',
  'Qwen3-30B-A3B-UD-Q2_K_XL.gguf',
  'Qwen3-30B-A3B-UD-Q4_K_M.gguf',
  'Qwen3-30B-A3B-UD-Q4_K_XL.gguf',
  'imatrix_unsloth.dat',
);

const bartowski = tree(
  'gemma-3-4b-it-imatrix.gguf',
  'google_gemma-3-4b-it-IQ2_M.gguf',
  'google_gemma-3-4b-it-Q4_K_M.gguf',
  'google_gemma-3-4b-it-Q4_K_L.gguf',
  'google_gemma-3-4b-it-Q6_K_L.gguf',
  'google_gemma-3-4b-it-Q8_0.gguf',
  'google_gemma-3-4b-it-bf16.gguf',
  'google_gemma-3-4b-it.imatrix',
  'mmproj-google_gemma-3-4b-it-bf16.gguf',
  'mmproj-google_gemma-3-4b-it-f16.gguf',
  'mmproj-google_gemma-3-4b-it-f32.gguf',
);

const theBloke = tree(
  'config.json',
  'llama-2-7b-chat.Q2_K.gguf',
  'llama-2-7b-chat.Q3_K_S.gguf',
  'llama-2-7b-chat.Q4_0.gguf',
  'llama-2-7b-chat.Q4_K_M.gguf',
  'llama-2-7b-chat.Q5_0.gguf',
  'llama-2-7b-chat.Q8_0.gguf',
);

describe('a named quantization', () => {
  it.each([
    [unsloth, 'Q4_K_M', ['Qwen3-30B-A3B-Q4_K_M.gguf']],
    [unsloth, 'q4_k_m', ['Qwen3-30B-A3B-Q4_K_M.gguf']],
    [unsloth, 'UD-Q4_K_M', ['Qwen3-30B-A3B-UD-Q4_K_M.gguf']],
    [unsloth, 'ud-q4_k_xl', ['Qwen3-30B-A3B-UD-Q4_K_XL.gguf']],
    [unsloth, 'Q2_K', ['Qwen3-30B-A3B-Q2_K.gguf']],
    [unsloth, 'BF16', shards('BF16/Qwen3-30B-A3B-BF16', 2)],
    [unsloth, 'UD-Q8_K_XL', shards('UD-Q8_K_XL/Qwen3-30B-A3B-UD-Q8_K_XL', 3)],
    [bartowski, 'BF16', ['google_gemma-3-4b-it-bf16.gguf']],
    [bartowski, 'Q4_K_L', ['google_gemma-3-4b-it-Q4_K_L.gguf']],
    [theBloke, 'Q4_0', ['llama-2-7b-chat.Q4_0.gguf']],
    [theBloke, 'llama-2-7b-chat.Q2_K', ['llama-2-7b-chat.Q2_K.gguf']],
  ])('in a real layout selects its own files only (%#)', (files, quantization, expected) => {
    const choice = chooseHuggingFaceFiles(files, { quantization });
    expect(paths(choice)).toEqual(expected);
    expect(choice).toMatchObject({ format: 'gguf', isDefault: false });
  });

  it.each([
    ['F16', tree('m-bf16.gguf', 'm-f16.gguf'), ['m-f16.gguf']],
    ['BF16', tree('m-bf16.gguf', 'm-f16.gguf'), ['m-bf16.gguf']],
    [
      'F16',
      tree(...shards('qwen2.5-7b-instruct-fp16', 4), 'qwen2.5-7b-instruct-q4_0.gguf'),
      shards('qwen2.5-7b-instruct-fp16', 4),
    ],
    [
      'Q4',
      tree('Phi-3-mini-4k-instruct-q4.gguf', 'Phi-3-mini-4k-instruct-fp16.gguf'),
      ['Phi-3-mini-4k-instruct-q4.gguf'],
    ],
    ['I2_S', tree('ggml-model-i2_s.gguf'), ['ggml-model-i2_s.gguf']],
    ['MXFP4', tree('gpt-oss-20b-mxfp4.gguf'), ['gpt-oss-20b-mxfp4.gguf']],
    ['Q4_0_4_8', tree('m-Q4_0_4_4.gguf', 'm-Q4_0_4_8.gguf', 'm-Q4_0.gguf'), ['m-Q4_0_4_8.gguf']],
    ['IQ3_XXS', tree('Model.i1-IQ3_XXS.gguf', 'Model.i1-IQ3_XS.gguf', 'Model.imatrix.gguf'), ['Model.i1-IQ3_XXS.gguf']],
    ['IQ4_XS', tree('llama-3.2-3b-instruct-iq4_xs-imat.gguf'), ['llama-3.2-3b-instruct-iq4_xs-imat.gguf']],
    ['Q4_K_S', tree('Qwen3-8B-Q4_K_S-4.67bpw.gguf', 'Qwen3-8B-Q3_K_S-3.25bpw.gguf'), ['Qwen3-8B-Q4_K_S-4.67bpw.gguf']],
    [
      'Q2_K_L',
      tree(
        ...shards('DeepSeek-R1-Q2_K_L/DeepSeek-R1-Q2_K_L', 2),
        ...shards('DeepSeek-R1-UD-IQ1_S/DeepSeek-R1-UD-IQ1_S', 3),
      ),
      shards('DeepSeek-R1-Q2_K_L/DeepSeek-R1-Q2_K_L', 2),
    ],
    [
      'UD-Q4_K_XL',
      tree(...shards('UD-Q4_K_XL/Kimi-Q4_K_XL', 2), ...shards('Q4_K_XL/Kimi-Q4_K_XL', 2)),
      shards('UD-Q4_K_XL/Kimi-Q4_K_XL', 2),
    ],
    ['Q8_0', tree('Q8_0/model.gguf', 'Q4_0/model.gguf'), ['Q8_0/model.gguf']],
    ['Q4_0', tree('merged-f16-tune-Q4_0.gguf', 'merged-f16-tune-f16.gguf'), ['merged-f16-tune-Q4_0.gguf']],
    ['Q8_0', tree('m-Q8_0-00001-of-00004.gguf', ...shards('Q8_0/m-Q8_0', 2)), shards('Q8_0/m-Q8_0', 2)],
    ['Q8_0', tree(...shards('Q8_0/m-Q8_0', 2), 'm-Q8_0.gguf'), ['m-Q8_0.gguf']],
  ])('%s is found wherever the publisher put it (%#)', (quantization, files, expected) => {
    expect(paths(chooseHuggingFaceFiles(files, { quantization }))).toEqual(expected);
  });

  it('that the repository lacks is refused with what there is and its sizes, smallest first', () => {
    const files = tree(['m-Q8_0.gguf', 8_000_000_000], ['m-UD-Q4_K_M.gguf', 4_300_000_000], ['mmproj-F16.gguf', 900]);
    expect(() => chooseHuggingFaceFiles(files, { quantization: 'Q4_K_M', repository: 'Org/m-GGUF' })).toThrow(
      expect.objectContaining({
        code: 'source.not_found',
        message: 'Org/m-GGUF has no Q4_K_M. It has: UD-Q4_K_M (4.3GB), Q8_0 (8GB).',
      }),
    );
  });

  it('is refused while a shard is missing', () => {
    const files = tree('m-Q4_K_M-00001-of-00003.gguf', 'm-Q4_K_M-00003-of-00003.gguf');
    expect(() => chooseHuggingFaceFiles(files, { quantization: 'Q4_K_M' })).toThrow(/lacks parts of Q4_K_M: 2 of 3/);
  });

  it('survives a file that claims to be one of 99999 shards', () => {
    expect(() => chooseHuggingFaceFiles(tree('m-Q4_0-00001-of-99999.gguf'))).toThrow(
      expect.objectContaining({ code: 'source.not_found' }),
    );
  });

  it('orders shards by number, whatever the listing does', () => {
    const files = tree(...shards('m-Q8_0', 11).toReversed());
    expect(paths(chooseHuggingFaceFiles(files, { quantization: 'Q8_0' }))).toEqual(shards('m-Q8_0', 11));
  });
});

describe('no quantization', () => {
  it.each([undefined, '', 'latest', 'main', 'LATEST'])('means Q4_K_M first (%s)', (quantization) => {
    const choice = chooseHuggingFaceFiles(unsloth, quantization === undefined ? {} : { quantization });
    expect(choice).toMatchObject({ quantization: 'Q4_K_M', isDefault: true });
    expect(choice.alternatives.map((offer) => offer.quantization)).toContain('UD-Q4_K_XL');
    expect(choice.alternatives.map((offer) => offer.quantization)).not.toContain('Q4_K_M');
    expect(choice.alternatives[0]).toEqual({ quantization: 'Q2_K', sizeBytes: 50 });
  });

  it.each([
    [['m-Q8_0.gguf', 'm-UD-Q4_K_XL.gguf', 'm-Q4_0.gguf'], 'UD-Q4_K_XL'],
    [['m-Q8_0.gguf', 'm-Q4_0.gguf', 'm-Q2_K.gguf'], 'Q4_0'],
    [['m-BF16.gguf', 'm-F16.gguf'], 'F16'],
    [['gemma-2-2b-it.gguf'], 'gemma-2-2b-it'],
  ])('of %j takes %s', (files, expected) => {
    expect(chooseHuggingFaceFiles(tree(...files))).toMatchObject({ quantization: expected, isDefault: true });
  });

  it.each([
    [bartowski, ['google_gemma-3-4b-it-Q4_K_M.gguf']],
    [theBloke, ['llama-2-7b-chat.Q4_K_M.gguf']],
  ])('is no question in a real layout, whatever else lies there (%#)', (files, expected) => {
    const choice = chooseHuggingFaceFiles(files);
    expect(paths(choice)).toEqual(expected);
    expect(choice.alternatives.filter(({ quantization }) => !/^(?:I?Q\d|BF16)/.test(quantization))).toEqual([]);
  });

  it('takes the smallest file when none of the usual ones is there', () => {
    const files = tree(['m-Q3_K_S.gguf', 30], ['m-Q2_K.gguf', 20], ['m-IQ3_M.gguf', 25]);
    expect(chooseHuggingFaceFiles(files).quantization).toBe('Q2_K');
  });
});

describe('several models in one repository', () => {
  const files = tree(
    'tinyllamas/stories15M-q4_0.gguf',
    'tinyllamas/stories260K.gguf',
    'bert-bge-small/ggml-model-f16.gguf',
  );

  it('are not guessed between', () => {
    expect(() => chooseHuggingFaceFiles(files, { repository: 'ggml-org/models' })).toThrow(
      expect.objectContaining({
        code: 'source.not_found',
        message: 'ggml-org/models holds more than one model: ggml-model-f16, stories15M-q4_0, stories260K.',
      }),
    );
  });

  it('are told apart by file name', () => {
    expect(paths(chooseHuggingFaceFiles(files, { quantization: 'stories260k' }))).toEqual([
      'tinyllamas/stories260K.gguf',
    ]);
  });

  it('of one quantization are not taken for shards', () => {
    const two = tree('alpha-Q4_K_M.gguf', 'beta-Q4_K_M.gguf');
    expect(() => chooseHuggingFaceFiles(two, { quantization: 'Q4_K_M' })).toThrow(/more than one model/);
  });
});

describe('companions', () => {
  it.each([
    [['mmproj-BF16.gguf', 'mmproj-F16.gguf', 'mmproj-F32.gguf'], 'mmproj-F16.gguf'],
    [['mmproj-BF16.gguf', 'mmproj-F32.gguf'], 'mmproj-BF16.gguf'],
    [['mmproj-SmolVLM-500M-Instruct-Q8_0.gguf'], 'mmproj-SmolVLM-500M-Instruct-Q8_0.gguf'],
    [['mmproj-model-f16-4B.gguf'], 'mmproj-model-f16-4B.gguf'],
    [[], undefined],
  ])('%j: the projector is %s', (projectors, expected) => {
    const choice = chooseHuggingFaceFiles(tree('SmolVLM-500M-Instruct-Q4_K_M.gguf', ...projectors));
    expect(choice.mmproj?.path).toBe(expected);
    expect(paths(choice)).toEqual(['SmolVLM-500M-Instruct-Q4_K_M.gguf']);
  });

  it('takes the chat template of the repository, not one of a folder', () => {
    const files = tree('m-Q4_K_M.gguf', 'additional_chat_templates/tool.jinja', 'chat_template.jinja');
    expect(chooseHuggingFaceFiles(files).chatTemplate?.path).toBe('chat_template.jinja');
  });
});

describe('other repositories', () => {
  it('hands back safetensors as what they are', () => {
    const files = tree('model-00002-of-00002.safetensors', 'model-00001-of-00002.safetensors', 'tokenizer.json');
    expect(chooseHuggingFaceFiles(files)).toMatchObject({
      format: 'safetensors',
      weights: [{ path: 'model-00001-of-00002.safetensors' }, { path: 'model-00002-of-00002.safetensors' }],
    });
  });

  it('says that there are no weights', () => {
    expect(() => chooseHuggingFaceFiles(tree('README.md', 'pytorch_model.bin'), { repository: 'a/b' })).toThrow(
      'a/b has no model weights (GGUF or safetensors).',
    );
  });
});
