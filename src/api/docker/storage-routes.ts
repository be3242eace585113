import type { InspectBody, NetworkListBody, VolumeListBody } from '#contract';
import {
  inspectNetwork,
  inspectVolume,
  listContainers,
  listVolumes,
  removeNetwork,
  removeVolume,
  type Docker,
  type ListedContainer,
} from '#docker';
import { sendEmpty, sendError, sendJson, type Exchange } from '../http/exchange.ts';
import { matchResource, requireConfirmation } from '../http/resource.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';

const mostListed = 2000;
const composeProject = 'com.docker.compose.project';
const builtIn = new Set(['bridge', 'host', 'none']);

/** `/gantry/volumes` and `/gantry/networks`. A volume is removed only when its name is confirmed: it holds data. */
export function createStorageRoutes({ views }: Pick<RouteDeps, 'views'>): RouteSet {
  return {
    match(verb, path) {
      if (!views) return undefined;
      const { docker } = views;
      if (verb === 'GET' && path === '/gantry/volumes') return (exchange) => sendVolumes(exchange, docker);
      if (verb === 'GET' && path === '/gantry/networks') return (exchange) => sendNetworks(exchange, docker);
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
      project: labels[composeProject] ?? null,
      usedBy: users.get(name) ?? [],
    })),
    left: Math.max(0, all.length - mostListed),
  };
  sendJson(exchange, 200, body);
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
      project: labels[composeProject] ?? null,
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
