import {
  createVolumeRequest,
  removeVolumesRequest,
  type InspectBody,
  type NetworkListBody,
  type RemovedManyBody,
  type RemoveVolumesRequest,
  type VolumeListBody,
} from '#contract';
import { AppError } from '#core';
import {
  createVolume,
  inspectNetwork,
  inspectVolume,
  listContainers,
  listVolumes,
  removeNetwork,
  removeVolume,
  type Docker,
  type ListedContainer,
} from '#docker';
import { readBody } from '../http/body.ts';
import { sendEmpty, sendError, sendJson, type Exchange } from '../http/exchange.ts';
import { matchResource, requireConfirmation } from '../http/resource.ts';
import type { RouteSet } from '../http/route-set.ts';
import { parseBody } from '../publish/parse-body.ts';
import type { RouteDeps } from '../route-sets.ts';
import { removeListed } from './remove-listed.ts';

const mostListed = 2000;
/** What a list shows of a label. */
const longestProject = 300;
const anonymousLabel = 'com.docker.volume.anonymous';
const composeProject = 'com.docker.compose.project';
const builtIn = new Set(['bridge', 'host', 'none']);

/** `/gantry/volumes` and `/gantry/networks`. A volume is removed only when its name is confirmed: it holds data. */
export function createStorageRoutes({ views, daemon }: Pick<RouteDeps, 'views' | 'daemon'>): RouteSet {
  return {
    match(verb, path) {
      if (!views) return undefined;
      const { docker } = views;
      if (verb === 'GET' && path === '/gantry/volumes') return (exchange) => sendVolumes(exchange, docker);
      if (verb === 'GET' && path === '/gantry/networks') return (exchange) => sendNetworks(exchange, docker);
      if (verb === 'POST' && path === '/gantry/volumes') return (exchange) => makeVolume(exchange, docker);
      if (verb === 'POST' && path === '/gantry/volumes/remove') {
        return async (exchange) => {
          const wanted = parseBody(removeVolumesRequest, await readBody(exchange.request));
          sendJson(exchange, 200, await removeVolumes(docker, wanted, { signal: daemon.stopping }));
        };
      }
      const volume = matchResource(path, '/gantry/volumes');
      if (volume && volume.action === undefined) return volumeHandler(verb, volume.name, docker);
      const network = matchResource(path, '/gantry/networks');
      return network && network.action === undefined ? networkHandler(verb, network.name, docker) : undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

async function sendVolumes(exchange: Exchange, docker: Docker): Promise<void> {
  const signal = exchange.gone;
  const [all, containers] = await Promise.all([listVolumes(docker, { signal }), listContainers(docker, { signal })]);
  const users = usersBy(containers, ({ volumes }) => volumes);
  const body: VolumeListBody = {
    volumes: all.slice(0, mostListed).map(({ name, driver, mountpoint, createdAt, labels }) => ({
      name,
      driver,
      mountpoint,
      createdAt,
      isAnonymous: anonymousLabel in labels || /^[a-f0-9]{64}$/.test(name),
      project: labels[composeProject]?.slice(0, longestProject) ?? null,
      usedBy: users.get(name) ?? [],
    })),
    left: Math.max(0, all.length - mostListed),
  };
  sendJson(exchange, 200, body);
}

async function makeVolume(exchange: Exchange, docker: Docker): Promise<void> {
  const wanted = parseBody(createVolumeRequest, await readBody(exchange.request));
  const { name, driver = 'local', options = {}, labels = {} } = wanted;
  const signal = exchange.gone;
  const all = await listVolumes(docker, { signal });
  if (all.some((one) => one.name === name)) {
    throw new AppError('request.conflict', `There is a volume ${name} already.`, {
      hint: 'Choose another name.',
      params: { reason: 'volume_exists', name },
    });
  }
  await createVolume(docker, name, { driver, options, labels, signal });
  sendEmpty(exchange, 204);
}

/** Removes the volumes that were shown, when they are still what was shown. @throws AppError `request.conflict` */
async function removeVolumes(
  docker: Docker,
  { volumes }: RemoveVolumesRequest,
  { signal }: { readonly signal: AbortSignal },
): Promise<RemovedManyBody> {
  const [all, containers] = await Promise.all([listVolumes(docker, { signal }), listContainers(docker, { signal })]);
  const made = new Map(all.map(({ name, createdAt }) => [name, createdAt]));
  const users = usersBy(containers, (container) => container.volumes);
  const changed = volumes.find(({ name, createdAt }) => made.get(name) !== createdAt || users.has(name));
  if (changed) {
    const { name } = changed;
    throw new AppError(
      'request.conflict',
      `The volume ${name} is another by now, is in use, or is gone. Nothing was removed.`,
      {
        hint: 'Look at the list again, and choose from what is there.',
        params: { reason: 'volumes_changed', name },
      },
    );
  }
  return await removeListed({
    items: volumes,
    nameOf: ({ name }) => name,
    remove: ({ name }) => removeVolume(docker, name),
  });
}

async function sendNetworks(exchange: Exchange, docker: Docker): Promise<void> {
  const signal = exchange.gone;
  const [all, containers] = await Promise.all([docker.networks.list({ signal }), listContainers(docker, { signal })]);
  const users = usersBy(containers, ({ networks }) => networks);
  const body: NetworkListBody = {
    networks: all.slice(0, mostListed).map(({ id, name, driver, scope, labels, subnets }) => ({
      id,
      name,
      driver,
      scope,
      project: labels[composeProject]?.slice(0, longestProject) ?? null,
      subnets: subnets.map(({ subnet }) => subnet),
      usedBy: users.get(name) ?? [],
      builtIn: builtIn.has(name),
    })),
    left: Math.max(0, all.length - mostListed),
  };
  sendJson(exchange, 200, body);
}

function usersBy(
  containers: readonly ListedContainer[],
  used: (container: ListedContainer) => readonly string[],
): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const container of containers)
    for (const name of used(container)) users.set(name, [...(users.get(name) ?? []), container.name]);
  return users;
}

function volumeHandler(verb: string, name: string, docker: Docker) {
  if (verb === 'GET') {
    return async (exchange: Exchange): Promise<void> => {
      const body: InspectBody = { inspect: await inspectVolume(docker, name, { signal: exchange.gone }) };
      sendJson(exchange, 200, body);
    };
  }
  if (verb !== 'DELETE') return undefined;
  return async (exchange: Exchange): Promise<void> => {
    requireConfirmation(new URLSearchParams(exchange.query), name);
    await removeVolume(docker, name);
    sendEmpty(exchange, 204);
  };
}

function networkHandler(verb: string, name: string, docker: Docker) {
  if (verb === 'GET') {
    return async (exchange: Exchange): Promise<void> => {
      const body: InspectBody = { inspect: await inspectNetwork(docker, name, { signal: exchange.gone }) };
      sendJson(exchange, 200, body);
    };
  }
  if (verb !== 'DELETE') return undefined;
  return async (exchange: Exchange): Promise<void> => {
    await removeNetwork(docker, name);
    sendEmpty(exchange, 204);
  };
}
