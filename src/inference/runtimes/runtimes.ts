import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { AppError, createMutex, toAppError } from '#core';
import { runtimeEnvironment } from '../backends/environment.ts';
import { containerPrefix, knownImages } from '../containers/image-facts.ts';
import type { RuntimeImages } from '../containers/runtime-images.ts';
import type { BackendName, Runtime, RuntimeInstallEvent, Runtimes } from '../types.ts';
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
  /** What the settings name for a backend, as it is now; `auto` where they name nothing. */
  readonly preferred: (backend: BackendName) => string;
  /** Writes a new one into the settings. */
  readonly remember: (name: string, backend: BackendName) => Promise<void>;
  /** Container images as runtimes, where there may be a Docker Engine. */
  readonly images?: RuntimeImages | undefined;
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
  const { directory, env, preferred, remember, images, clock, log, osRelease = '' } = options;
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

  /** Programs and packages; also an image that is named. */
  async function found(name: string): Promise<readonly Runtime[]> {
    const preference = parsePreference(name);
    if (preference.kind === 'container') return [await imageNamed(preference.image)];
    const [named, onPath, package_] = await Promise.all([
      preference.kind === 'program' ? serverAt(preference.path, 'settings') : undefined,
      serversOnPath(),
      installed(),
    ]);
    return [named, ...onPath, package_].filter((runtime) => runtime !== undefined);
  }

  async function imageNamed(image: string): Promise<Runtime> {
    if (images) return await images.find(image);
    throw new AppError('docker.unavailable', 'No Docker Engine answers.', { params: { reason: 'no_engine' } });
  }

  async function select(name: string): Promise<Runtime> {
    const preference = parsePreference(name);
    const here = await found(name);
    // The Engine is asked only where nothing else is there.
    const all = preference.kind === 'auto' && here.length === 0 ? ((await images?.known('llama.cpp')) ?? []) : here;
    return { ...(await withPython(chooseRuntime(preference, all))), selected: true };
  }

  async function selectVllm(name: string): Promise<Runtime> {
    const preference = parsePreference(name);
    const runtime =
      preference.kind === 'container' ? await imageNamed(preference.image) : (await images?.known('vllm'))?.[0];
    if (runtime?.image?.backend === 'vllm') return { ...runtime, selected: true };
    throw new AppError('runtime.not_installed', 'vLLM is not installed.', {
      hint: `It runs in a container: gantry runtime use ${containerPrefix}${knownImages.vllm[0]}:latest`,
      params: { reason: 'vllm', name: 'vllm' },
    });
  }

  const selectFor = (backend: BackendName): Promise<Runtime> =>
    backend === 'vllm' ? selectVllm(preferred('vllm')) : select(preferred('llama.cpp'));

  /** Images that are named in the settings or well known. */
  async function imagesHere({ alone }: { alone: boolean }): Promise<readonly Runtime[]> {
    if (!images) return [];
    const named = backends.flatMap((backend) => {
      const name = preferred(backend);
      return name.startsWith(containerPrefix) ? [images.find(name.slice(containerPrefix.length))] : [];
    });
    // Starting images costs seconds; where other runtimes are there, none of them is about to be used.
    const known = await Promise.all(
      backends.map((backend) => (alone ? images.known(backend) : images.listed(backend))),
    );
    const settled = await Promise.allSettled(named);
    const all = [...settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])), ...known.flat()];
    return all.filter(({ path }, index) => all.findIndex((other) => other.path === path) === index);
  }

  async function* installImage(name: string, { signal }: { signal: AbortSignal }): AsyncGenerator<RuntimeInstallEvent> {
    const image = name.slice(containerPrefix.length);
    if (images) yield* images.pull(image, { signal });
    else yield { type: 'done', runtime: await imageNamed(image) };
  }

  const installation = createSharedRun<RuntimeInstallEvent>(async ({ emit, signal }) => {
    const runtime = toRuntime(await installXllamacpp(deps, { emit, signal }));
    const chosen = await selectFor('llama.cpp').catch(() => undefined);
    emit({ type: 'done', runtime: { ...runtime, selected: chosen?.path === runtime.path } });
  });

  async function* ensure({ signal }: { signal: AbortSignal }): AsyncGenerator<RuntimeInstallEvent, void, undefined> {
    try {
      yield { type: 'done', runtime: await selectFor('llama.cpp') };
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
      const preference = preferred('llama.cpp');
      // A named program that is gone must not hide the others from whoever wants to choose again.
      const programs = await found(preference.startsWith(containerPrefix) ? 'auto' : preference).catch(() =>
        found('auto'),
      );
      const all = [...programs, ...(await imagesHere({ alone: programs.length === 0 }))];
      let chosen: Runtime | undefined;
      try {
        chosen = chooseRuntime(parsePreference(preference), all);
      } catch {
        chosen = undefined;
      }
      const vllm = all.find(({ image }) => image?.backend === 'vllm');
      return all.map((runtime) => ({ ...runtime, selected: runtime === chosen || runtime === vllm }));
    },
    install(name, { signal }) {
      if (name.startsWith(containerPrefix)) return installImage(name, { signal });
      if (name !== 'xllamacpp') throw notInstallable(name);
      return installation.follow(signal);
    },
    async use(name) {
      const preference = parsePreference(name);
      if (preference.kind === 'container') {
        const { image } = await imageNamed(preference.image);
        await remember(name, image?.backend ?? 'llama.cpp');
        return;
      }
      await select(name).catch((error: unknown) => {
        // `auto` may be chosen before anything is there.
        if (name !== 'auto' || toAppError(error).code !== 'runtime.not_installed') throw error;
      });
      await remember(name, 'llama.cpp');
    },
    remove: (name) =>
      changes.run(async () => {
        if (name.startsWith(containerPrefix)) throw notOurs(name.slice(containerPrefix.length));
        if (name !== 'xllamacpp') throw notInstallable(name);
        if (!(await installed())) {
          throw new AppError('runtime.not_found', 'The xllamacpp runtime is not installed.', { params: { name } });
        }
        const trash = `${directory}/xllamacpp.tmp-${randomBytes(6).toString('hex')}`;
        await rename(xllamacppFolder(directory), trash);
        await rm(trash, { recursive: true, force: true });
      }),
    select: (backend = 'llama.cpp') => selectFor(backend),
    ensure,
  };
}

const backends: readonly BackendName[] = ['llama.cpp', 'vllm'];

function notOurs(image: string): AppError {
  return new AppError('runtime.not_found', `The image ${image} belongs to the Docker Engine; others may use it too.`, {
    hint: `Choose another runtime, for example: gantry runtime use auto. Then remove it: docker rmi ${image}`,
    params: { reason: 'image_removal', image },
  });
}

function notInstallable(name: string): AppError {
  return new AppError(
    'runtime.not_found',
    `Gantry does not install "${name}"; it installs xllamacpp ${xllamacppVersion}.`,
    {
      hint: 'A llama-server program is found on PATH by itself, or named with: gantry runtime use /path/to/llama-server, or container:IMAGE',
      params: { name, reason: 'not_installable' },
    },
  );
}
