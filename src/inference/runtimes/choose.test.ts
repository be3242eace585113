import { describe, expect, it } from 'vitest';
import type { Runtime } from '../types.ts';
import { chooseRuntime, parsePreference } from './choose-runtime.ts';
import { chooseWheel } from './choose-wheel.ts';
import type { Python } from './python.ts';
import { xllamacppWheels } from './runtime-lock.ts';

const onPath: Runtime = {
  name: 'llama-server',
  version: '1',
  path: '/a/llama-server',
  origin: 'path',
  selected: false,
  devices: [],
};
const withGpu: Runtime = { ...onPath, path: '/b/llama-server', devices: ['CUDA0: x'] };
const xllamacpp: Runtime = { name: 'xllamacpp', version: '2', path: '/x', origin: 'installed', selected: false };
const named: Runtime = { ...onPath, path: '/named/llama-server', origin: 'settings' };

describe('chooseRuntime', () => {
  it.each([
    ['auto', [onPath, withGpu, xllamacpp], withGpu],
    ['auto', [onPath, xllamacpp], onPath],
    ['auto', [xllamacpp], xllamacpp],
    ['xllamacpp', [withGpu, xllamacpp], xllamacpp],
    ['llama-server', [onPath, withGpu, xllamacpp], withGpu],
    ['/named/llama-server', [named, withGpu, xllamacpp], named],
  ])('takes for %s the right one of %#', (name, found, expected) => {
    expect(chooseRuntime(parsePreference(name), found)).toBe(expected);
  });

  it.each([
    ['auto', [], 'runtime.not_installed'],
    ['xllamacpp', [onPath], 'runtime.not_installed'],
    ['llama-server', [xllamacpp], 'runtime.not_found'],
    ['/gone/llama-server', [onPath], 'runtime.not_found'],
  ])('has nothing for %s in %#', (name, found, code) => {
    expect(() => chooseRuntime(parsePreference(name), found)).toThrow(expect.objectContaining({ code }));
  });

  it.each(['', 'ollama', './llama-server', '../x'])('knows no runtime named "%s"', (name) => {
    expect(() => parsePreference(name)).toThrow(expect.objectContaining({ code: 'runtime.not_found' }));
  });
});

const debian: Python = {
  implementation: 'cpython',
  version: [3, 11, 2],
  freeThreaded: false,
  system: 'linux',
  machine: 'x86_64',
  libc: 'glibc',
  systemVersion: '2.36',
  bits: 64,
  executable: '/usr/bin/python3',
};

describe('chooseWheel', () => {
  it.each([
    [{}, 'cp310-abi3-manylinux2014_x86_64'],
    [{ machine: 'arm64' }, 'cp310-abi3-manylinux2014_aarch64'],
    [
      { system: 'darwin', machine: 'arm64', libc: 'other' as const, systemVersion: '14.5' },
      'cp310-abi3-macosx_13_0_arm64',
    ],
    [{ version: [3, 14, 0] as [number, number, number], freeThreaded: true }, 'cp314-cp314t-manylinux2014_x86_64'],
    [{ systemVersion: '2.17' }, 'abi3'],
    [{ systemVersion: '' }, 'abi3'],
  ])('takes for %j the wheel %s', (facts, part) => {
    expect(chooseWheel({ ...debian, ...facts }).filename).toContain(part);
  });

  it.each([
    [{ libc: 'musl' as const }, 'musl', 'Alpine'],
    [{ systemVersion: '2.9' }, 'too_old', 'glibc 2.17 or newer and this machine has 2.9'],
    [{ system: 'darwin', machine: 'arm64', libc: 'other' as const, systemVersion: '12.7' }, 'too_old', 'macOS 13.0'],
    [{ machine: 'riscv64' }, 'machine', 'no build for linux on riscv64'],
    [{ system: 'freebsd14' }, 'machine', 'no build for freebsd14'],
    [{ bits: 32 }, 'bits', '64-bit'],
    [{ version: [3, 13, 1] as [number, number, number], freeThreaded: true }, 'free_threaded', 'only 3.14'],
  ])('refuses %j in words', (facts, reason, words) => {
    expect(() => chooseWheel({ ...debian, ...facts })).toThrow(
      expect.objectContaining({
        code: 'runtime.unsupported_platform',
        message: expect.stringContaining(words),
        hint: expect.stringContaining('llama-server'),
        params: expect.objectContaining({ reason }),
      }),
    );
  });

  it('has one wheel for each kind of Python, each with a digest of its own', () => {
    const kinds = xllamacppWheels.map(({ system, machine, freeThreaded }) => `${system} ${machine} ${freeThreaded}`);
    expect(new Set(kinds).size).toBe(8);
    expect(new Set(xllamacppWheels.map(({ digest }) => digest)).size).toBe(8);
  });
});
