import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gguf as referenceReader } from '@huggingface/gguf';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { ggufBytes, tinyModelMetadata, type FixtureValue } from '#testing';
import { readGguf, readGgufFile, readGgufHeader } from './read-header.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-gguf-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function saved(bytes: Uint8Array, name = 'model.gguf'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

function fromMemory(bytes: Buffer): ReturnType<typeof readGguf> {
  return readGguf({
    name: 'model.gguf',
    sizeBytes: bytes.length,
    async read(target, position) {
      bytes.copy(target, 0, position, position + target.length);
    },
  });
}

async function refusal(bytes: Buffer): Promise<AppError> {
  const error: unknown = await fromMemory(bytes).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw new Error(`expected a refusal, got ${String(error)}`);
}

describe('a sound GGUF file', () => {
  it('gives what planning needs', async () => {
    const header = await readGgufHeader(await saved(ggufBytes()));
    expect(header).toMatchObject({
      version: 3,
      architecture: 'llama',
      name: 'Tiny',
      quantization: 'MOSTLY_Q4_1',
      parameterCount: 320,
      trainedContext: 2048,
      blockCount: 2,
      embeddingLength: 64,
      headCount: 4,
      headCountKv: 2,
      vocabularySize: 4,
      hasChatTemplate: true,
    });
  });

  it('prints metadata as model configs do: floats with six decimals, short arrays joined, long ones left out', async () => {
    const long = Array.from({ length: 51 }, (_, index) => index);
    const bytes = ggufBytes({
      metadata: { ...tinyModelMetadata, short: ['en', 'de'], long, tiny: { float32: 1e-5 }, big: 2n ** 63n, minus: -3 },
    });
    const { metadata } = (await fromMemory(bytes)).header;
    expect(metadata).toMatchObject({
      'llama.rope.freq_base': '10000.000000',
      short: 'en, de',
      tiny: '0.000010',
      big: '9223372036854775808',
      minus: '-3',
      'tokenizer.ggml.add_bos_token': 'false',
    });
    expect(metadata).not.toHaveProperty('long');
  });

  it('counts tensor bytes by block layout', async () => {
    expect((await fromMemory(ggufBytes())).tensorBytes).toBe((256 / 32) * 20 + 64 * 4);
  });

  it('reads per-block head counts, pooling and split numbers', async () => {
    const { header, split } = await fromMemory(
      ggufBytes({
        metadata: {
          'general.architecture': 'bert',
          'bert.attention.head_count_kv': [8, 4, 8],
          'bert.pooling_type': 1,
          'split.no': 1,
          'split.count': 3,
        },
      }),
    );
    expect(header.headCountKv).toEqual([8, 4, 8]);
    expect(header.pooling).toBe('mean');
    expect(split).toEqual({ index: 1, count: 3 });
  });

  it('reads version 2, and a file without tensors', async () => {
    expect((await fromMemory(ggufBytes({ version: 2, tensors: [] }))).header.version).toBe(2);
  });

  it('skips a vocabulary without keeping it and still knows its size', async () => {
    const tokens = Array.from({ length: 5000 }, (_, index) => `token ${index}`);
    const { header } = await fromMemory(
      ggufBytes({ metadata: { ...tinyModelMetadata, 'tokenizer.ggml.tokens': tokens } }),
    );
    expect(header.vocabularySize).toBe(5000);
    expect(header.metadata).not.toHaveProperty('tokenizer.ggml.tokens');
  });

  it('treats __proto__ as any other key', async () => {
    const metadata: Record<string, FixtureValue> = JSON.parse('{"__proto__":"x","general.architecture":"llama"}');
    const { header } = await fromMemory(ggufBytes({ metadata }));
    expect(Object.entries(header.metadata)).toContainEqual(['__proto__', 'x']);
  });

  it('agrees with an independent reader', async () => {
    const path = await saved(ggufBytes(), 'differential.gguf');
    const theirs = await referenceReader(path, { allowLocalFile: true, computeParametersCount: true });
    const ours = await readGgufFile(path);
    expect(ours.header.parameterCount).toBe(theirs.parameterCount);
    expect(ours.header.version).toBe(theirs.metadata.version);
    for (const [key, text] of Object.entries(ours.header.metadata)) {
      const value: unknown = Reflect.get(theirs.metadata, key);
      if (typeof value === 'number' && text.includes('.')) expect(Number(text)).toBeCloseTo(value, 5);
      else expect(text).toBe(Array.isArray(value) ? value.join(', ') : String(value));
    }
  });
});

describe('a file that is not sound', () => {
  const sound = ggufBytes();

  it('is refused at every length it can be cut to', async () => {
    for (let length = 0; length < sound.length; length += 1) {
      const error = await refusal(sound.subarray(0, length));
      expect(error.code).toBe('model.invalid_file');
    }
  });

  it.each<[string, Buffer, RegExp]>([
    ['another magic', Buffer.concat([Buffer.from('GGML'), sound.subarray(4)]), /does not begin with "GGUF"/],
    ['version 1', patched(4, 1), /version is 1/],
    ['big-endian order', patched(4, 0x03000000), /big-endian/],
    ['2^60 tensors', patched(8, 2n ** 60n), /tensors, more than/],
    ['2^40 keys', patched(16, 2n ** 40n), /key-value pairs, more than/],
    ['a key of 2^62 bytes', patched(24, 2n ** 62n), /key 1 of 13 needs/],
    [
      'a tensor beyond the end',
      ggufBytes({ tensors: [{ name: 't', shape: [64], offset: 4096 }] }),
      /tensor "t" claims 256 bytes/,
    ],
    ['a misaligned tensor', ggufBytes({ tensors: [{ name: 't', shape: [64], offset: 4 }] }), /not at a multiple of 32/],
    [
      'tensors that overlap',
      ggufBytes({
        tensors: [
          { name: 'a', shape: [64] },
          { name: 'b', shape: [32], offset: 0 },
        ],
      }),
      /claim the same bytes/,
    ],
    ['five dimensions', ggufBytes({ tensors: [{ name: 't', shape: [1, 1, 1, 1, 1] }] }), /claims 5 dimensions/],
    ['an alignment of 3', ggufBytes({ metadata: { 'general.alignment': 3 } }), /power of two/],
  ])('with %s is refused in words', async (_what, bytes, words) => {
    const error = await refusal(bytes);
    expect(error.code).toBe('model.invalid_file');
    expect(error.message).toMatch(words);
  });

  it('never crashes the reader when bytes are changed at random', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (changes) => {
          const bytes = Buffer.from(sound);
          for (const [at, value] of changes) bytes[at] = value;
          await fromMemory(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(AppError));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never crashes the reader when it is noise behind a true preamble', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (noise) => {
        const bytes = Buffer.concat([sound.subarray(0, 8), noise]);
        await fromMemory(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(AppError));
      }),
      { numRuns: 300 },
    );
  });

  function patched(at: number, value: number | bigint): Buffer {
    const bytes = Buffer.from(sound);
    if (typeof value === 'bigint') bytes.writeBigUInt64LE(value, at);
    else bytes.writeUInt32LE(value, at);
    return bytes;
  }
});
