import type { Digest } from '#core';

/** What the wheel needs of the Python that loads it. */
export interface LockedWheel {
  readonly filename: string;
  readonly sizeBytes: number;
  readonly digest: Digest;
  readonly system: 'linux' | 'darwin';
  readonly machine: 'x86_64' | 'arm64';
  /** Free-threaded CPython has an ABI of its own and cannot load abi3 modules. */
  readonly freeThreaded: boolean;
  /** Lowest glibc or macOS version. */
  readonly minimum: string;
}

/** The one build of `xllamacpp` that this version of Gantry is tested with. */
export const xllamacppVersion = '2026.10.11549';

const linux = { system: 'linux', minimum: '2.17' } as const;
const macos = { system: 'darwin', minimum: '13.0' } as const;
const prefix = `xllamacpp-${xllamacppVersion}`;

export const xllamacppWheels: readonly LockedWheel[] = [
  {
    ...linux,
    machine: 'x86_64',
    freeThreaded: false,
    filename: `${prefix}-cp310-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl`,
    sizeBytes: 33_827_498,
    digest: 'sha256:c54e7d13520ecc989c63dc99d55de3065e2f343a91f43f053d16b5e62077c261',
  },
  {
    ...linux,
    machine: 'arm64',
    freeThreaded: false,
    filename: `${prefix}-cp310-abi3-manylinux2014_aarch64.manylinux_2_17_aarch64.whl`,
    sizeBytes: 32_870_844,
    digest: 'sha256:e2a3e79e775515de4ad197e667f874070446ef9ac9cf2044bc9866bc4c72289e',
  },
  {
    ...macos,
    machine: 'arm64',
    freeThreaded: false,
    filename: `${prefix}-cp310-abi3-macosx_13_0_arm64.whl`,
    sizeBytes: 12_152_949,
    digest: 'sha256:4ecda27a308b2403aa13c9d04b270befab95edc556c24ed00b2f8a98bd7f6781',
  },
  {
    ...macos,
    machine: 'x86_64',
    freeThreaded: false,
    filename: `${prefix}-cp310-abi3-macosx_13_0_x86_64.whl`,
    sizeBytes: 11_523_198,
    digest: 'sha256:1f2a08052bb653659bcf1bedbbaf86b97f41dd46aa2763d596d7f27c5d89a689',
  },
  {
    ...linux,
    machine: 'x86_64',
    freeThreaded: true,
    filename: `${prefix}-cp314-cp314t-manylinux2014_x86_64.manylinux_2_17_x86_64.whl`,
    sizeBytes: 33_927_573,
    digest: 'sha256:b9d341c07245b246d235a7186b0df8b892a3665fd92e37e1de606eaeff1d5265',
  },
  {
    ...linux,
    machine: 'arm64',
    freeThreaded: true,
    filename: `${prefix}-cp314-cp314t-manylinux2014_aarch64.manylinux_2_17_aarch64.whl`,
    sizeBytes: 33_009_707,
    digest: 'sha256:cd580dd0a984e0d3ad2d1f7115a064fc2383b9d7a616521819e7a37e7de2c6d2',
  },
  {
    ...macos,
    machine: 'arm64',
    freeThreaded: true,
    filename: `${prefix}-cp314-cp314t-macosx_13_0_arm64.whl`,
    sizeBytes: 12_179_438,
    digest: 'sha256:9993211c112a8f0ecc338b4a9a2ea40a5f12a1a10b980089eb0f684fa32f921b',
  },
  {
    ...macos,
    machine: 'x86_64',
    freeThreaded: true,
    filename: `${prefix}-cp314-cp314t-macosx_13_0_x86_64.whl`,
    sizeBytes: 11_553_876,
    digest: 'sha256:7a04d90562878fde09a106f9618810e67cfa07ed46b946705e0b95c9e5f33edb',
  },
];
