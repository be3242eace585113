import { falseClaim, headerLimits } from './claim.ts';

/** Random access to a file whose size is known. */
export interface ByteSource {
  /** For messages. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Fills `target` from `position` on; the range is inside the file. */
  read(target: Uint8Array, position: number): Promise<void>;
}

/** Asks the driver for this many bytes from the cursor's position on. */
export type Need = number;

const smallestWindow = 64 * 1024;
const largestWindow = 4 * 1024 * 1024;

/**
 * A window that moves over the header. Parsing is synchronous while the window lasts and yields when it does not, so the
 * memory used depends on the window, never on a length the file claims.
 */
export class HeaderCursor {
  position = 0;
  readonly source: ByteSource;
  #base = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #window = smallestWindow;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** Whether the next `bytes` are in the window. */
  has(bytes: number): boolean {
    return this.position + bytes <= this.#base + this.#bytes.length;
  }

  /** Refuses a claim that points beyond the end of the file or of any sane header. */
  claim(bytes: number, what: string): void {
    const end = this.position + bytes;
    if (end > this.source.sizeBytes) {
      throw falseClaim(
        this.source.name,
        `${what} needs ${Number.isFinite(bytes) ? bytes : 'more than 2^53'} bytes at offset ${this.position}, but the file ends at ${this.source.sizeBytes}`,
      );
    }
    if (end > headerLimits.headerBytes) {
      throw falseClaim(this.source.name, `${what} makes the header larger than ${headerLimits.headerBytes} bytes`);
    }
  }

  async fill(need: Need): Promise<void> {
    const rest = this.source.sizeBytes - this.position;
    const length = Math.min(Math.max(need, this.#window), rest);
    this.#window = Math.min(this.#window * 4, largestWindow);
    const bytes = Buffer.allocUnsafe(length);
    await this.source.read(bytes, this.position);
    this.#bytes = bytes;
    this.#base = this.position;
  }

  #advance(bytes: number): number {
    const at = this.position - this.#base;
    this.position += bytes;
    return at;
  }

  uint8 = (): number => this.#bytes.readUInt8(this.#advance(1));
  int8 = (): number => this.#bytes.readInt8(this.#advance(1));
  uint16 = (): number => this.#bytes.readUInt16LE(this.#advance(2));
  int16 = (): number => this.#bytes.readInt16LE(this.#advance(2));
  uint32 = (): number => this.#bytes.readUInt32LE(this.#advance(4));
  int32 = (): number => this.#bytes.readInt32LE(this.#advance(4));
  uint64 = (): bigint => this.#bytes.readBigUInt64LE(this.#advance(8));
  int64 = (): bigint => this.#bytes.readBigInt64LE(this.#advance(8));
  float32 = (): number => this.#bytes.readFloatLE(this.#advance(4));
  float64 = (): number => this.#bytes.readDoubleLE(this.#advance(8));

  /** A length or offset; beyond 2^53 it becomes Infinity, which no claim survives. */
  length(): number {
    const at = this.#advance(8);
    const high = this.#bytes.readUInt32LE(at + 4);
    const low = this.#bytes.readUInt32LE(at);
    return high < 0x20_0000 ? high * 0x1_0000_0000 + low : Number.POSITIVE_INFINITY;
  }

  text(bytes: number): string {
    const at = this.#advance(bytes);
    return this.#bytes.toString('utf8', at, at + bytes);
  }
}

/** Runs a parser that yields its needs. */
export async function drive<T>(parser: Generator<Need, T, void>, cursor: HeaderCursor): Promise<T> {
  for (;;) {
    const step = parser.next();
    if (step.done) return step.value;
    await cursor.fill(step.value);
  }
}
