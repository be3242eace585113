import { blockBytes, paddingBytes, parseTarHeader, type TarHeader } from './header.ts';
import { invalidTar } from './invalid-tar.ts';

export interface TarEntry {
  readonly name: string;
  readonly sizeBytes: number;
  readonly kind: 'file' | 'folder' | 'other';
  /** To be read before the next entry is asked for; what is not read is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

const mostEntries = 10_000;
/** Names and records of other tools; ours need none. */
const longestRecordBytes = 64 * 1024;

/**
 * Walks an uncompressed tar as it comes in. Nothing is kept in memory but what one chunk brings, whatever the tar claims.
 * @throws AppError `model.invalid_file` saying what is wrong with it
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, void> {
  const source = new TarSource(chunks);
  try {
    let override: { name?: string | undefined; sizeBytes?: number | undefined } = {};
    for (let count = 0; ; count += 1) {
      const header = await nextHeader(source);
      if (!header) return;
      if (count >= mostEntries) throw invalidTar(`it has more than ${mostEntries} entries`);
      const { type } = header;
      if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
        const record = await readRecord(source, header);
        if (type === 'x') override = { ...override, ...paxOverride(record) };
        if (type === 'L') override = { ...override, name: record.toString('utf8').replace(/\0.*$/s, '') };
        continue;
      }
      const sizeBytes = override.sizeBytes ?? header.sizeBytes;
      const name = override.name ?? header.name;
      override = {};
      const rest = { left: sizeBytes };
      yield { name, sizeBytes, kind: kindOf(type), content: content(source, rest) };
      for await (const _ of content(source, rest));
      await source.skip(paddingBytes(sizeBytes));
    }
  } finally {
    await source.close();
  }
}

function kindOf(type: string): TarEntry['kind'] {
  if (type === '0' || type === '7') return 'file';
  return type === '5' ? 'folder' : 'other';
}

// Some writers leave out the zeros at the end.
async function nextHeader(source: TarSource): Promise<TarHeader | undefined> {
  const block = await source.exactly(blockBytes, { orEnd: true });
  return block && parseTarHeader(block);
}

async function readRecord(source: TarSource, { sizeBytes }: TarHeader): Promise<Buffer> {
  if (sizeBytes > longestRecordBytes) throw invalidTar('it has a name or record that is too long');
  const record = (await source.exactly(sizeBytes)) ?? Buffer.alloc(0);
  await source.skip(paddingBytes(sizeBytes));
  return record;
}

/** Records are `length key=value\n`, the length counting the whole record (pax). */
function paxOverride(record: Buffer): { name?: string; sizeBytes?: number } {
  const found: { name?: string; sizeBytes?: number } = {};
  for (let at = 0; at < record.length;) {
    const space = record.indexOf(0x20, at);
    const length = Number(record.toString('latin1', at, Math.max(at, space)));
    if (space < 0 || !Number.isSafeInteger(length) || length <= space - at || at + length > record.length) {
      throw invalidTar('its records are damaged');
    }
    const [key, value] = splitOnce(record.toString('utf8', space + 1, at + length - 1));
    if (key === 'path') found.name = value;
    if (key === 'size') {
      const size = Number(value);
      if (!Number.isSafeInteger(size) || size < 0) throw invalidTar('it states an impossible size');
      found.sizeBytes = size;
    }
    at += length;
  }
  return found;
}

function splitOnce(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

async function* content(source: TarSource, rest: { left: number }): AsyncGenerator<Uint8Array, void, void> {
  while (rest.left > 0) {
    const part = await source.upTo(rest.left);
    rest.left -= part.byteLength;
    yield part;
  }
}

/** Hands out the stream in the pieces that are asked for, without copying the large ones. */
class TarSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #pending: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  async #fill(): Promise<boolean> {
    while (this.#pending.byteLength === 0) {
      const { value, done } = await this.#iterator.next();
      if (done) return false;
      this.#pending = value;
    }
    return true;
  }

  async upTo(limit: number): Promise<Uint8Array> {
    if (!(await this.#fill())) throw invalidTar('it ends in the middle of a file');
    const part = this.#pending.subarray(0, limit);
    this.#pending = this.#pending.subarray(part.byteLength);
    return part;
  }

  async exactly(length: number, { orEnd = false }: { orEnd?: boolean } = {}): Promise<Buffer | undefined> {
    if (orEnd && !(await this.#fill())) return undefined;
    const parts: Uint8Array[] = [];
    for (let left = length; left > 0;) {
      const part = await this.upTo(left);
      parts.push(part);
      left -= part.byteLength;
    }
    return Buffer.concat(parts);
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0;) left -= (await this.upTo(left)).byteLength;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
