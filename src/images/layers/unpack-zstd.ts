import { Decompress } from 'fzstd';
import { damaged } from './read-tar.ts';

/** Of what a frame may refer back to; the `zstd` command itself goes this far unless it is told otherwise on both sides. */
const mostWindowBytes = 128 * 1024 * 1024;
const mostBlockBytes = 128 * 1024;
const frameMagic = 0xfd2fb528;
const isSkippable = (magic: number): boolean => (magic & 0xfffffff0) >>> 0 === 0x184d2a50;

/**
 * Bytes of a layer that was compressed with zstd (RFC 8878). Frames and blocks are found here and unpacked one by one, so that one step
 * gives no more than a block may have, and a window no more than it may claim. @throws AppError where they are none
 */
export async function* unpackZstd(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const source = new ByteQueue(chunks);
  for (;;) {
    const start = await source.take(4, { orEnd: true });
    if (!start) return;
    const magic = start.readUInt32LE(0);
    if (isSkippable(magic)) {
      await source.skip((await needed(source, 4)).readUInt32LE(0));
      continue;
    }
    if (magic !== frameMagic) throw invalid();
    yield* frame(source, start);
  }
}

async function* frame(source: ByteQueue, start: Buffer): AsyncGenerator<Buffer, void, void> {
  let ready: Buffer[] = [];
  const decoder = new Decompress((chunk) => {
    // Its memory is used again for what comes next.
    if (chunk.length > 0) ready.push(Buffer.from(chunk));
  });
  const push = (bytes: Uint8Array, isLast = false): readonly Buffer[] => {
    try {
      decoder.push(bytes, isLast);
    } catch {
      throw invalid();
    }
    const given = ready;
    ready = [];
    return given;
  };
  const { bytes, hasChecksum } = await header(source);
  yield* push(Buffer.concat([start, bytes]));
  for (let isLast = false; !isLast;) {
    const head = await needed(source, 3);
    const fields = head.readUIntLE(0, 3);
    isLast = (fields & 1) === 1;
    const kind = (fields >> 1) & 3;
    const length = fields >> 3;
    if (kind === 3 || length > mostBlockBytes) throw invalid();
    // A repeated byte is written once.
    yield* push(Buffer.concat([head, await needed(source, kind === 1 ? 1 : length)]));
  }
  if (hasChecksum) yield* push(await needed(source, 4));
  yield* push(new Uint8Array(0), true);
}

/** What follows the magic number, up to the first block. */
async function header(source: ByteQueue): Promise<{ readonly bytes: Buffer; readonly hasChecksum: boolean }> {
  const descriptor = await needed(source, 1);
  const flags = descriptor[0] ?? 0;
  const isSingle = (flags & 0x20) !== 0;
  const window = isSingle ? Buffer.alloc(0) : await needed(source, 1);
  const dictionary = await needed(source, [0, 1, 2, 4][flags & 3] ?? 0);
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const size = await needed(source, sizeBytes);
  const claimed = isSingle ? contentSize(size) : windowSize(window[0] ?? 0);
  if (claimed > mostWindowBytes || dictionary.some((byte) => byte !== 0)) throw invalid();
  return { bytes: Buffer.concat([descriptor, window, dictionary, size]), hasChecksum: (flags & 4) !== 0 };
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(field: Buffer): number {
  if (field.length === 8) return Number(field.readBigUInt64LE(0));
  return field.length === 2 ? field.readUInt16LE(0) + 256 : field.readUIntLE(0, field.length);
}

const invalid = () => damaged('a layer is not valid zstd');

async function needed(source: ByteQueue, length: number): Promise<Buffer> {
  const bytes = await source.take(length);
  if (!bytes) throw invalid();
  return bytes;
}

/** Bytes by number, however they come. */
class ByteQueue {
  readonly #iterator: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** Undefined where nothing is left and that is fine, or where less is left. */
  async take(length: number, { orEnd = false } = {}): Promise<Buffer | undefined> {
    while (this.#rest.length < length) {
      const { value, done } = await this.#iterator.next();
      if (done) {
        if (orEnd && this.#rest.length > 0) throw invalid();
        return undefined;
      }
      this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    }
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0;) {
      if (this.#rest.length === 0) this.#rest = await needed(this, 1).then((one) => Buffer.concat([one, this.#rest]));
      const gone = Math.min(left, this.#rest.length);
      this.#rest = this.#rest.subarray(gone);
      left -= gone;
    }
  }
}
