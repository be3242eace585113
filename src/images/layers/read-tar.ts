import { AppError } from '#core';

export interface TarEntry {
  /** Without `./` and slashes at either end. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly kind: 'file' | 'folder' | 'link' | 'symlink' | 'other';
  /** Permission bits, setuid and setgid with them. */
  readonly mode: number;
  readonly linkTarget: string;
  /** To be read before the next entry is asked for; what is not read is skipped. */
  readonly content: AsyncIterable<Buffer>;
}

const blockBytes = 512;
const longestRecordBytes = 1024 * 1024;
const mostEntries = 5_000_000;

export function damaged(what: string): AppError {
  return new AppError('docker.failed', `The image cannot be read: ${what}.`, { params: { reason: what } });
}

/** Walks a tar as it comes in; nothing is kept but what one chunk brings, whatever the tar claims. @throws AppError */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, void, void> {
  const source = new TarSource(chunks);
  try {
    let override: Override = {};
    for (let count = 0; count < mostEntries; count += 1) {
      const block = await source.exactly(blockBytes, { orEnd: true });
      if (!block || isZero(block)) {
        // What pads the end is read, or whoever sends it waits.
        await source.drain();
        return;
      }
      const header = parseHeader(block);
      if ('xgLK'.includes(header.type)) {
        if (header.sizeBytes > longestRecordBytes) throw damaged('it has a name or record that is too long');
        const record = (await source.exactly(header.sizeBytes)) ?? Buffer.alloc(0);
        await source.skip(padding(header.sizeBytes));
        if (header.type === 'x') override = { ...override, ...paxOverride(record) };
        if (header.type === 'L') override = { ...override, path: untilZero(record) };
        if (header.type === 'K') override = { ...override, linkTarget: untilZero(record) };
        continue;
      }
      const sizeBytes = override.sizeBytes ?? (header.type === '1' || header.type === '2' ? 0 : header.sizeBytes);
      const rest = { left: sizeBytes };
      yield {
        path: plainPath(override.path ?? header.path),
        sizeBytes,
        kind: kindOf(header.type),
        mode: header.mode,
        linkTarget: override.linkTarget ?? header.linkTarget,
        content: content(source, rest),
      };
      override = {};
      await source.skip(rest.left);
      await source.skip(padding(sizeBytes));
    }
    throw damaged('it has too many entries');
  } finally {
    await source.close();
  }
}

interface Override {
  readonly path?: string;
  readonly linkTarget?: string;
  readonly sizeBytes?: number;
}

function plainPath(path: string): string {
  return path.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
}

function kindOf(type: string): TarEntry['kind'] {
  if (type === '0' || type === '7' || type === '\0') return 'file';
  if (type === '1') return 'link';
  if (type === '2') return 'symlink';
  return type === '5' ? 'folder' : 'other';
}

const padding = (sizeBytes: number): number => (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
const untilZero = (record: Buffer): string => record.toString('utf8').replace(/\0.*$/s, '');

function isZero(block: Buffer): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}

function parseHeader(block: Buffer): {
  path: string;
  sizeBytes: number;
  mode: number;
  type: string;
  linkTarget: string;
} {
  let sum = 0;
  for (let at = 0; at < blockBytes; at += 1) sum += at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0);
  if (number(block, 148, 8) !== sum) throw damaged('a header is damaged');
  const prefix = block.toString('latin1', 257, 262) === 'ustar' ? field(block, 345, 155) : '';
  const name = field(block, 0, 100);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    sizeBytes: number(block, 124, 12),
    mode: number(block, 100, 8),
    type: String.fromCharCode(block[156] ?? 0),
    linkTarget: field(block, 157, 100),
  };
}

function field(block: Buffer, start: number, length: number): string {
  const end = block.indexOf(0, start);
  return block.toString('utf8', start, end < 0 || end > start + length ? start + length : end);
}

/** Octal digits, or, with the highest bit set, a number of base 256 (GNU). */
function number(block: Buffer, start: number, length: number): number {
  const first = block[start] ?? 0;
  if (first & 0x80) {
    let value = first & 0x7f;
    for (let at = start + 1; at < start + length; at += 1) value = value * 256 + (block[at] ?? 0);
    if (!Number.isSafeInteger(value)) throw damaged('it states an impossible size');
    return value;
  }
  const text = block
    .toString('latin1', start, start + length)
    .replaceAll(/[\0 ]+/g, ' ')
    .trim();
  if (text === '') return 0;
  const value = /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw damaged('a header is damaged');
  return value;
}

/** Records are `length key=value\n`, the length counting the whole record. */
function paxOverride(record: Buffer): Override {
  let found: Override = {};
  for (let at = 0; at < record.length;) {
    const space = record.indexOf(0x20, at);
    const length = Number(record.toString('latin1', at, Math.max(at, space)));
    if (space < 0 || !Number.isSafeInteger(length) || length <= space - at || at + length > record.length) {
      throw damaged('its records are damaged');
    }
    const equals = record.indexOf(0x3d, space);
    const key = record.toString('latin1', space + 1, equals);
    if (key === 'path' || key === 'linkpath' || key === 'size') {
      const value = record.toString('utf8', equals + 1, at + length - 1);
      if (key === 'path') found = { ...found, path: value };
      else if (key === 'linkpath') found = { ...found, linkTarget: value };
      else {
        if (!/^\d{1,15}$/.test(value)) throw damaged('it states an impossible size');
        found = { ...found, sizeBytes: Number(value) };
      }
    }
    at += length;
  }
  return found;
}

async function* content(source: TarSource, rest: { left: number }): AsyncGenerator<Buffer, void, void> {
  while (rest.left > 0) {
    const part = await source.upTo(rest.left);
    rest.left -= part.length;
    yield part;
  }
}

/** Hands out the stream in the pieces that are asked for, without copying the large ones. */
class TarSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  async #fill(): Promise<boolean> {
    while (this.#pending.length === 0) {
      const { value, done } = await this.#iterator.next();
      if (done) return false;
      this.#pending = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
    return true;
  }

  async upTo(limit: number): Promise<Buffer> {
    if (this.#pending.length === 0 && !(await this.#fill())) throw damaged('it ends in the middle of a file');
    const part = this.#pending.subarray(0, limit);
    this.#pending = this.#pending.subarray(part.length);
    return part;
  }

  async exactly(length: number, { orEnd = false }: { orEnd?: boolean } = {}): Promise<Buffer | undefined> {
    if (this.#pending.length >= length) {
      const part = this.#pending.subarray(0, length);
      this.#pending = this.#pending.subarray(length);
      return part;
    }
    if (orEnd && !(await this.#fill())) return undefined;
    const parts: Buffer[] = [];
    for (let left = length; left > 0;) {
      const part = await this.upTo(left);
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  async skip(length: number): Promise<void> {
    for (let left = length; left > 0;) left -= (await this.upTo(left)).length;
  }

  async drain(): Promise<void> {
    this.#pending = Buffer.alloc(0);
    while (await this.#fill()) this.#pending = Buffer.alloc(0);
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
