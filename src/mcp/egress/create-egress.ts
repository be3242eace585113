import { randomBytes } from 'node:crypto';
import type { Clock, Log } from '#core';
import { ensureNodeImage, type Cancel, type Docker } from '#docker';
import type { AllowedHost, ContainerLaunch } from '../types.ts';
import { hostsEntries, planProxies, proxyOrder, proxyPortFor, type ProxyGroup } from './plan-proxies.ts';
import { proxyProgram } from './proxy-program.ts';
import { removeNetwork } from './remove-network.ts';
import { startProxy, type NameLookup, type RunningProxy } from './start-proxy.ts';

export interface EgressOptions {
  readonly docker: Docker;
  /** The Node program to build the proxy's image of. */
  readonly node: string;
  /** On networks and proxies, so that they are found when their owner is gone. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names of what is in use. */
  readonly live: Set<string>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a way out stays when nobody uses it. */
  readonly lingerMs: number;
  readonly onLookup?: ((lookup: NameLookup) => void) | undefined;
}

/** How a container is connected to its way out. */
export interface EgressPlace {
  readonly mode: string;
  readonly dns: readonly string[];
  readonly extraHosts: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Once the container is gone. */
  leave(): void;
}

/** Ways out for servers that may only reach some hosts: an internal network for each server, and proxies that alone lead out of it. */
export interface McpEgress {
  /** @throws AppError `docker.*` */
  join(plan: ContainerLaunch, options: Cancel): Promise<EgressPlace>;
  close(): Promise<void>;
}

interface Way {
  readonly ready: Promise<Built>;
  users: number;
  cancelLinger: (() => void) | undefined;
}

interface Built {
  readonly network: string;
  readonly proxies: readonly RunningProxy[];
  readonly place: Omit<EgressPlace, 'leave'>;
}

const image = { repository: 'gantry-mcp-egress', program: proxyProgram, labels: { 'gantry.mcp': 'image' } };

export function createEgress(options: EgressOptions): McpEgress {
  const { docker, clock, log, live } = options;
  const ways = new Map<string, Way>();
  const endings = new Set<Promise<void>>();
  const closing = new AbortController();

  function wayFor(key: string, plan: ContainerLaunch, allow: readonly AllowedHost[]): Way {
    const known = ways.get(key);
    if (known) return known;
    const way: Way = {
      ready: build(plan, { allow, onEnded: () => forget(key, way) }),
      users: 0,
      cancelLinger: undefined,
    };
    ways.set(key, way);
    way.ready.catch(() => forget(key, way));
    return way;
  }

  /** Nobody joins it any more. */
  function forget(key: string, way: Way): void {
    if (ways.get(key) === way) ways.delete(key);
  }

  async function build(
    plan: ContainerLaunch,
    { allow, onEnded }: { allow: readonly AllowedHost[]; onEnded: () => void },
  ): Promise<Built> {
    const { server, extraHosts } = plan;
    const { signal } = closing;
    const network = nameFor(server);
    const proxies: RunningProxy[] = [];
    live.add(network);
    try {
      const name = await ensureNodeImage(docker, image, { node: options.node, log, signal });
      await docker.networks.create({
        Name: network,
        Internal: true,
        Labels: { ...options.labels, 'gantry.mcp': 'network', 'docker-mcp-name': server },
        // The machine itself is not on it either.
        Options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' },
      });
      const elsewhere: Record<string, string> = {};
      const hosts: string[] = [];
      const start = async (group: ProxyGroup): Promise<RunningProxy> => {
        const order = { ...proxyOrder(group, { allow, elsewhere }), tellNames: options.onLookup !== undefined };
        const proxy = await startProxy(
          { ...options, onEnded },
          { name: nameFor(`${server}-egress`), image: name, network, server, extraHosts, order, signal },
        );
        proxies.push(proxy);
        hosts.push(...hostsEntries(group, proxy.address));
        return proxy;
      };
      const [first = [], ...others] = planProxies(allow);
      for (const group of others) {
        const { address } = await start(group);
        for (const { host } of group) elsewhere[host] = address;
      }
      const { address } = await start(first);
      const url = `http://${address}:${proxyPortFor(allow)}`;
      return {
        network,
        proxies,
        place: { mode: network, dns: [address], extraHosts: hosts, env: proxyVariables(url) },
      };
    } catch (error) {
      await takeDown(network, proxies);
      throw error;
    }
  }

  async function takeDown(network: string, proxies: readonly RunningProxy[]): Promise<void> {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    try {
      await removeNetwork(docker, network, { clock });
    } catch (error) {
      // The next look for leftovers takes it.
      log.warn('a network could not be removed', { network, error });
    }
    live.delete(network);
  }

  function end(key: string, way: Way): void {
    forget(key, way);
    const ending = way.ready.then(
      ({ network, proxies }) => takeDown(network, proxies),
      () => undefined,
    );
    endings.add(ending);
    void ending.finally(() => endings.delete(ending));
  }

  function leave(key: string, way: Way): void {
    way.users -= 1;
    if (way.users > 0) return;
    if (closing.signal.aborted || ways.get(key) !== way) end(key, way);
    else way.cancelLinger = clock.schedule(options.lingerMs, () => end(key, way));
  }

  return {
    async join(plan, { signal }) {
      const allow = plan.network.kind === 'egress' ? plan.network.allow : [];
      const key = JSON.stringify([plan.server, allow, plan.extraHosts]);
      const way = wayFor(key, plan, allow);
      way.users += 1;
      way.cancelLinger?.();
      way.cancelLinger = undefined;
      try {
        const { place } = await unlessAborted(way.ready, signal);
        let isLeft = false;
        return {
          ...place,
          leave() {
            if (!isLeft) leave(key, way);
            isLeft = true;
          },
        };
      } catch (error) {
        leave(key, way);
        throw error;
      }
    },
    async close() {
      closing.abort();
      for (const [key, way] of ways) {
        way.cancelLinger?.();
        end(key, way);
      }
      await Promise.all(endings);
    },
  };
}

function nameFor(server: string): string {
  return `gantry-mcp-${server.replace(/[^A-Za-z0-9_.-]+/g, '-').slice(0, 40)}-${randomBytes(6).toString('hex')}`;
}

function proxyVariables(url: string): Readonly<Record<string, string>> {
  const names = ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [name, name.toUpperCase()]);
  const local = 'localhost,127.0.0.1,::1';
  return { ...Object.fromEntries(names.map((name) => [name, url])), no_proxy: local, NO_PROXY: local };
}

async function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return await promise;
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
