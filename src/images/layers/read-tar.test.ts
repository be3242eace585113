import fc from 'fast-check';
import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readTar } from './read-tar.ts';

async function tarOf(entries: readonly { name: string; content: string; mode?: number }[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content, mode } of entries) archive.entry({ name, mode: mode ?? 0o644 }, content);
  archive.finalize();
  return await buffer(archive);
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, size: number): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { path, content } of readTar(inPieces(bytes, size))) {
    const parts: Buffer[] = [];
    for await (const part of content) parts.push(Buffer.from(part));
    found[path] = Buffer.concat(parts).toString('utf8');
  }
  return found;
}

describe('a tar of layers', () => {
  it('is read in whatever pieces it comes, with long and foreign names', async () => {
    const long = `${'folder/'.repeat(40)}文件.txt`;
    const bytes = await tarOf([
      { name: './a', content: 'one' },
      { name: long, content: 'x'.repeat(2000) },
      { name: 'empty', content: '' },
    ]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3000 }), async (size) => {
        expect(await read(bytes, size)).toEqual({ a: 'one', [long]: 'x'.repeat(2000), empty: '' });
      }),
      { numRuns: 30 },
    );
  });

  it('skips what nobody reads, and ends where it ends', async () => {
    const bytes = await tarOf([
      { name: 'a', content: 'x'.repeat(5000) },
      { name: 'b', content: 'y', mode: 0o4755 },
    ]);
    const modes: number[] = [];
    for await (const { mode } of readTar(inPieces(bytes, 700))) modes.push(mode);
    expect(modes).toEqual([0o644, 0o4755]);
    await expect(read(bytes.subarray(0, 2000), 512)).rejects.toThrow('it ends in the middle of a file');
  });

  it('that is damaged is refused, never followed', async () => {
    const bytes = await tarOf([{ name: 'a', content: 'one' }]);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, value) => {
        const broken = Buffer.from(bytes);
        broken[at] = value;
        const result = await read(broken, 512).catch((error: Error) => error.message);
        expect(typeof result === 'string' || Object.keys(result).length <= 1).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
