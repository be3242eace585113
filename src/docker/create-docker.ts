import type { Duplex } from 'node:stream';
import { createContainers } from './client/containers.ts';
import { ask, askJson, cancelOf, filtersText, type SendRequest } from './client/call.ts';
import { createImages } from './client/images.ts';
import { jsonLines } from './client/json-lines.ts';
import { createNetworks } from './client/networks.ts';
import { eventLine, infoAnswer, versionAnswer } from './client/schemas.ts';
import { broken, send } from './client/send.ts';
import { createVolumes } from './client/volumes.ts';
import { dial } from './endpoint/dial.ts';
import { locateEngine, unavailable, type LocateOptions } from './endpoint/locate.ts';
import type { Cancel, Docker, EngineAddress, EngineEvent, EngineUp, EventOptions, FindRegistryAuth } from './types.ts';

/** The newest API whose answers we have read; a newer Engine is asked for this one. */
const newestApi = '1.47';

interface Found {
  readonly address: EngineAddress;
  apiPrefix?: string | undefined;
}

export interface DockerOptions extends LocateOptions {
  /** Without it images are pulled as nobody. */
  readonly registryAuth?: FindRegistryAuth | undefined;
}

/** The Docker Engine of this user. It is looked for when it is first needed, and again after it could not be reached. */
export function createDocker(options: DockerOptions): Docker {
  let found: Found | undefined;

  async function locate({ signal }: Cancel): Promise<Found> {
    found ??= { address: await locateEngine(options, { signal }) };
    return found;
  }

  async function connectTo(place: Found, signal: AbortSignal | undefined): Promise<Duplex> {
    try {
      return await dial(place.address.route, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      if (found === place) found = undefined;
      throw unavailable([`${place.address.url}: ${error instanceof Error ? error.message : String(error)}`]);
    }
  }

  /** An Engine that went away may have come back elsewhere: one more search before giving up. */
  async function connect({ signal }: Cancel = {}): Promise<Duplex> {
    const known = found;
    if (known) {
      try {
        return await connectTo(known, signal);
      } catch {
        signal?.throwIfAborted();
      }
    }
    return await connectTo(await locate({ signal }), signal);
  }

  async function apiPrefix(cancel: Cancel): Promise<string> {
    const place = await locate(cancel);
    if (place.apiPrefix !== undefined) return place.apiPrefix;
    const response = await send((signal) => connect({ signal }), {
      method: 'GET',
      path: '/version',
      apiPrefix: '',
      ...cancelOf(cancel),
    });
    const { apiVersion } = await askJson(() => Promise.resolve(response), { method: 'GET', path: '' }, versionAnswer);
    const prefix = `/v${lowerVersion(apiVersion, newestApi)}`;
    place.apiPrefix = prefix;
    return prefix;
  }

  const sendRequest: SendRequest = async (request) =>
    await send((signal) => connect({ signal }), { ...request, apiPrefix: await apiPrefix(cancelOf(request)) });

  async function* events({ signal, filters }: EventOptions): AsyncGenerator<EngineUp | EngineEvent> {
    const query = { filters: filtersText(filters) };
    const { stream } = await ask(sendRequest, { method: 'GET', path: '/events', query, signal });
    try {
      yield { type: 'up' };
      yield* jsonLines(stream, eventLine);
    } catch (error) {
      throw broken(error, signal);
    } finally {
      // An Engine that ended may come back as another version.
      if (found) found.apiPrefix = undefined;
    }
  }

  return {
    address: async (cancel = {}) => (await locate(cancel)).address,
    connect,
    request: sendRequest,
    version: (cancel = {}) =>
      askJson(sendRequest, { method: 'GET', path: '/version', ...cancelOf(cancel) }, versionAnswer),
    info: (cancel = {}) => askJson(sendRequest, { method: 'GET', path: '/info', ...cancelOf(cancel) }, infoAnswer),
    events,
    containers: createContainers({
      sendRequest,
      open: async (cancel) => ({ apiPrefix: await apiPrefix(cancel), connection: await connect(cancel) }),
    }),
    images: createImages(sendRequest, options),
    networks: createNetworks(sendRequest),
    volumes: createVolumes(sendRequest),
  };
}

function lowerVersion(one: string, other: string): string {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor) ? one : other;
}
