import { execFileSync } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { tarHeader } from './header.ts';
import { readTar } from './read-tar.ts';
import { tarBytes, writeTar, type TarMember } from './write-tar.ts';

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return Buffer.concat(parts);
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const member = (name: string, content: Buffer): TarMember => ({
  name,
  sizeBytes: content.length,
  content: () => [content],
});

async function contents(tar: Uint8Array, pieceBytes = 1000): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, content } of readTar(inPieces(tar, pieceBytes))) {
    found[name] = (await collect(content)).toString('latin1');
  }
  return found;
}

describe('a tar', () => {
  it('comes back as it was written, however it is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 3000 }),
        async (files, pieceBytes) => {
          const members = files.map((bytes, index) => member(`f/${index}`, Buffer.from(bytes)));
          const tar = await collect(writeTar(members));
          expect(tar.length).toBe(tarBytes(members));
          const expected = files.map((bytes, index) => [`f/${index}`, Buffer.from(bytes).toString('latin1')]);
          expect(Object.entries(await contents(tar, pieceBytes))).toEqual(expected);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is read by the tar of the system, and the other way round', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-tar-'));
    try {
      const tar = await collect(writeTar([{ name: 'blobs/', sizeBytes: 0 }, member('blobs/a', Buffer.from('one'))]));
      await writeFile(join(folder, 'ours.tar'), tar);
      execFileSync('tar', ['-xf', 'ours.tar'], { cwd: folder });
      const long = `blobs/${'x'.repeat(80)}/${'y'.repeat(60)}`;
      await mkdir(join(folder, long, '..'), { recursive: true });
      await writeFile(join(folder, long), 'two');
      for (const format of ['gnu', 'pax', 'ustar']) {
        const theirs = execFileSync('tar', ['-cf', '-', `--format=${format}`, 'blobs'], { cwd: folder });
        expect(await contents(theirs)).toMatchObject({ 'blobs/a': 'one', [long]: 'two' });
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('can hold files above 8 GiB', async () => {
    const sizeBytes = 20 * 2 ** 30;
    const header = tarHeader('large', sizeBytes);
    const entries = readTar(inPieces(header, 512));
    expect((await entries.next()).value).toMatchObject({ name: 'large', sizeBytes });
    await entries.return();
  });
});

describe('a hostile tar', () => {
  const whole = async (): Promise<Buffer> => await collect(writeTar([member('a', Buffer.alloc(700, 1))]));

  it.each<[string, (tar: Buffer) => Buffer]>([
    ['that is something else', () => Buffer.alloc(2000, 'no tar at all ')],
    ['that ends in a header', (tar) => tar.subarray(0, 300)],
    ['that ends in a file', (tar) => tar.subarray(0, 800)],
    ['with a changed header', (tar) => Buffer.concat([Buffer.from('b'), tar.subarray(1)])],
  ])('%s is refused', async (_, change) => {
    await expect(contents(change(await whole()))).rejects.toThrow(AppError);
  });

  it('whose long name claims gigabytes costs no memory', async () => {
    const header = tarHeader('././@LongLink', 4 * 2 ** 30);
    header.write('L', 156);
    header.write('        ', 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield header;
      for (;;) yield Buffer.alloc(65_536);
    }
    await expect(readTar(endless()).next()).rejects.toThrow(/too long/);
  });

  it('without an end of entries is refused', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield tarHeader('again', 0);
    }
    const walk = async (): Promise<void> => {
      for await (const { content } of readTar(endless())) for await (const _ of content);
    };
    await expect(walk()).rejects.toThrow(/more than/);
  });

  it('of any bytes ends in an error that says why, or in entries', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
        await contents(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(AppError));
      }),
    );
  });
});
