import type { GgufHeader } from '../types.ts';
import type { TensorTotals } from './check-tensors.ts';
import type { RawGguf } from './parse-header.ts';
import { fileTypeName } from './tensor-types.ts';
import { scalarText, type GgufValue } from './value-types.ts';

/** A header and what configs and shard sets need besides. */
export interface GgufFile {
  readonly header: GgufHeader;
  /** Bytes of the tensors alone; what model configs call `size`. */
  readonly tensorBytes: number;
  /** Set in files that are parts of a split model. */
  readonly split: { readonly index: number; readonly count: number } | undefined;
}

const poolingNames = ['none', 'mean', 'cls', 'last', 'rank'] as const;
// Contract model-runner §4.2: longer arrays are left out of the config.
const printedItems = 50;

/** Names what planning needs. Text keys of the file become `metadata`. */
export function describeGguf(raw: RawGguf, totals: TensorTotals): GgufFile {
  const { entries } = raw;
  const architecture = textOf(entries.get('general.architecture')) ?? '';
  const own = (key: string): GgufValue | undefined => entries.get(`${architecture}.${key}`);
  const number = (key: string): number | undefined => numberOf(own(key));
  const fileType = numberOf(entries.get('general.file_type'));
  const pooling = number('pooling_type');
  const tokens = entries.get('tokenizer.ggml.tokens');
  const splitCount = numberOf(entries.get('split.count'));
  const header: GgufHeader = {
    version: raw.version,
    architecture,
    name: textOf(entries.get('general.name')),
    quantization: fileType === undefined ? undefined : fileTypeName(fileType),
    parameterCount: totals.elements,
    trainedContext: number('context_length'),
    blockCount: number('block_count'),
    embeddingLength: number('embedding_length'),
    headCount: number('attention.head_count') ?? largest(own('attention.head_count')),
    headCountKv: number('attention.head_count_kv') ?? numbersOf(own('attention.head_count_kv')),
    keyLength: number('attention.key_length'),
    valueLength: number('attention.value_length'),
    vocabularySize: number('vocab_size') ?? (tokens?.kind === 'array' ? tokens.length : undefined),
    slidingWindow: number('attention.sliding_window'),
    pooling: pooling === undefined ? undefined : poolingNames[pooling],
    hasChatTemplate: textOf(entries.get('tokenizer.chat_template')) !== undefined,
    metadata: printable(entries),
  };
  const split =
    splitCount === undefined ? undefined : { index: numberOf(entries.get('split.no')) ?? 0, count: splitCount };
  return { header, tensorBytes: totals.bytes, split };
}

function printable(entries: ReadonlyMap<string, GgufValue>): Record<string, string> {
  const texts: [string, string][] = [];
  for (const [key, value] of entries) {
    if (value.kind !== 'array') texts.push([key, scalarText(value)]);
    else if (value.items && value.length <= printedItems) texts.push([key, value.items.map(scalarText).join(', ')]);
  }
  texts.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(texts);
}

function textOf(value: GgufValue | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}

function numberOf(value: GgufValue | undefined): number | undefined {
  if (value?.kind !== 'integer') return undefined;
  const number = Number(value.value);
  return Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function numbersOf(value: GgufValue | undefined): readonly number[] | undefined {
  if (value?.kind !== 'array' || !value.items?.length) return undefined;
  const numbers = value.items.map(numberOf);
  return numbers.every((number) => number !== undefined) ? numbers : undefined;
}

function largest(value: GgufValue | undefined): number | undefined {
  const numbers = numbersOf(value);
  return numbers && Math.max(...numbers);
}
