import { AppError, toAppError, type Clock, type Log } from '#core';
import type { Docker, EngineInfo, ImageFacts } from '#docker';
import { explainStartFailure } from '../runtimes/explain-start-failure.ts';
import { parseDevices, parseFeatures, parseVersion, type LlamaServerFacts } from '../runtimes/llama-server.ts';
import type { BackendName, Runtime, RuntimeInstallEvent } from '../types.ts';
import { ownerLabel, probeMark, runnerLabel, sandbox } from './container-spec.ts';
import { findDevices } from './find-devices.ts';
import { gpuOptions, type GpuOptions } from './gpu-options.ts';
import { containerPrefix, knownImages, repositoryOf, servedBy, versionOf, type Served } from './image-facts.ts';
import { createPullProgress } from './pull-progress.ts';
import { ownerOf, runToEnd } from './run-to-end.ts';

export interface RuntimeImagesOptions {
  readonly docker: Pick<Docker, 'address' | 'info' | 'images' | 'containers'>;
  /** Home of the daemon; its containers are told apart by it. */
  readonly home: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Container images as runtimes. */
export interface RuntimeImages {
  /** @throws AppError `runtime.not_installed` when it is not on the Engine, `runtime.not_found` when it is no runtime, `docker.*` */
  find(image: string): Promise<Runtime>;
  /** Those of well-known names on the Engine, as `find` gives them; none where there is no Engine. */
  known(backend: BackendName): Promise<readonly Runtime[]>;
  /** The same by what their labels and tags say alone: no image is started for it. */
  listed(backend: BackendName): Promise<readonly Runtime[]>;
  /** Fetches an image that is not there. @throws AppError as `find`, and `docker.failed` with the Engine's reason */
  pull(image: string, options: { signal: AbortSignal }): AsyncIterable<RuntimeInstallEvent>;
}

/** GPU drivers can take seconds to answer the first time, and the Engine to unpack. */
const probeLimitMs = 60_000;

export function createRuntimeImages({ docker, home, clock, log }: RuntimeImagesOptions): RuntimeImages {
  const { images } = docker;
  const probes = new Map<string, Promise<LlamaServerFacts>>();
  const warned = new Set<string>();

  /** Asks once per image. */
  async function probed(
    name: string,
    { facts, served }: { facts: ImageFacts; served: Served },
  ): Promise<LlamaServerFacts> {
    const known = probes.get(facts.id);
    if (known) return known;
    const asking = probe(name, { facts, served });
    probes.set(facts.id, asking);
    // A failure may pass, so it is not remembered.
    asking.catch(() => probes.delete(facts.id));
    return asking;
  }

  async function probe(
    name: string,
    { facts, served }: { facts: ImageFacts; served: Served },
  ): Promise<LlamaServerFacts> {
    const limit = new AbortController();
    const cancel = clock.schedule(probeLimitMs, () => limit.abort());
    const gpu = await hostGpus(await docker.info());
    const [program = '', ...before] = served.command;
    const run = (option: string) =>
      runToEnd(
        docker,
        {
          Image: facts.id,
          Entrypoint: [program],
          Cmd: [...before, option],
          Labels: { [ownerLabel]: ownerOf(home), [runnerLabel]: probeMark() },
          HostConfig: { ...sandbox, ...gpu, PidsLimit: 512 },
        },
        limit,
      );
    try {
      const version = await run('--version');
      const named = parseVersion(version);
      if (named === undefined) {
        const why = explainStartFailure(version, '');
        throw new AppError('runtime.not_found', `${program} in the image ${name} does not run: ${why.words}.`, {
          hint: why.hint ?? 'Use another image, or another tag of it.',
          params: { reason: 'image_program', image: name, program, words: why.words },
        });
      }
      const [devices, help] = await Promise.all([run('--list-devices'), run('--help')]);
      return {
        version: named,
        devices: devices.code === 0 ? parseDevices(devices.stdout) : [],
        features: parseFeatures(help.stdout || help.stderr),
      };
    } finally {
      cancel();
    }
  }

  async function factsOf(name: string): Promise<ImageFacts> {
    await localEngine(docker);
    try {
      return await images.inspect(name);
    } catch (error) {
      if (toAppError(error).code !== 'docker.not_found') throw error;
      throw new AppError('runtime.not_installed', `The image ${name} is not on the Docker Engine.`, {
        hint: `Fetch it: gantry runtime install ${containerPrefix}${name}`,
        params: { reason: 'image', image: name },
        cause: error,
      });
    }
  }

  async function look(name: string): Promise<{ runtime: Runtime; facts: ImageFacts; served: Served }> {
    const facts = await factsOf(name);
    const served = servedBy(name, facts);
    const image = { id: facts.id, ...served };
    const version = versionOf(name, facts);
    return {
      facts,
      served,
      runtime: { name: 'container', path: name, version, origin: 'engine', selected: false, image },
    };
  }

  async function find(name: string): Promise<Runtime> {
    const { runtime, ...seen } = await look(name);
    return seen.served.backend === 'vllm' ? runtime : { ...runtime, ...(await probed(name, seen)) };
  }

  async function wellKnown(backend: BackendName, how: (name: string) => Promise<Runtime>): Promise<readonly Runtime[]> {
    let names: readonly string[];
    try {
      const filters = { reference: [...knownImages[backend]] };
      names = (await images.list({ filters })).flatMap(({ tags }) => tags);
    } catch {
      return [];
    }
    const found: Runtime[] = [];
    for (const name of names.filter((tag) => knownImages[backend].includes(repositoryOf(tag)))) {
      try {
        const runtime = await how(name);
        if (runtime.image?.backend === backend) found.push(runtime);
      } catch (error) {
        const { message } = toAppError(error);
        if (!warned.has(message)) log.warn('image skipped', { image: name, reason: message });
        warned.add(message);
      }
    }
    return found;
  }

  async function* pull(
    name: string,
    { signal }: { signal: AbortSignal },
  ): AsyncGenerator<RuntimeInstallEvent, void, undefined> {
    const present = await factsOf(name).catch((error: unknown) => {
      if (toAppError(error).code !== 'runtime.not_installed') throw error;
      return undefined;
    });
    if (present === undefined) {
      yield { type: 'status', message: `Pulling ${name} with the Docker Engine` };
      const progress = createPullProgress();
      for await (const event of images.pull(name, { signal })) {
        const next = progress.add(event);
        if (next) yield next;
      }
    }
    yield { type: 'done', runtime: await find(name) };
  }

  return {
    find,
    known: (backend) => wellKnown(backend, find),
    listed: (backend) => wellKnown(backend, async (name) => (await look(name)).runtime),
    pull,
  };
}

/** What this machine can give to a container. */
export async function hostGpus(info: EngineInfo): Promise<GpuOptions> {
  return gpuOptions({ ...info, devices: await findDevices() });
}

/** The Engine, if it is of this machine: a runner's files and its socket are given to the container by path. @throws AppError `docker.unavailable`, `runtime.unsupported_platform` */
export async function localEngine(docker: Pick<Docker, 'address' | 'info'>): Promise<EngineInfo> {
  const { route, url } = await docker.address();
  const info = await docker.info();
  if (route.kind === 'unix' && info.operatingSystem !== 'Docker Desktop') return info;
  throw new AppError(
    'runtime.unsupported_platform',
    `The Docker Engine at ${url} does not run on this machine itself.`,
    {
      hint: 'Models run in containers only beside their files; use llama-server or xllamacpp here.',
      params: { reason: 'engine_elsewhere', address: url },
    },
  );
}
