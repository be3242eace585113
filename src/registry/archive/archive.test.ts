import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { extractAll } from './extract-all.ts';
import { extractMember } from './extract-member.ts';
import { tarEntries } from './tar-entries.ts';

const signal = new AbortController().signal;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-archive-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

interface ZipEntry {
  readonly name: string;
  readonly data?: Buffer;
  readonly mode?: number;
  readonly method?: number;
  readonly flags?: number;
  /** What the directory claims, where it lies. */
  readonly claims?: { readonly size?: number; readonly crc?: number };
}

/** A zip written by hand, so that it can lie. */
function zip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data = Buffer.alloc(0), mode = 0o100644, method = 8, flags = 0, claims = {} } of entries) {
    const stored = method === 8 ? deflateRawSync(data) : data;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags | 0x0800, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(claims.crc ?? crc32(data), 10);
    fields.writeUInt32LE(stored.length, 14);
    fields.writeUInt32LE(claims.size ?? data.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), stored]);
    const attributes = Buffer.alloc(14);
    attributes.writeUInt32LE((mode << 16) >>> 0, 6);
    attributes.writeUInt32LE(offset, 10);
    const madeByUnix = Buffer.from([20, 3]);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02', 'latin1'), madeByUnix, fields, attributes, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

async function tarGz(entries: readonly (Partial<Header> & { name: string; data?: string })[]): Promise<Buffer> {
  const archive = pack();
  for (const { data, ...header } of entries) archive.entry(header, data ?? '');
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

async function save(bytes: Buffer, name = 'a.whl'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const member = async (archive: string, name: string, expected = {}) =>
  extractMember({ archive, member: name, destination: join(folder, 'out', 'file'), expected, signal });
const left = (): Promise<string[]> => readdir(join(folder, 'out')).catch(() => []);
const digestOf = (data: Buffer): `sha256:${string}` => `sha256:${createHash('sha256').update(data).digest('hex')}`;

describe('one member', () => {
  const weights = randomBytes(3_000_000);

  it.each([8, 0])('of a zip arrives whole, with its digest (method %i)', async (method) => {
    const archive = await save(zip([{ name: 'x.txt' }, { name: 'm/w.gguf', data: weights, method }]));
    const progress: number[] = [];
    const result = await extractMember({
      archive,
      member: 'm/w.gguf',
      destination: join(folder, 'out', 'file'),
      expected: { digest: digestOf(weights), sizeBytes: weights.length },
      signal,
      onProgress: (written, total) => {
        expect(total).toBe(weights.length);
        progress.push(written);
      },
    });
    expect(result).toEqual({ digest: digestOf(weights), sizeBytes: weights.length });
    expect(weights.equals(await readFile(join(folder, 'out', 'file')))).toBe(true);
    expect(progress.at(-1)).toBe(weights.length);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(await left()).toEqual(['file']);
  });

  it.each(['package/m/w.txt', 'm/w.txt'])('of an npm tarball is found as %s', async (name) => {
    const archive = await save(
      await tarGz([
        { name: 'package/package.json', data: '{}' },
        { name: 'package/m/w.txt', data: 'weights' },
      ]),
    );
    expect(await member(archive, name)).toEqual({ digest: digestOf(Buffer.from('weights')), sizeBytes: 7 });
  });

  it('may be empty', async () => {
    const archive = await save(zip([{ name: 'stored', method: 0 }, { name: 'deflated' }]));
    expect(await member(archive, 'stored')).toMatchObject({ sizeBytes: 0 });
    expect(await member(archive, 'deflated')).toMatchObject({ sizeBytes: 0 });
  });

  it('replaces an older file at its destination', async () => {
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'out', 'file'), 'old');
    await member(await save(zip([{ name: 'x', data: Buffer.from('new') }])), 'x');
    expect(await readFile(join(folder, 'out', 'file'), 'utf8')).toBe('new');
  });

  it('that is missing is told from similar ones', async () => {
    const archive = await save(zip([{ name: 'readme.md' }, { name: 'other/m.gguf' }, { name: 'x.gguf' }]));
    await expect(member(archive, 'm/M.gguf')).rejects.toMatchObject({
      code: 'source.not_found',
      message: 'a.whl has no file m/M.gguf. It has: other/m.gguf, x.gguf, readme.md.',
    });
  });

  it.each([
    ['another digest', { digest: digestOf(Buffer.from('other')) }],
    ['another size', { sizeBytes: 4 }],
  ])('with %s than expected leaves nothing behind', async (...[, expected]) => {
    const archive = await save(zip([{ name: 'x', data: Buffer.from('data!') }]));
    await expect(member(archive, 'x', expected)).rejects.toMatchObject({ code: 'source.digest_mismatch' });
    expect(await left()).toEqual([]);
  });

  it('stops when the signal says so', async () => {
    const archive = await save(zip([{ name: 'x', data: weights }]));
    const controller = new AbortController();
    const attempt = extractMember({
      archive,
      member: 'x',
      destination: join(folder, 'out', 'file'),
      expected: {},
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(attempt).rejects.toMatchObject({ code: 'request.aborted' });
    expect(await left()).toEqual([]);
  });
});

describe('a hostile archive', () => {
  const data = Buffer.from('content');

  it.each<[string, ZipEntry]>([
    ['a link', { name: 'x', data: Buffer.from('/etc/passwd'), mode: 0o120777 }],
    ['a device', { name: 'x', mode: 0o020644 }],
    ['an encrypted entry', { name: 'x', data, flags: 1 }],
    ['an unknown compression', { name: 'x', data, method: 99 }],
    ['a size that is too small', { name: 'x', data, claims: { size: 3 } }],
    ['a size that is too large', { name: 'x', data, claims: { size: 9 } }],
    ['a wrong checksum', { name: 'x', data, claims: { crc: 1 } }],
    ['a bomb', { name: 'x', data: Buffer.alloc(100_000_000) }],
  ])('as zip with %s is refused, whole and by member', async (...[, entry]) => {
    const archive = await save(zip([entry]));
    await expect(member(archive, 'x')).rejects.toMatchObject({ code: 'source.invalid_response' });
    expect(await left()).toEqual([]);
    const everything = extractAll({ archive, directory: join(folder, 'out', 'all'), signal });
    await expect(everything).rejects.toMatchObject({ code: 'source.invalid_response' });
    expect(await left()).toEqual([]);
  });

  it('as zip never writes more of an entry than the entry declares', async () => {
    const archive = await save(zip([{ name: 'x', data: Buffer.alloc(5_000_000), claims: { size: 70_000 } }]));
    const progress: number[] = [];
    const destination = join(folder, 'out', 'file');
    const onProgress = (written: number): void => void progress.push(written);
    const attempt = extractMember({ archive, member: 'x', destination, expected: {}, signal, onProgress });
    await expect(attempt).rejects.toMatchObject({ message: expect.stringContaining('lies about its size') });
    expect(Math.max(0, ...progress)).toBeLessThanOrEqual(70_000);
  });

  it.each(['../x', '/x', 'a/../../x', 'a\\..\\x', 'C:/x', 'a//x', 'a/./x', 'a\u0001b'])(
    'with the entry name %j is refused',
    async (name) => {
      const directory = join(folder, 'out', 'all');
      const asZip = await save(zip([{ name, data }]));
      await expect(extractAll({ archive: asZip, directory, signal })).rejects.toMatchObject({
        code: 'source.invalid_response',
      });
      const asTar = await save(await tarGz([{ name, data: 'content' }]), 'a.tgz');
      await expect(extractAll({ archive: asTar, directory, signal })).rejects.toMatchObject({
        code: 'source.invalid_response',
      });
      await expect(stat(join(folder, 'x'))).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );

  it.each<[string, Partial<Header> & { name: string }]>([
    ['a symbolic link', { name: 'x', type: 'symlink', linkname: '/etc/passwd' }],
    ['a hard link', { name: 'x', type: 'link', linkname: '../../etc/passwd' }],
    ['a device', { name: 'x', type: 'character-device' }],
  ])('as tar with %s is refused', async (...[, entry]) => {
    const archive = await save(await tarGz([entry]));
    await expect(member(archive, 'x')).rejects.toMatchObject({ code: 'source.invalid_response' });
    await expect(extractAll({ archive, directory: join(folder, 'out'), signal })).rejects.toMatchObject({
      code: 'source.invalid_response',
    });
  });

  it('as tar that inflates to more than the limit is cut off, also in what is skipped', async () => {
    const path = await save(await tarGz([{ name: 'big', data: 'x'.repeat(100_000) }, { name: 'y' }]));
    const names: string[] = [];
    const walk = async (inflationLimitBytes: number): Promise<void> => {
      for await (const { name } of tarEntries(path, { signal, inflationLimitBytes })) names.push(name);
    };
    await walk(200_000);
    expect(names.splice(0)).toEqual(['big', 'y']);
    await expect(walk(50_000)).rejects.toMatchObject({
      code: 'source.invalid_response',
      message: expect.stringContaining('inflates to more than honest content'),
    });
    expect(names).not.toContain('y');
  });

  it.each([
    ['cut off in its directory', (whole: Buffer) => whole.subarray(0, -30)],
    ['cut off in its content', (whole: Buffer) => whole.subarray(0, 60)],
    ['of another kind', () => Buffer.from('GGUF and more')],
    ['empty', () => Buffer.alloc(0)],
    ['with noise in its content', (whole: Buffer) => Buffer.from(whole).fill(0xff, 40, 60)],
  ])('%s is refused', async (...[, change]) => {
    const whole = zip([{ name: 'x', data: randomBytes(1000) }]);
    const archive = await save(change(whole));
    await expect(member(archive, 'x')).rejects.toMatchObject({ code: 'source.invalid_response' });
    expect(await left()).toEqual([]);
  });

  it('as gzip that is cut off is refused', async () => {
    const whole = await tarGz([{ name: 'package/x', data: randomBytes(5000).toString('hex') }]);
    const archive = await save(whole.subarray(0, 1000));
    await expect(member(archive, 'x')).rejects.toMatchObject({ code: 'source.invalid_response' });
    expect(await left()).toEqual([]);
  });
});

describe('a whole archive', () => {
  it('is unpacked with plain modes', async () => {
    const archive = await save(
      zip([
        { name: 'pkg/', mode: 0o040777 },
        { name: 'pkg/run', data: Buffer.from('#!'), mode: 0o104777 },
        { name: 'pkg/sub/lib.so', data: Buffer.from('lib'), mode: 0o100600 },
        { name: 'meta', data: Buffer.from('m'), mode: 0 },
      ]),
    );
    const directory = join(folder, 'all');
    const progress: number[] = [];
    const result = await extractAll({ archive, directory, signal, onProgress: (bytes) => progress.push(bytes) });
    expect(result).toEqual({ files: 3, sizeBytes: 6 });
    expect(progress).toEqual([2, 5, 6]);
    const mode = async (path: string): Promise<number> => (await stat(join(directory, path))).mode & 0o7777;
    expect(await Promise.all(['pkg/run', 'pkg/sub/lib.so', 'meta'].map(mode))).toEqual([0o755, 0o644, 0o644]);
    expect(await readFile(join(directory, 'pkg/sub/lib.so'), 'utf8')).toBe('lib');
    expect((await readdir(folder)).toSorted()).toEqual(['a.whl', 'all']);
  });

  it.each<[string, ZipEntry[]]>([
    ['a name twice', [{ name: 'x' }, { name: 'x' }]],
    ['a file where a folder is needed', [{ name: 'x' }, { name: 'x/y' }]],
  ])('with %s is refused', async (...[, entries]) => {
    const archive = await save(zip(entries));
    await expect(extractAll({ archive, directory: join(folder, 'all'), signal })).rejects.toMatchObject({
      code: 'source.invalid_response',
    });
    expect(await readdir(folder)).toEqual(['a.whl']);
  });

  it.each([{ maxEntries: 2 }, { maxBytes: 25 }])('beyond %j is refused', async (limits) => {
    const archive = await save(zip(['a', 'b', 'c'].map((name) => ({ name, data: Buffer.alloc(10, name) }))));
    await expect(extractAll({ archive, directory: join(folder, 'all'), signal, limits })).rejects.toMatchObject({
      code: 'source.invalid_response',
    });
    expect(await readdir(folder)).toEqual(['a.whl']);
  });

  it('does not replace what is already there', async () => {
    await mkdir(join(folder, 'all'));
    await writeFile(join(folder, 'all', 'mine'), 'kept');
    const archive = await save(zip([{ name: 'x' }]));
    await expect(extractAll({ archive, directory: join(folder, 'all'), signal })).rejects.toThrow();
    expect(await readFile(join(folder, 'all', 'mine'), 'utf8')).toBe('kept');
    expect((await readdir(folder)).toSorted()).toEqual(['a.whl', 'all']);
  });
});
