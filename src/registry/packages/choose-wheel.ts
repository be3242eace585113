import { AppError, type Digest } from '#core';
import type { PackageFile } from '../types.ts';
import { isSameVersion, parseWheelFilename, type WheelName } from './wheel-name.ts';

export interface WheelPlatform {
  /** As `process.platform` and `process.arch` say it. */
  readonly os: string;
  readonly arch: string;
  /** On Linux; glibc when absent. */
  readonly libc?: 'glibc' | 'musl' | undefined;
  /** `2.36`; when absent only wheels for 2.17 and older are taken. */
  readonly glibcVersion?: string | undefined;
  /** `1.2` when absent. */
  readonly muslVersion?: string | undefined;
  /** `14.5`; when absent only wheels for 11.0 and older are taken. */
  readonly macosVersion?: string | undefined;
}

export interface WheelRequest {
  readonly version: string;
  readonly platform: WheelPlatform;
  readonly python: { readonly major: number; readonly minor: number };
  /** Skips files that the index says are something else. */
  readonly digest?: Digest | undefined;
}

/**
 * The most specific wheel of this version that this interpreter can load, as pip ranks them.
 * @throws AppError `source.not_found` when the version has no wheel, `runtime.unsupported_platform` when none fits
 */
export function chooseWheel(files: readonly PackageFile[], request: WheelRequest): PackageFile {
  const { version, digest } = request;
  const wheels = files.flatMap((file) => {
    const name = parseWheelFilename(file.filename);
    const isOther = digest !== undefined && file.digest !== undefined && file.digest !== digest;
    return name && isSameVersion(name.version, version) && !isOther ? [{ file, name }] : [];
  });
  if (wheels.length === 0) throw noSuchVersion(files, request);
  const ranked = wheels
    .map(({ file, name }) => ({ file, name, rank: rankWheel(name, request) }))
    .filter((wheel) => wheel.rank !== undefined)
    .toSorted((a, b) => compare(b.rank ?? [], a.rank ?? []) || compareBuilds(b.name, a.name));
  const [best] = ranked;
  if (best) return best.file;
  const { os, arch } = request.platform;
  const python = `${request.python.major}.${request.python.minor}`;
  throw new AppError(
    'runtime.unsupported_platform',
    `No wheel of version ${version} fits Python ${python} on ${os} ${arch}.`,
    {
      hint: `It is published as: ${wheels.map(({ file }) => file.filename).join(', ')}`,
      params: { version, os, arch, python },
    },
  );
}

/** Undefined when the wheel does not fit; otherwise numbers, the first difference decides, more is better. */
function rankWheel(name: WheelName, { platform, python }: WheelRequest): number[] | undefined {
  const platformRank = best(name.platformTag, (tag) => rankPlatform(tag, platform));
  const ranks = name.pythonTag.split('.').flatMap((pythonTag) =>
    name.abiTag.split('.').flatMap((abiTag) => {
      const rank = rankInterpreter(pythonTag, { abiTag, python });
      return rank === undefined ? [] : [rank];
    }),
  );
  const interpreterRank = ranks.toSorted(compare).at(-1);
  return platformRank === undefined || interpreterRank === undefined ? undefined : [...interpreterRank, platformRank];
}

function rankInterpreter(
  pythonTag: string,
  { abiTag, python }: { abiTag: string; python: WheelRequest['python'] },
): number[] | undefined {
  const { major, minor } = python;
  const [, kind, majorText, minorText] = /^(cp|py)(\d)(\d*)$/.exec(pythonTag) ?? [];
  if (Number(majorText) !== major) return undefined;
  const needed = minorText ? Number(minorText) : 0;
  if (kind === 'cp') {
    const isOwn = minorText !== '' && needed === minor;
    if (isOwn && abiTag === `cp${major}${minor}`) return [4, needed];
    if (abiTag === 'abi3' && needed <= minor) return [3, needed];
    if (isOwn && abiTag === 'none') return [2, needed];
    return undefined;
  }
  return abiTag === 'none' && needed <= minor ? [1, needed] : undefined;
}

function rankPlatform(tag: string, platform: WheelPlatform): number | undefined {
  if (tag === 'any') return 0;
  if (platform.os === 'linux') return rankLinux(tag, platform);
  if (platform.os === 'darwin') return rankMacos(tag, platform);
  if (platform.os === 'win32')
    return tag === { x64: 'win_amd64', arm64: 'win_arm64', ia32: 'win32' }[platform.arch] ? 1 : undefined;
  return undefined;
}

const linuxArchitectures: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  ia32: 'i686',
  arm: 'armv7l',
};
const oldNames: Readonly<Record<string, string>> = { manylinux1: '2_5', manylinux2010: '2_12', manylinux2014: '2_17' };

function rankLinux(tag: string, platform: WheelPlatform): number | undefined {
  const arch = linuxArchitectures[platform.arch] ?? platform.arch;
  if (!tag.endsWith(`_${arch}`)) return undefined;
  const system = tag.slice(0, -arch.length - 1);
  if (system === 'linux') return 1;
  const isMusl = platform.libc === 'musl';
  const spelled = isMusl
    ? /^musllinux_(\d+_\d+)$/.exec(system)?.[1]
    : (oldNames[system] ?? /^manylinux_(\d+_\d+)$/.exec(system)?.[1]);
  const has = isMusl ? (platform.muslVersion ?? '1.2') : (platform.glibcVersion ?? '2.17');
  return rankVersion(spelled, has);
}

function rankMacos(tag: string, platform: WheelPlatform): number | undefined {
  const [, version, arch] = /^macosx_(\d+_\d+)_(\w+)$/.exec(tag) ?? [];
  const own = platform.arch === 'x64' ? 'x86_64' : platform.arch;
  return arch === own || arch === 'universal2' ? rankVersion(version, platform.macosVersion ?? '11.0') : undefined;
}

/** `needed` is `2_17`, `has` is `2.36`; a newer need ranks higher as long as the system has it. */
function rankVersion(needed: string | undefined, has: string): number | undefined {
  if (needed === undefined) return undefined;
  const scale = ([major = 0, minor = 0]: number[]): number => major * 1000 + minor;
  const neededRank = scale(needed.split('_').map(Number));
  return neededRank <= scale(has.split('.').map(Number)) ? neededRank + 1 : undefined;
}

function best(tags: string, rank: (tag: string) => number | undefined): number | undefined {
  const ranks = tags.split('.').flatMap((tag) => rank(tag) ?? []);
  return ranks.length === 0 ? undefined : Math.max(...ranks);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

function compareBuilds(a: WheelName, b: WheelName): number {
  return (Number.parseInt(a.build, 10) || 0) - (Number.parseInt(b.build, 10) || 0);
}

function noSuchVersion(files: readonly PackageFile[], { version }: WheelRequest): AppError {
  const versions = [...new Set(files.map((file) => file.version))].slice(-8).join(', ');
  const has = versions === '' ? '' : ` Versions there: ${versions}.`;
  return new AppError('source.not_found', `The package index has no wheel of version ${version}.${has}`, {
    hint: 'Check the index that pip is configured for: pip config list',
    params: { version, versions },
  });
}
