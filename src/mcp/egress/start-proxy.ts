import { AppError, deferred, type Clock, type Log } from '#core';
import type { Attachment, Cancel, Docker } from '#docker';
import { z } from 'zod';
import type { ProxyOrder } from './proxy-program.ts';

/** A name that a server asked the DNS of its way out for. */
export interface NameLookup {
  readonly server: string;
  readonly name: string;
  readonly isAllowed: boolean;
}

export interface ProxyDeps {
  readonly docker: Docker;
  readonly labels: Readonly<Record<string, string>>;
  readonly live: Set<string>;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of each name that the server asks for, if anybody wants to know. */
  readonly onLookup?: ((lookup: NameLookup) => void) | undefined;
  /** It ended by itself. */
  readonly onEnded: () => void;
}

export interface WantedProxy extends Cancel {
  readonly name: string;
  readonly image: string;
  readonly network: string;
  readonly server: string;
  readonly extraHosts: readonly string[];
  readonly order: ProxyOrder;
}

export interface RunningProxy {
  /** Its address in the server's network. */
  readonly address: string;
  /** Resolves when it is gone. */
  stop(): Promise<void>;
}

const readyLimitMs = 20_000;
const lookup = z.object({ lookup: z.string(), allowed: z.boolean() });
const refusal = z.object({ refused: z.string(), port: z.number(), why: z.string() });

/** A container that is in the server's network and in Docker's own, and lets through what its order says. @throws AppError `docker.*` */
export async function startProxy(deps: ProxyDeps, wanted: WantedProxy): Promise<RunningProxy> {
  const { docker, live, log } = deps;
  const { containers, networks } = docker;
  const { name, network, server, signal } = wanted;
  let isStopped = false;
  let attachment: Attachment | undefined;
  live.add(name);

  async function stop(): Promise<void> {
    isStopped = true;
    try {
      await containers.remove(name);
    } catch (error) {
      log.warn('a proxy could not be removed', { server, container: name, error });
    }
    attachment?.close();
    live.delete(name);
  }

  try {
    await containers.create(specOf(deps, wanted), { name });
    await networks.connect(network, name, { signal });
    attachment = await containers.attach(name);
    const ready = deferred<void>();
    const cancel = deps.clock.schedule(readyLimitMs, () => ready.reject(notReady(server, 'it did not say that it is')));
    void listen(attachment, ready).finally(() => {
      if (!isStopped) {
        log.warn('the proxy of a server ended', { server, container: name });
        deps.onEnded();
      }
    });
    await containers.start(name, { signal });
    await ready.promise.finally(cancel);
    const facts = await containers.inspect(name, { signal });
    const address = facts.networks[network]?.ipAddress;
    if (!address) throw notReady(server, 'it has no address');
    return { address, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  async function listen(
    { output }: Attachment,
    ready: { resolve: () => void; reject: (error: unknown) => void },
  ): Promise<void> {
    let pending = '';
    try {
      for await (const { bytes } of output) {
        const lines = `${pending}${bytes.toString('utf8')}`.slice(-10_000).split('\n');
        pending = lines.pop() ?? '';
        for (const line of lines) hear(line, ready);
      }
    } catch (error) {
      log.debug('the output of a proxy broke off', { server, error });
    }
    ready.reject(notReady(server, pending === '' ? 'it ended' : pending));
  }

  function hear(line: string, ready: { resolve: () => void; reject: (error: unknown) => void }): void {
    if (line === 'ready') return ready.resolve();
    if (line.startsWith('failed ')) return ready.reject(notReady(server, line.slice('failed '.length)));
    const asked = lookup.safeParse(jsonOf(line)).data;
    if (asked) return deps.onLookup?.({ server, name: asked.lookup, isAllowed: asked.allowed });
    const { data } = refusal.safeParse(jsonOf(line));
    if (data)
      log.warn('a server was refused a host that its entry does not allow', {
        server,
        host: data.refused,
        port: data.port,
        why: data.why,
      });
    else log.debug('a proxy said something', { server, line: line.slice(0, 300) });
  }
}

function specOf(
  { labels }: ProxyDeps,
  { image, server, extraHosts, order }: WantedProxy,
): Parameters<Docker['containers']['create']>[0] {
  return {
    Image: image,
    Env: [`EGRESS=${JSON.stringify(order)}`],
    Labels: { ...labels, 'gantry.mcp': 'proxy', 'docker-mcp-proxy': 'true', 'docker-mcp-name': server },
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      AutoRemove: true,
      NetworkMode: 'bridge',
      ExtraHosts: extraHosts,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: 128 * 1024 ** 2,
      MemorySwap: 128 * 1024 ** 2,
      PidsLimit: 64,
      // Nobody in particular listens on the ports of the hosts that it stands in for.
      Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
      LogConfig: { Type: 'none' },
    },
  };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function notReady(server: string, reason: string): AppError {
  return new AppError('docker.failed', `The proxy of ${server} did not become ready: ${reason}.`, {
    params: { reason: 'proxy', server, detail: reason.slice(0, 200) },
  });
}
