import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { AppError, type Env } from '#core';
import { findPrograms, programAt } from './find-programs.ts';
import { installHint } from './os-release.ts';
import type { RunProgram } from './run-program.ts';

const report = z.object({
  implementation: z.string(),
  version: z.tuple([z.number(), z.number(), z.number()]),
  freeThreaded: z.boolean(),
  system: z.string(),
  machine: z.string(),
  libc: z.enum(['glibc', 'musl', 'other']),
  /** Of glibc or macOS. */
  systemVersion: z.string(),
  bits: z.number(),
  executable: z.string(),
});

/** A Python that was asked about itself. `machine` is x86_64, arm64 or what the system calls it. */
export type Python = z.infer<typeof report>;

const question = `
import json, platform, sys, sysconfig
soabi = str(sysconfig.get_config_var("SOABI") or "")
libc, libc_version = platform.libc_ver()
kind = "musl" if "musl" in soabi or libc == "musl" else "glibc" if libc == "glibc" else "other"
machine = platform.machine().lower()
print(json.dumps({
    "implementation": sys.implementation.name,
    "version": list(sys.version_info[:3]),
    "freeThreaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "system": sys.platform,
    "machine": {"aarch64": "arm64", "amd64": "x86_64"}.get(machine, machine),
    "libc": kind,
    "systemVersion": platform.mac_ver()[0] if sys.platform == "darwin" else libc_version if kind == "glibc" else "",
    "bits": sys.maxsize.bit_length() + 1,
    "executable": sys.executable or "",
}))
`;

const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];

export interface FindPythonOptions {
  readonly env: Env;
  readonly programEnv: Readonly<Record<string, string>>;
  readonly run: RunProgram;
  /** Text of /etc/os-release; empty where there is none. */
  readonly osRelease: string;
}

/**
 * The first CPython 3.10 or newer: GANTRY_PYTHON alone when it is set, else by name on PATH.
 * @throws AppError `runtime.not_installed` saying which Pythons were found and how to get a fitting one
 */
export async function findPython({ env, programEnv, run, osRelease }: FindPythonOptions): Promise<Python> {
  const named = env['GANTRY_PYTHON'];
  if (named) {
    const program = isAbsolute(named) ? await programAt(named) : undefined;
    if (!program) {
      throw new AppError('runtime.not_found', `GANTRY_PYTHON names ${named}, which is not an executable file.`, {
        hint: 'Set it to the absolute path of a Python 3.10 or newer, or unset it.',
        params: { path: named, reason: 'python_setting' },
      });
    }
  }
  const paths = named ? [named] : await pythonsOnPath(env['PATH']);
  const refused: string[] = [];
  for (const path of paths) {
    const answer = await askPython(path, { programEnv, run });
    if (typeof answer === 'string') refused.push(`${path} (${answer})`);
    else return answer;
  }
  throw noPython(refused, osRelease);
}

async function pythonsOnPath(searchPath: string | undefined): Promise<readonly string[]> {
  const found = await Promise.all(names.map((name) => findPrograms(name, searchPath)));
  return [...new Set(found.flat().map(({ path }) => path))];
}

async function askPython(
  path: string,
  { programEnv, run }: Pick<FindPythonOptions, 'programEnv' | 'run'>,
): Promise<Python | string> {
  const result = await run(path, ['-I', '-S', '-c', question], { env: programEnv, timeoutMs: 10_000 });
  if (result.timedOut) return 'gave no answer within 10 s';
  let python: Python;
  try {
    python = report.parse(JSON.parse(result.stdout));
  } catch {
    return 'does not run';
  }
  const version = python.version.join('.');
  if (python.implementation !== 'cpython') return `is ${python.implementation}, not CPython`;
  if (python.version[0] !== 3 || python.version[1] < 10) return `is ${version}`;
  return { ...python, executable: python.executable || path };
}

function noPython(refused: readonly string[], osRelease: string): AppError {
  const found = refused.join(', ');
  const sentence = found
    ? `The xllamacpp runtime needs CPython 3.10 or newer; found only ${found}.`
    : 'The xllamacpp runtime needs CPython 3.10 or newer, and no Python was found on PATH.';
  return new AppError('runtime.not_installed', sentence, {
    hint: `${installHint('python3', osRelease)} Or put a llama-server program on PATH.`,
    params: { reason: found ? 'python_unfit' : 'python_missing', found },
  });
}
