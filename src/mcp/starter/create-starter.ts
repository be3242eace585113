import { join } from 'node:path';
import { AppError, type Clock, type Log } from '#core';
import type { Docker } from '#docker';
import type { NpmRegistry, PythonIndex } from '#registry';
import type { BuiltInCatalog } from '../catalog/create-catalogs.ts';
import { fileServer } from '../catalog/reading/content.ts';
import { readServer } from '../catalog/reading/read-server.ts';
import { lockFolder } from '../catalog/store/lock.ts';
import type { LocalImageEvent, LocalImages } from '../types.ts';
import { ensureBase, ensurePythonBase, isHere, type Base, type BaseDeps } from './base-image.ts';
import { buildContext, npmArchive, wheelArchive, type PlacedArchive } from './build-context.ts';
import { chooseWheels, minorOf } from './choose-wheels.ts';
import { starterImage, starterServers } from './entries.ts';
import { pythonLocks, starterLocks, type StarterLock } from './lock.ts';
import { fetchPackages, fromNpm, fromPython, type Locked } from './packages.ts';
import {
  imageLabel,
  inputsOf,
  isMadeFrom,
  isPython,
  ownerOf,
  recipeFor,
  runsOn,
  type AnyLock,
  type Owner,
} from './recipe.ts';

export interface StarterDeps extends BaseDeps {
  readonly docker: Pick<Docker, 'images' | 'version'>;
  readonly npm: NpmRegistry;
  readonly pythonIndex: PythonIndex;
  /** For archives and what is unpacked. */
  readonly folder: string;
  /** Whom the user's files belong to. */
  readonly user: Owner;
  readonly clock: Clock;
  readonly log: Log;
}

const longestBuildMs = 30 * 60_000;

/** The catalogue that comes with Gantry. */
export function starterCatalog(): BuiltInCatalog {
  const entries = [...starterServers].map(([name, { wire }]) => {
    const server = readServer(wire, { where: 'starter', name });
    return { server, wire, filed: fileServer(server) };
  });
  return { ref: 'starter', title: 'Gantry starter catalogue', entries };
}

/** Makes the images of the starter catalogue from packages of npm and PyPI, pinned and checked, without running anything of them. */
export function createStarterImages(deps: StarterDeps): LocalImages {
  const { docker, folder, clock, log, user } = deps;
  const names = new Map(starterCatalog().entries.map(({ server }) => [server.image ?? '', server.name]));

  async function isAsItShouldBe(image: string, inputs: string, signal: AbortSignal | undefined): Promise<boolean> {
    if (!(await isHere(docker, image, signal))) return false;
    return isMadeFrom((await docker.images.inspect(image, { signal })).labels, inputs);
  }

  return {
    makes: (image) => names.has(image),
    async ensure(image, { signal = new AbortController().signal, again = false, onEvent } = {}) {
      const name = names.get(image) ?? '';
      const server = starterServers.get(name);
      const lock: AnyLock | undefined = await (starterLocks[name] ?? pythonLocks[name])?.();
      if (!server || !lock) throw unknownImage(image);
      const owner = ownerOf(server, user);
      const inputs = inputsOf(lock, server, owner);
      if (!again && (await isAsItShouldBe(image, inputs, signal))) return { isNew: false };
      await using _lock = await lockFolder(join(folder, name), { clock, signal, limitMs: longestBuildMs });
      if (!again && (await isAsItShouldBe(image, inputs, signal))) return { isNew: false };
      const base = isPython(lock)
        ? await ensurePythonBase(deps, { oldest: minorOf(lock.python), signal })
        : await ensureBase(deps, { signal });
      onEvent?.({ type: 'base', image: base.image, instead: base.instead });
      if (base.instead !== undefined) log.info('base of this machine', { base: base.image, instead: base.instead });
      const archives = await archivesOf({ name, lock, base }, { signal, onEvent });
      onEvent?.({ type: 'building', image });
      const { dockerfile, labels } = recipeFor({ name, server, lock, owner, base: base.image });
      await using context = await buildContext({
        dockerfile,
        archives,
        folders: server.folders,
        scratch: join(folder, 'unpacked'),
        signal,
      });
      await docker.images.build({ context: context.stream, tag: image, labels, signal });
      await removeOlder(name, image, signal);
      onEvent?.({ type: 'built', image });
      return { isNew: true };
    },
  };

  async function archivesOf(
    { name, lock, base }: { name: string; lock: AnyLock; base: Base },
    { signal, onEvent }: { signal: AbortSignal; onEvent: ((event: LocalImageEvent) => void) | undefined },
  ): Promise<readonly PlacedArchive[]> {
    const into = { clock, folder: join(folder, 'packages') };
    const options = <One extends Locked>(packages: readonly One[]) => {
      const total = packages.length;
      onEvent?.({ type: 'packages', done: 0, total });
      return { signal, onPackage: (done: number) => onEvent?.({ type: 'packages', done, total }) };
    };
    if (isPython(lock)) {
      const { arch } = await docker.version({ signal });
      const wheels = chooseWheels(lock, { python: base.version, arch: arch === 'arm64' ? 'aarch64' : 'x86_64' });
      const paths = await fetchPackages({ ...into, find: fromPython(deps.pythonIndex) }, wheels, options(wheels));
      return wheels.map((wheel) => wheelArchive(paths.get(wheel) ?? ''));
    }
    refuseOldNode(lock, { name, node: base.version });
    const packages = lock.packages.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const paths = await fetchPackages({ ...into, find: fromNpm(deps.npm) }, packages, options(packages));
    return packages.map((one) => npmArchive(one, paths.get(one) ?? ''));
  }

  /** Images of former versions, unless something runs from them. */
  async function removeOlder(name: string, image: string, signal: AbortSignal | undefined): Promise<void> {
    const present = await docker.images.list({ signal, filters: { label: [`${imageLabel}=${name}`] } });
    const prefix = starterImage(name, '').replace(/:.*$/, ':');
    // One that was made again under the same name is left without any.
    const older = present.flatMap(({ id, tags }) => (tags.some((tag) => tag !== '<none>:<none>') ? tags : [id]));
    for (const tag of older) {
      if (tag === image || (!tag.startsWith(prefix) && !tag.startsWith('sha256:'))) continue;
      try {
        await docker.images.remove(tag, { signal });
      } catch (error) {
        log.info('an older image stays', { tag, error });
      }
    }
  }
}

function refuseOldNode({ node, package: packageName }: StarterLock, base: { name: string; node: string }): void {
  if (runsOn(base.node, node)) return;
  throw new AppError(
    'docker.failed',
    `The image of ${base.name} cannot be made: ${packageName} needs Node.js ${node}, and here is ${base.node}.`,
    {
      hint: 'Load the image node:24-bookworm-slim on the Engine, or run Gantry with a newer Node.js.',
      params: { reason: 'node_version', name: base.name, package: packageName, needs: node, node: base.node },
    },
  );
}

function unknownImage(image: string): AppError {
  return new AppError('docker.not_found', `The image ${image} is not one that is made here.`, {
    params: { reason: image },
  });
}
