import type { GgufHeader } from '#models';

export interface MemoryQuestion {
  /** Tokens of one conversation. */
  readonly contextSize: number;
  readonly parallel: number;
  readonly weightBytes: number;
  /** Other files held in memory: an image projector. */
  readonly extraBytes?: number | undefined;
  /** Tokens computed at once; llama.cpp's default is 512. */
  readonly microBatch?: number | undefined;
  /** Bytes of one element in the key and in the value cache; f16 takes 2. */
  readonly cacheElementBytes?: { readonly key: number; readonly value: number } | undefined;
  /** Whether sliding-window layers get a cache for the whole context (`--swa-full`). */
  readonly fullWindow?: boolean | undefined;
  /** Without flash attention the attention scores of a whole context are held. */
  readonly flashAttention?: boolean | undefined;
}

export interface MemoryEstimate {
  readonly weightBytes: number;
  readonly cacheBytes: number;
  readonly computeBytes: number;
  readonly overheadBytes: number;
  readonly totalBytes: number;
}

// Program, thread stacks, tokenizer, templates.
export const overheadBytes = 48 * 1024 * 1024;
const defaultMicroBatch = 512;
// Live activations of one token, in multiples of the embedding length.
const activationsPerToken = 16;

/**
 * Every n-th block attends to everything, the others to a window, as llama.cpp has it per architecture. Files do not say.
 * A windowed architecture not named here is counted as if it had no window, which is never too little.
 */
const windowPattern: Readonly<Record<string, number>> = { gemma2: 2, gemma3: 6, gemma3n: 5, 'gpt-oss': 2, cohere2: 4 };

/**
 * What a llama.cpp process takes in main memory:
 *
 *   weights     all bytes of the weight files (they are mapped and read in full), and of a projector
 *   cache       per block: cells × key/value heads × (key length × key bytes + value length × value bytes), where cells =
 *               conversations × context, or × min(context, window + micro batch) in a windowed block, in steps of 256
 *   compute     micro batch × embedding length × 16 × 4 bytes, one row of logits per conversation, and without flash
 *               attention micro batch × context × heads × 4 bytes
 *   overhead    48 MiB
 *
 * Measured with llama-server on SmolLM2-135M Q4_1 (94 MiB of weights) after a 400-token prompt, resident / estimated MiB:
 * 512×1 152/172, 2048×1 186/205, 8192×1 321/340, 2048×4 322/341, 8192×4 863/881, 8192×4 with a q8_0 cache 526/544,
 * 8192×4 without flash attention 868/1025.
 */
export function estimateMemory(header: GgufHeader, question: MemoryQuestion): MemoryEstimate {
  const { parallel, contextSize, microBatch = defaultMicroBatch, flashAttention = true } = question;
  const weightBytes = question.weightBytes + (question.extraBytes ?? 0);
  const cacheBytes = cacheOf(header, question);
  const embedding = header.embeddingLength ?? 0;
  const scores = flashAttention ? 0 : microBatch * contextSize * (header.headCount ?? 0) * 4;
  const logits = parallel * (header.vocabularySize ?? 0) * 4;
  const computeBytes = microBatch * embedding * activationsPerToken * 4 + logits + scores;
  return {
    weightBytes,
    cacheBytes,
    computeBytes,
    overheadBytes,
    totalBytes: weightBytes + cacheBytes + computeBytes + overheadBytes,
  };
}

function cacheOf(header: GgufHeader, question: MemoryQuestion): number {
  const { contextSize, parallel, microBatch = defaultMicroBatch } = question;
  const bytes = question.cacheElementBytes ?? { key: 2, value: 2 };
  const heads = header.headCount ?? 0;
  const headLength = heads > 0 ? (header.embeddingLength ?? 0) / heads : 0;
  const keyLength = header.keyLength ?? headLength;
  const valueLength = header.valueLength ?? headLength;
  const perHead = keyLength * bytes.key + valueLength * bytes.value;
  const window = question.fullWindow ? undefined : header.slidingWindow;
  const pattern = windowPattern[header.architecture];
  let total = 0;
  for (let block = 0; block < (header.blockCount ?? 0); block += 1) {
    const kvHeads = kvHeadsOf(header, block);
    const windowed = window !== undefined && window > 0 && pattern !== undefined && (block + 1) % pattern !== 0;
    const cells = windowed ? Math.min(contextSize, window + microBatch) : contextSize;
    total += Math.ceil(cells / 256) * 256 * parallel * kvHeads * perHead;
  }
  return Math.ceil(total);
}

function kvHeadsOf({ headCountKv, headCount = 0 }: GgufHeader, block: number): number {
  if (headCountKv === undefined) return headCount;
  return typeof headCountKv === 'number' ? headCountKv : (headCountKv[block] ?? headCount);
}
