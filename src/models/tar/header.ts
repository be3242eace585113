import { invalidTar } from './invalid-tar.ts';

/** Blocks of the tar format (POSIX.1-2024 pax, ustar), with GNU's numbers for files above 8 GiB. */
export const blockBytes = 512;

export interface TarHeader {
  readonly name: string;
  readonly sizeBytes: number;
  /** The type flag: `0` file, `5` folder, `x` and `g` pax records, `L` a long GNU name. */
  readonly type: string;
}

const largestOctal = 0o77777777777;

/** Header of a file or, with a name that ends in a slash, of a folder. Owner, date and mode are the same for everybody. */
export function tarHeader(name: string, sizeBytes: number): Buffer {
  const isFolder = name.endsWith('/');
  const block = Buffer.alloc(blockBytes);
  if (Buffer.byteLength(name) > 100) throw new RangeError(`"${name}" is too long for a tar header`);
  block.write(name, 0);
  octal(block, { at: 100, width: 8, value: isFolder ? 0o755 : 0o644 });
  octal(block, { at: 108, width: 8, value: 0 });
  octal(block, { at: 116, width: 8, value: 0 });
  writeSize(block, sizeBytes);
  octal(block, { at: 136, width: 12, value: 0 });
  block.write(isFolder ? '5' : '0', 156);
  block.write('ustar\u000000', 257, 'latin1');
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return block;
}

function octal(block: Buffer, { at, width, value }: { at: number; width: number; value: number }): void {
  block.write(`${value.toString(8).padStart(width - 1, '0')}\u0000`, at, 'latin1');
}

function writeSize(block: Buffer, sizeBytes: number): void {
  if (sizeBytes <= largestOctal) return octal(block, { at: 124, width: 12, value: sizeBytes });
  block[124] = 0x80;
  block.writeBigUInt64BE(BigInt(sizeBytes), 128);
}

/** Reads a header; undefined for the zeros at the end. @throws AppError `model.invalid_file` */
export function parseTarHeader(block: Buffer): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const stated = Number.parseInt(text(block, 148, 8), 8);
  if (stated !== checksum(block)) throw invalidTar('it is not a tar');
  const prefix = block.toString('latin1', 257, 263) === 'ustar\u0000' ? text(block, 345, 155) : '';
  const name = text(block, 0, 100);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    sizeBytes: readSize(block),
    type: block[156] === 0 ? '0' : String.fromCharCode(block[156] ?? 0),
  };
}

function readSize(block: Buffer): number {
  const isBinary = ((block[124] ?? 0) & 0x80) !== 0;
  const size = isBinary ? Number(block.readBigUInt64BE(128)) : Number.parseInt(text(block, 124, 12).trim() || '0', 8);
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw invalidTar('it states an impossible size');
}

function text(block: Buffer, start: number, length: number): string {
  const field = block.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

// The checksum's own field counts as spaces.
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < blockBytes; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

/** Bytes that fill the last block of a file. */
export function paddingBytes(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
}
