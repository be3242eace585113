import { AppError } from '#core';
import type { LockedWheel, PythonLock } from './lock.ts';

/** What files of an image must fit. */
export interface WheelTarget {
  /** `3.13` */
  readonly python: string;
  readonly arch: 'x86_64' | 'aarch64';
}

/** The one file of each package that this Python can use (binary distribution format: tags of file names). */
export function chooseWheels({ wheels }: PythonLock, target: WheelTarget): readonly LockedWheel[] {
  const byName = new Map<string, LockedWheel[]>();
  for (const one of wheels) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
  return [...byName].map(([name, files]) => {
    const [best] = files
      .flatMap((wheel) => {
        const rank = rankOf(wheel.file, target);
        return rank === undefined ? [] : [{ wheel, rank }];
      })
      .toSorted((a, b) => b.rank - a.rank);
    if (best) return best.wheel;
    const fits = `Python ${target.python} on ${target.arch}`;
    throw new AppError('docker.failed', `The package ${name} has no file for ${fits}.`, {
      hint: 'Load the image python:3.13-slim-bookworm on the Engine (docker load), then try again.',
      params: { reason: 'no_wheel', name, python: target.python, arch: target.arch },
    });
  });
}

/** Higher is more exact; undefined where it cannot be used. */
function rankOf(file: string, { python, arch }: WheelTarget): number | undefined {
  const [platforms = '', abi = '', pythons = ''] = file
    .replace(/\.whl$/, '')
    .split('-')
    .toReversed();
  const isAny = platforms === 'any';
  const isHere = platforms.split('.').some((one) => one.startsWith('manylinux') && one.endsWith(`_${arch}`));
  if (!isAny && !isHere) return undefined;
  const minor = minorOf(python);
  if (pythons.split('.').includes('py3')) return 1;
  const built = pythons.split('.').flatMap((tag) => /^cp3(\d+)$/.exec(tag)?.[1] ?? []);
  if (abi === 'abi3') return built.some((one) => Number(one) <= minor) ? 2 : undefined;
  return abi === `cp3${minor}` && built.includes(String(minor)) ? 3 : undefined;
}

export function minorOf(python: string): number {
  return Number(/^3\.(\d+)/.exec(python)?.[1] ?? 0);
}
