import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { unpackZstd } from './unpack-zstd.ts';

/** By the `zstd` command: 50,000 times "layer ", with a checksum. */
const packed = Buffer.from('KLUv/QRYdAAAMGxheWVyIAEA9//JSxFMAAAIeQEA/P85EAJNAAAIcgEA3BMdCAG09SZH', 'base64');
const plain = 'layer '.repeat(50_000);

async function unpacked(bytes: Buffer, stepBytes = 7): Promise<string> {
  const chunks = (async function* steps() {
    for (let at = 0; at < bytes.length; at += stepBytes) yield bytes.subarray(at, at + stepBytes);
  })();
  const parts: Buffer[] = [];
  for await (const part of unpackZstd(chunks)) parts.push(part);
  return Buffer.concat(parts).toString();
}

const frame = (...bytes: readonly number[]) => Buffer.from([0x28, 0xb5, 0x2f, 0xfd, ...bytes]);

describe('a layer in zstd', () => {
  it.each([1, 7, 100_000])('is unpacked from pieces of %i bytes', async (step) => {
    expect(await unpacked(packed, step)).toBe(plain);
  });

  it('may have many frames, with others between that are skipped', async () => {
    const other = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    expect(await unpacked(Buffer.concat([other, packed, other, packed]))).toBe(plain + plain);
  });

  it('may be as small as one repeated byte', async () => {
    // A window of 1 KiB, one block: the last, a byte 65 five times.
    expect(await unpacked(frame(0, 0, 0b0010_1011, 0, 0, 65))).toBe('AAAAA');
  });

  it.each([
    ['a window of gigabytes', frame(0, 0xf8, 1, 0, 0)],
    ['content of gigabytes in one piece', frame(0xe0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0)],
    ['a dictionary', frame(1, 0, 9, 1, 0, 0)],
    ['a block that is none', frame(0, 0, 0b111, 0, 0)],
    ['an end in the middle', packed.subarray(0, -6)],
    ['something else after it', Buffer.concat([packed, Buffer.from('else')])],
  ])('is refused with %s', async (_name, bytes) => {
    await expect(unpacked(bytes)).rejects.toThrow('a layer is not valid zstd');
  });

  it('ends with an answer whatever bytes are broken', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(packed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        async (changes) => {
          const broken = Buffer.from(packed);
          for (const [at, value] of changes) broken[at] = value;
          const text = await unpacked(broken, 64).catch((error: unknown) => {
            expect(error).toBeInstanceOf(AppError);
            return '';
          });
          expect(text.length).toBeLessThan(mostGiven);
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** Each of its few blocks gives 128 KiB at most. */
const mostGiven = 64 * 128 * 1024;
