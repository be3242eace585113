import { AppError } from '#core';
import type { Python } from './python.ts';
import { xllamacppWheels, type LockedWheel } from './runtime-lock.ts';

/**
 * The locked wheel that this Python can load.
 * @throws AppError `runtime.unsupported_platform` saying what does not fit
 */
export function chooseWheel(python: Python): LockedWheel {
  const unfit = whyUnfit(python);
  if (unfit) throw unsupported(unfit, python);
  const wheel = xllamacppWheels.find(
    ({ system, machine, freeThreaded }) =>
      system === python.system && machine === python.machine && freeThreaded === python.freeThreaded,
  );
  if (!wheel) {
    throw unsupported(
      { reason: 'machine', words: `there is no build for ${python.system} on ${python.machine}` },
      python,
    );
  }
  if (python.systemVersion && isOlder(python.systemVersion, wheel.minimum)) {
    const what = wheel.system === 'darwin' ? 'macOS' : 'glibc';
    throw unsupported(
      {
        reason: 'too_old',
        words: `it needs ${what} ${wheel.minimum} or newer and this machine has ${python.systemVersion}`,
      },
      python,
    );
  }
  return wheel;
}

interface Unfit {
  readonly reason: string;
  readonly words: string;
}

function whyUnfit(python: Python): Unfit | undefined {
  if (python.bits !== 64) return { reason: 'bits', words: 'it needs a 64-bit Python' };
  if (python.system === 'linux' && python.libc === 'musl') {
    return { reason: 'musl', words: 'its builds need glibc and this system uses musl (as Alpine does)' };
  }
  const version = python.version.join('.');
  if (python.freeThreaded && python.version[1] !== 14) {
    return {
      reason: 'free_threaded',
      words: `Python ${version} is a free-threaded build, and of those only 3.14 has one`,
    };
  }
  return undefined;
}

function unsupported({ reason, words }: Unfit, python: Python): AppError {
  return new AppError('runtime.unsupported_platform', `The xllamacpp runtime cannot run here: ${words}.`, {
    hint: 'Install a llama-server program (llama.cpp) and put it on PATH, or name it with: gantry runtime use /path/to/llama-server',
    params: { reason, words, system: python.system, machine: python.machine, found: python.systemVersion },
  });
}

/** Compares dotted numbers: 2.9 is older than 2.17. */
function isOlder(found: string, wanted: string): boolean {
  const [a, b] = [found, wanted].map((text) => text.split('.').map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < Math.max(a?.length ?? 0, b?.length ?? 0); i++) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
