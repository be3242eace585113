import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { AppError, createMutex, toAppError } from '#core';
import { runtimeEnvironment } from '../backends/environment.ts';
import type { Runtime, RuntimeInstallEvent, Runtimes } from '../types.ts';
import { chooseRuntime, parsePreference } from './choose-runtime.ts';
import { findPrograms, programAt } from './find-programs.ts';
import { installXllamacpp, type InstallDependencies } from './install-xllamacpp.ts';
import { isPythonUnchanged, readInstallation, writeRecord, xllamacppFolder, type Installation } from './installed.ts';
import { createLlamaServerProbe } from './llama-server.ts';
import { findPython } from './python.ts';
import { createRunProgram, type RunProgram } from './run-program.ts';
import { xllamacppVersion } from './runtime-lock.ts';
import { createSharedRun } from './shared-run.ts';

export interface RuntimesOptions extends Omit<InstallDependencies, 'programEnv' | 'run' | 'osRelease'> {
  /** `inference.runtime` of the settings, as it is now. */
  readonly preferred: () => string;
  /** Writes a new `inference.runtime` into the settings. */
  readonly remember: (name: string) => Promise<void>;
  /** Text of /etc/os-release; empty where there is none. */
  readonly osRelease?: string | undefined;
  readonly run?: RunProgram | undefined;
}

export interface InstallableRuntimes extends Runtimes {
  /** Like `select`, but installs the pinned runtime first when none is there and the settings do not name another. */
  ensure(options: { signal: AbortSignal }): AsyncIterable<RuntimeInstallEvent>;
}

/** Finds, installs and chooses the programs that serve models. Nothing is ever compiled. */
export function createRuntimes(options: RuntimesOptions): InstallableRuntimes {
  const { directory, env, preferred, remember, clock, log, osRelease = '' } = options;
  const programEnv = runtimeEnvironment(env);
  const run = options.run ?? createRunProgram(clock);
  const deps: InstallDependencies = { ...options, programEnv, run, osRelease };
  const probe = createLlamaServerProbe({ run, programEnv, osRelease });
  const changes = createMutex();
  const warned = new Set<string>();

  async function serverAt(path: string, origin: Runtime['origin']): Promise<Runtime> {
    return { name: 'llama-server', path, origin, selected: false, ...(await probe.facts(path)) };
  }

  async function serversOnPath(): Promise<readonly Runtime[]> {
    const programs = await findPrograms('llama-server', env['PATH']);
    const servers = await Promise.all(
      programs.map(async ({ path }) => {
        try {
          return [await serverAt(path, 'path')];
        } catch (error) {
          const { message } = toAppError(error);
          if (!warned.has(message)) log.warn('llama-server skipped', { path, reason: message });
          warned.add(message);
          return [];
        }
      }),
    );
    return servers.flat();
  }

  async function installed(): Promise<Runtime | undefined> {
    const installation = await readInstallation(directory);
    return installation && toRuntime(installation);
  }

  function toRuntime({ folder, record }: Installation): Runtime {
    return {
      name: 'xllamacpp',
      version: record.version,
      path: folder,
      origin: 'installed',
      selected: false,
      interpreter: record.python.executable,
      devices: record.devices,
      features: ['context-limit', 'fit', 'auto-gpu-layers', 'prompt-cache'],
    };
  }

  /** Finds another Python when the one used at installation is gone or was replaced. */
  async function withPython(runtime: Runtime): Promise<Runtime> {
    const installation = await readInstallation(directory);
    if (runtime.name !== 'xllamacpp' || !installation) return runtime;
    const { folder, record } = installation;
    const named = env['GANTRY_PYTHON'] ?? '';
    if (await isPythonUnchanged(record, named)) return runtime;
    const python = await findPython({ env, programEnv, run, osRelease });
    if (python.freeThreaded !== record.freeThreaded) {
      throw new AppError(
        'runtime.not_installed',
        `xllamacpp is installed for another kind of Python than ${python.executable}.`,
        {
          hint: 'Install it again: gantry runtime install xllamacpp',
          params: { reason: 'python_kind', interpreter: python.executable },
        },
      );
    }
    const fingerprint = (await programAt(python.executable))?.fingerprint ?? '';
    const next = { ...record, python: { executable: python.executable, fingerprint, named } };
    await changes.run(() => writeRecord(folder, next));
    return toRuntime({ folder, record: next });
  }

  async function found(name: string): Promise<readonly Runtime[]> {
    const preference = parsePreference(name);
    const [named, onPath, package_] = await Promise.all([
      preference.kind === 'program' ? serverAt(preference.path, 'settings') : undefined,
      serversOnPath(),
      installed(),
    ]);
    return [named, ...onPath, package_].filter((runtime) => runtime !== undefined);
  }

  async function select(name: string): Promise<Runtime> {
    const runtime = chooseRuntime(parsePreference(name), await found(name));
    return { ...(await withPython(runtime)), selected: true };
  }

  const installation = createSharedRun<RuntimeInstallEvent>(async ({ emit, signal }) => {
    const runtime = toRuntime(await installXllamacpp(deps, { emit, signal }));
    const chosen = await select(preferred()).catch(() => undefined);
    emit({ type: 'done', runtime: { ...runtime, selected: chosen?.path === runtime.path } });
  });

  async function* ensure({ signal }: { signal: AbortSignal }): AsyncGenerator<RuntimeInstallEvent, void, undefined> {
    try {
      yield { type: 'done', runtime: await select(preferred()) };
      return;
    } catch (error) {
      const { code, params } = toAppError(error);
      const installable =
        code === 'runtime.not_installed' && ['none', 'xllamacpp', 'python_kind'].includes(String(params['reason']));
      if (!installable) throw error;
    }
    yield* installation.follow(signal);
  }

  return {
    async list() {
      const preference = preferred();
      // A named program that is gone must not hide the others from whoever wants to choose again.
      const all = await found(preference).catch(() => found('auto'));
      let chosen: Runtime | undefined;
      try {
        chosen = chooseRuntime(parsePreference(preference), all);
      } catch {
        chosen = undefined;
      }
      return all.map((runtime) => ({ ...runtime, selected: runtime === chosen }));
    },
    install(name, { signal }) {
      if (name !== 'xllamacpp') throw notInstallable(name);
      return installation.follow(signal);
    },
    async use(name) {
      await select(name).catch((error: unknown) => {
        // `auto` may be chosen before anything is there.
        if (name !== 'auto' || toAppError(error).code !== 'runtime.not_installed') throw error;
      });
      await remember(name);
    },
    remove: (name) =>
      changes.run(async () => {
        if (name !== 'xllamacpp') throw notInstallable(name);
        if (!(await installed())) {
          throw new AppError('runtime.not_found', 'The xllamacpp runtime is not installed.', { params: { name } });
        }
        const trash = `${directory}/xllamacpp.tmp-${randomBytes(6).toString('hex')}`;
        await rename(xllamacppFolder(directory), trash);
        await rm(trash, { recursive: true, force: true });
      }),
    select: () => select(preferred()),
    ensure,
  };
}

function notInstallable(name: string): AppError {
  return new AppError(
    'runtime.not_found',
    `Gantry does not install "${name}"; it installs xllamacpp ${xllamacppVersion}.`,
    {
      hint: 'A llama-server program is found on PATH by itself, or named with: gantry runtime use /path/to/llama-server',
      params: { name, reason: 'not_installable' },
    },
  );
}
