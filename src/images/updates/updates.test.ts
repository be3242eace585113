import { gzipSync } from 'node:zlib';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import type { Package } from '../types.ts';
import { makeInventory } from '../report/inventory.ts';
import { checkUpdates, indexesOf } from './check-updates.ts';
import { compareApkVersions, compareDebVersions } from './versions.ts';

const sign = (value: number): number => Math.sign(value);

describe('versions of dpkg', () => {
  it.each([
    ['1.0', '1.0', 0],
    ['1.0-1', '1.0-2', -1],
    ['1.10', '1.9', 1],
    ['1.0~rc1', '1.0', -1],
    ['1:0.1', '2.0', 1],
    ['3.0.11-1~deb12u2', '3.0.13-1~deb12u1', -1],
    ['2.36-9+deb12u4', '2.36-9+deb12u10', -1],
    ['1.0a', '1.0+', -1],
    ['1.2.3-1', '1.2.3-1+b1', -1],
    ['09', '9', 0],
  ])('%s against %s', (one, other, expected) => {
    expect(sign(compareDebVersions(one, other))).toBe(expected);
    expect(sign(compareDebVersions(other, one))).toBe(expected === 0 ? 0 : -expected);
  });
});

describe('versions of apk', () => {
  it.each([
    ['1.2.3-r0', '1.2.3-r1', -1],
    ['1.2.3_rc1-r0', '1.2.3-r0', -1],
    ['1.2.3_p1-r0', '1.2.3-r0', 1],
    ['1.2.3a-r0', '1.2.3b-r0', -1],
    ['1.10-r0', '1.9-r9', 1],
    ['3.3.2-r0', '3.3.2-r0', 0],
  ])('%s against %s', (one, other, expected) => {
    expect(sign(compareApkVersions(one, other))).toBe(expected);
  });
});

const imageOf = (os: { id: string; version: string; codename: string }, packages: readonly Package[]) => ({
  ...makeInventory({ config: { architecture: 'amd64' }, layers: [], gaps: [] }),
  os: { ...os, name: os.id },
  packages,
});

describe('pending updates', () => {
  it('of Alpine are found in its index, whose signature stands before it', async () => {
    const archive = pack();
    archive.entry({ name: '.SIGN.RSA.key' }, 'x');
    archive.entry({ name: 'APKINDEX' }, 'C:Q1\nP:musl\nV:1.2.5-r1\nA:x86_64\no:musl\n\nP:zlib\nV:1.3.1-r0\n\n');
    archive.finalize();
    const index = gzipSync(await buffer(archive));
    const image = imageOf({ id: 'alpine', version: '3.20.1', codename: '' }, [
      { kind: 'apk', name: 'musl', version: '1.2.5-r0', path: 'lib/apk/db/installed' },
      { kind: 'apk', name: 'zlib', version: '1.3.1-r0', path: 'lib/apk/db/installed' },
    ]);
    const asked: string[] = [];
    const report = await checkUpdates(image, async (url) => {
      asked.push(url);
      return { bytes: index, fetchedAtMs: 5 };
    });
    expect(asked).toEqual(
      ['main', 'community'].map((part) => `https://dl-cdn.alpinelinux.org/alpine/v3.20/${part}/x86_64/APKINDEX.tar.gz`),
    );
    expect(report).toMatchObject({
      state: 'known',
      updates: [{ name: 'musl', installed: '1.2.5-r0', fixed: '1.2.5-r1' }],
    });
  });

  it('are said to be unknown when the mirror is out of reach, or the distribution is not known', async () => {
    const unreachable = async (): Promise<never> => {
      throw new AppError('source.unreachable', 'Cannot reach the mirror.');
    };
    const packages: Package[] = [{ kind: 'deb', name: 'a', version: '1', path: 'x' }];
    const debian = imageOf({ id: 'debian', version: '12', codename: 'bookworm' }, packages);
    expect(await checkUpdates(debian, unreachable)).toMatchObject({ state: 'unknown', reason: 'unreachable' });
    const other = imageOf({ id: 'void', version: '', codename: '' }, packages);
    expect(await checkUpdates(other, unreachable)).toMatchObject({ state: 'unknown', reason: 'distribution' });
  });

  it('are never asked for at an address that the image makes up', () => {
    const os = { id: 'debian', version: '12', codename: '../../evil', name: '' };
    expect(indexesOf(os, 'amd64')).toEqual([]);
    expect(indexesOf({ ...os, codename: 'bookworm' }, 'amd64/..')).toEqual([]);
  });
});
