import { falseClaim, headerLimits } from './claim.ts';
import type { HeaderCursor, Need } from './cursor.ts';
import { readText, readValue, type TextBudget } from './parse-values.ts';
import type { GgufValue } from './value-types.ts';

export interface GgufTensor {
  readonly name: string;
  readonly elements: number;
  /** Length of the innermost dimension, which must hold whole blocks. */
  readonly rowElements: number;
  readonly type: number;
  /** From the start of the tensor data. */
  readonly offset: number;
}

/** A header as written, its lengths checked against the file. */
export interface RawGguf {
  readonly version: number;
  readonly entries: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
  /** Where the header ends; tensor data begins at the next multiple of the alignment. */
  readonly headerBytes: number;
}

const magic = 0x46554747;
const swappedVersions = new Set([0x02000000, 0x03000000]);

/** Bytes that tell whether a file can be read at all. */
export const preambleBytes = 8;

/** @throws AppError `model.invalid_file`, `model.unsupported` */
export function checkPreamble(name: string, preamble: Buffer): number {
  if (preamble.length < preambleBytes) {
    throw falseClaim(name, `it holds only ${preamble.length} bytes, too few for a header`);
  }
  if (preamble.readUInt32LE(0) !== magic) throw falseClaim(name, 'it does not begin with "GGUF"');
  const version = preamble.readUInt32LE(4);
  if (swappedVersions.has(version)) throw falseClaim(name, 'it is written in big-endian byte order');
  if (version !== 2 && version !== 3) throw falseClaim(name, `its version is ${version}; versions 2 and 3 can be read`);
  return version;
}

export function* parseHeader(cursor: HeaderCursor): Generator<Need, RawGguf, void> {
  const { name } = cursor.source;
  if (cursor.source.sizeBytes < 24) throw falseClaim(name, `it holds only ${cursor.source.sizeBytes} bytes`);
  yield 24;
  const preamble = Buffer.alloc(preambleBytes);
  preamble.writeUInt32LE(cursor.uint32(), 0);
  preamble.writeUInt32LE(cursor.uint32(), 4);
  const version = checkPreamble(name, preamble);
  const tensorCount = bounded(cursor, { what: 'tensors', limit: headerLimits.tensors, smallest: 24 });
  const entryCount = bounded(cursor, { what: 'key-value pairs', limit: headerLimits.entries, smallest: 13 });
  const entries = yield* parseEntries(cursor, entryCount);
  const tensors = yield* parseTensors(cursor, tensorCount);
  return { version, entries, tensors, headerBytes: cursor.position };
}

function bounded(
  cursor: HeaderCursor,
  { what, limit, smallest }: { what: string; limit: number; smallest: number },
): number {
  const count = cursor.length();
  if (count > limit) throw falseClaim(cursor.source.name, `it claims ${count} ${what}, more than the ${limit} allowed`);
  cursor.claim(count * smallest, `a header with ${count} ${what}`);
  return count;
}

function* parseEntries(cursor: HeaderCursor, count: number): Generator<Need, Map<string, GgufValue>, void> {
  const entries = new Map<string, GgufValue>();
  const budget: TextBudget = { keptBytes: 0 };
  for (let index = 0; index < count; index += 1) {
    const what = `key ${index + 1} of ${count}`;
    const key = yield* readText(cursor, { what, maxBytes: headerLimits.keyBytes });
    if (entries.has(key)) throw falseClaim(cursor.source.name, `the key "${key}" occurs twice`);
    cursor.claim(4, what);
    if (!cursor.has(4)) yield 4;
    const type = cursor.uint32();
    entries.set(key, yield* readValue(cursor, { type, key, budget }));
  }
  return entries;
}

function* parseTensors(cursor: HeaderCursor, count: number): Generator<Need, GgufTensor[], void> {
  const tensors: GgufTensor[] = [];
  for (let index = 0; index < count; index += 1) {
    const what = `tensor ${index + 1} of ${count}`;
    const name = yield* readText(cursor, { what, maxBytes: headerLimits.keyBytes });
    cursor.claim(4, what);
    if (!cursor.has(4)) yield 4;
    const dimensions = cursor.uint32();
    if (dimensions > headerLimits.dimensions) {
      throw falseClaim(cursor.source.name, `tensor "${name}" claims ${dimensions} dimensions`);
    }
    const rest = dimensions * 8 + 12;
    cursor.claim(rest, what);
    if (!cursor.has(rest)) yield rest;
    const shape = Array.from({ length: dimensions }, () => cursor.length());
    const elements = shape.reduce((product, length) => product * length, 1);
    if (!Number.isSafeInteger(elements)) {
      throw falseClaim(cursor.source.name, `tensor "${name}" claims more elements than any file holds`);
    }
    tensors.push({ name, elements, rowElements: shape[0] ?? 1, type: cursor.uint32(), offset: cursor.length() });
  }
  return tensors;
}
