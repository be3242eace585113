import { valueTypeNumbers, type FixtureValue } from './gguf-fixture-values.ts';

export interface TensorFixture {
  readonly name: string;
  readonly shape: readonly number[];
  /** ggml type number; 0 is F32. */
  readonly type?: number;
  /** Overrides the true offset, to make a file that lies. */
  readonly offset?: number;
}

export interface GgufFixture {
  readonly version?: number;
  readonly metadata?: Readonly<Record<string, FixtureValue>>;
  readonly tensors?: readonly TensorFixture[];
}

const alignment = 32;
const typeLayouts: Readonly<Record<number, readonly [elements: number, bytes: number]>> = {
  0: [1, 4],
  1: [1, 2],
  2: [32, 18],
  3: [32, 20],
  8: [32, 34],
  12: [256, 144],
};

/** Metadata of a tiny model that has everything a real one has. */
export const tinyModelMetadata: Readonly<Record<string, FixtureValue>> = {
  'general.architecture': 'llama',
  'general.name': 'Tiny',
  'general.file_type': 3,
  'llama.context_length': 2048,
  'llama.embedding_length': 64,
  'llama.block_count': 2,
  'llama.attention.head_count': 4,
  'llama.attention.head_count_kv': 2,
  'llama.rope.freq_base': { float32: 10_000 },
  'tokenizer.ggml.model': 'gpt2',
  'tokenizer.ggml.tokens': ['<s>', '</s>', 'a', 'b'],
  'tokenizer.ggml.add_bos_token': false,
  'tokenizer.chat_template': '{{ messages }}',
};

export const tinyModelTensors: readonly TensorFixture[] = [
  { name: 'token_embd.weight', shape: [64, 4], type: 3 },
  { name: 'output_norm.weight', shape: [64], type: 0 },
];

/** Bytes of a GGUF file; the tensor data is a pattern, not weights. */
export function ggufBytes({
  version = 3,
  metadata = tinyModelMetadata,
  tensors = tinyModelTensors,
}: GgufFixture = {}): Buffer {
  const parts: Buffer[] = [Buffer.from('GGUF'), u32(version), u64(tensors.length), u64(Object.keys(metadata).length)];
  for (const [key, value] of Object.entries(metadata)) parts.push(text(key), typed(value));
  let end = 0;
  for (const tensor of tensors) {
    const start = Math.ceil(end / alignment) * alignment;
    end = start + tensorBytes(tensor);
    parts.push(text(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(u64));
    parts.push(u32(tensor.type ?? 0), u64(tensor.offset ?? start));
  }
  const header = Buffer.concat(parts);
  const padding = Buffer.alloc((alignment - (header.length % alignment)) % alignment);
  const data = Buffer.alloc(Math.ceil(end / alignment) * alignment, (header.length % 255) + 1);
  return Buffer.concat([header, padding, data]);
}

function tensorBytes({ shape, type = 0 }: TensorFixture): number {
  const layout = typeLayouts[type];
  if (!layout) throw new Error(`the fixture writer has no layout for tensor type ${type}`);
  return (shape.reduce((product, length) => product * length, 1) / layout[0]) * layout[1];
}

function typed(value: FixtureValue): Buffer {
  if (Array.isArray(value)) {
    const [first = ''] = value;
    const items = value.map((item: FixtureValue) => typed(item).subarray(4));
    return Buffer.concat([u32(valueTypeNumbers.array), typed(first).subarray(0, 4), u64(value.length), ...items]);
  }
  if (typeof value === 'string') return Buffer.concat([u32(valueTypeNumbers.string), text(value)]);
  if (typeof value === 'boolean') return Buffer.concat([u32(valueTypeNumbers.bool), Buffer.from([value ? 1 : 0])]);
  if (typeof value === 'bigint') return Buffer.concat([u32(valueTypeNumbers.uint64), u64(value)]);
  if (typeof value === 'number') {
    return value < 0
      ? Buffer.concat([u32(valueTypeNumbers.int32), i32(value)])
      : Buffer.concat([u32(valueTypeNumbers.uint32), u32(value)]);
  }
  if ('float32' in value) {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value.float32);
    return Buffer.concat([u32(valueTypeNumbers.float32), bytes]);
  }
  throw new Error('the fixture writer cannot write this value');
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
