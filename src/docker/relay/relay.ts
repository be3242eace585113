import { createHash } from 'node:crypto';
import { AppError, createMutex, toAppError, type Clock, type Log } from '#core';
import { followEngine } from '../follow-engine.ts';
import type { Cancel, ContainerSpec, ContainerSummary, Docker, EngineEvent, EngineUp } from '../types.ts';
import { isEnding, isWanted, moveFor, type WantedNetworks } from './membership.ts';
import { ensureRelayImage, relayLabel } from './relay-image.ts';
import { relaySocketFolder } from './relay-program.ts';

export interface RelayOptions {
  readonly docker: Docker;
  /** Tells relays of several daemons apart. */
  readonly home: string;
  /** The folder with the daemon's socket for containers, `relay.sock`. */
  readonly socketFolder: string;
  /** The Node program to build the image of. */
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RelayStatus {
  readonly state: 'off' | 'running' | 'stopped';
  readonly networks: WantedNetworks;
  /** Names of the networks where it answers now. */
  readonly joined: readonly string[];
  readonly container: string | undefined;
}

/**
 * A small container that is `model-runner.docker.internal` on users' networks, so that their containers need no extra_hosts. It
 * reaches the daemon through a socket in a folder of its own; no port is opened. What it is to do is in its labels, so that the
 * Engine alone knows it, and a daemon that starts takes it up again.
 */
export interface Relay {
  status(options?: Cancel): Promise<RelayStatus>;
  /** @throws AppError `docker.*` */
  enable(networks: WantedNetworks, options?: Cancel): Promise<RelayStatus>;
  disable(options?: Cancel): Promise<void>;
  close(): Promise<void>;
}

const alias = 'model-runner.docker.internal';
const networksLabel = `${relayLabel}.networks`;
const readyLimitMs = 20_000;
/** A container that was told to end and goes on counts again after this. */
const endingMs = 30_000;

export function createRelay(options: RelayOptions): Relay {
  const { docker, home, clock, log } = options;
  const { containers, networks, images } = docker;
  const mutex = createMutex();
  const closing = new AbortController();
  /** Containers that end, and how to stop waiting for it. */
  const ending = new Map<string, () => void>();
  /** The relay as last seen, for what cannot wait for the Engine to name it. */
  let current: { readonly id: string; readonly wanted: WantedNetworks } | undefined;
  const underWay = new Set<Promise<void>>();
  /** Who is in which network; asking the Engine would take longer than Docker's clients leave us. */
  const members = new Map<string, Set<string>>();

  function keep(task: Promise<void>): void {
    underWay.add(task);
    void task.finally(() => underWay.delete(task));
  }

  async function find(cancel: Cancel): Promise<ContainerSummary | undefined> {
    const filters = { label: [`${relayLabel}=${home}`] };
    return (await containers.list({ ...cancel, all: true, filters }))[0];
  }

  async function status(cancel: Cancel = {}): Promise<RelayStatus> {
    const found = await find(cancel);
    if (!found) return { state: 'off', networks: [], joined: [], container: undefined };
    const wanted = wantedOf(found);
    const facts = await containers.inspect(found.id, cancel);
    return {
      state: facts.state.running ? 'running' : 'stopped',
      networks: wanted,
      joined: Object.keys(facts.networks).filter((name) => name !== 'bridge'),
      container: facts.name,
    };
  }

  async function enable(wanted: WantedNetworks, cancel: Cancel): Promise<RelayStatus> {
    const known = await networks.list(cancel);
    if (wanted !== 'all') {
      for (const name of wanted) {
        if (!known.some((network) => isWanted(network, [name]))) throw noNetwork(name);
      }
    }
    const image = await ensureRelayImage(docker, { node: options.node, log, ...cancel });
    await removeContainer(cancel);
    const id = await containers.create(relaySpec({ ...options, image, wanted }), {
      ...cancel,
      name: `gantry-relay-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`,
    });
    try {
      // Those named are joined at once; with all, those that have somebody to serve.
      if (wanted !== 'all') {
        for (const network of known) if (isWanted(network, wanted)) await join(network.id, id, cancel);
      }
      await containers.start(id, cancel);
      await untilReady(id, cancel);
      current = { id, wanted };
      await moveAll(current, cancel);
    } catch (error) {
      await containers.remove(id).catch(() => undefined);
      throw error;
    }
    return await status(cancel);
  }

  async function untilReady(id: string, { signal }: Cancel): Promise<void> {
    const limit = AbortSignal.timeout(readyLimitMs);
    const either = signal ? AbortSignal.any([signal, limit]) : limit;
    let said = '';
    try {
      for await (const { bytes } of containers.logs(id, { follow: true, signal: either })) {
        said += bytes.toString('utf8');
        if (said.startsWith('ready\n')) return;
        if (said.includes('\n')) break;
      }
    } catch (error) {
      if (!limit.aborted) throw error;
    }
    const reason = said.trim().slice(0, 200) || 'it said nothing';
    throw new AppError('docker.failed', `The relay cannot reach Gantry from its container: ${reason}.`, {
      hint: 'The Engine must run on this machine and not in a virtual machine: the relay is given a socket of this machine.',
      params: { reason: 'relay', detail: reason },
    });
  }

  async function join(network: string, relay: string, cancel: Cancel): Promise<void> {
    await networks.connect(network, relay, { ...cancel, aliases: [alias] });
    log.info('the relay joined a network', { network });
  }

  async function move(network: string, relay: { id: string; wanted: WantedNetworks }, cancel: Cancel): Promise<void> {
    const facts = await networks.inspect(network, cancel);
    const step = moveFor(facts, { wanted: relay.wanted, relay: relay.id, ending: new Set(ending.keys()) });
    if (step === 'join') await join(facts.id, relay.id, cancel);
    else if (step === 'leave') await networks.disconnect(facts.id, relay.id, cancel);
  }

  async function moveAll(relay: { id: string; wanted: WantedNetworks }, cancel: Cancel): Promise<void> {
    for (const network of await networks.list(cancel)) {
      if (!isWanted(network, relay.wanted)) continue;
      const { containers: inside } = await networks.inspect(network.id, cancel);
      members.set(network.id, new Set(inside));
      // Joined before anybody came: who named it waits for somebody.
      if (inside.some((id) => id !== relay.id)) await move(network.id, relay, cancel);
    }
  }

  async function removeContainer(cancel: Cancel): Promise<void> {
    const filters = { label: [`${relayLabel}=${home}`] };
    for (const { id } of await containers.list({ ...cancel, all: true, filters })) await containers.remove(id, cancel);
  }

  async function disable(cancel: Cancel): Promise<void> {
    current = undefined;
    await removeContainer(cancel);
    // Another daemon's relay may be of the same image.
    if ((await containers.list({ ...cancel, all: true, filters: { label: [relayLabel] } })).length > 0) return;
    for (const { id } of await images.list({ ...cancel, filters: { label: [`${relayLabel}=image`] } })) {
      await images.remove(id, cancel);
    }
  }

  async function onEvent(event: EngineUp | EngineEvent): Promise<void> {
    const { signal } = closing;
    const found = await find({ signal });
    const member = event.type === 'event' ? memberOf(event) : undefined;
    if (!found) current = undefined;
    if (!found || found.id === member) return;
    const relay = { id: found.id, wanted: wantedOf(found) };
    current = relay;
    if (event.type === 'up') {
      await containers.start(relay.id, { signal });
      await moveAll(relay, { signal });
    } else if (event.kind === 'network') await move(event.id, relay, { signal });
    else await moveAround(event.id, relay, { signal });
  }

  /** To where a container is, or away from there. */
  async function moveAround(
    container: string,
    relay: { id: string; wanted: WantedNetworks },
    cancel: Cancel,
  ): Promise<void> {
    const facts = await containers.inspect(container, cancel);
    for (const network of Object.keys(facts.networks)) await move(network, relay, cancel);
  }

  function markEnding(container: string): void {
    ending.get(container)?.();
    const stop = clock.schedule(endingMs, () => {
      ending.delete(container);
      void handle({ type: 'event', kind: 'container', action: 'goes on', id: container, attributes: {} });
    });
    ending.set(container, stop);
  }

  function unmark(container: string): void {
    ending.get(container)?.();
    ending.delete(container);
  }

  /**
   * Ahead of the queue of events: who ends the last container of a network removes the network next, and cannot while the relay is
   * in it. What goes wrong here is set right, or told, when the event's turn comes.
   */
  async function leaveAtOnce(container: string): Promise<void> {
    const relay = current;
    if (!relay || relay.id === container) return;
    const cancel = { signal: closing.signal };
    const left = [...members].filter(([, inside]) => {
      if (!inside.has(container) || !inside.has(relay.id)) return false;
      return [...inside].every((id) => id === relay.id || ending.has(id));
    });
    await Promise.all(left.map(([network]) => networks.disconnect(network, relay.id, cancel)));
  }

  /** Keeps who is where, from what the Engine tells. */
  function note({ action, id: network }: EngineEvent, container: string): void {
    const inside = members.get(network) ?? new Set();
    if (action === 'connect') members.set(network, inside.add(container));
    else if (inside.delete(container) && inside.size === 0) members.delete(network);
  }

  /** Resolves when the relay is where it should be; a failure is logged. */
  async function handle(event: EngineUp | EngineEvent): Promise<void> {
    try {
      await mutex.run(() => onEvent(event));
    } catch (error) {
      // A network or a container that is gone by now needs no relay.
      if (!closing.signal.aborted && toAppError(error).code !== 'docker.not_found') {
        log.warn('the relay did not follow', { error });
      }
    }
  }

  async function watch(): Promise<void> {
    const { signal } = closing;
    const filters = { type: ['network', 'container'], event: ['connect', 'disconnect', 'kill', 'die'] };
    for await (const event of followEngine(docker, { clock, signal, filters })) {
      if (event.type === 'event') {
        const member = memberOf(event);
        if (event.action === 'connect' && member !== undefined) unmark(member);
        if (event.kind === 'network' && member !== undefined) note(event, member);
        if (event.kind === 'container') {
          if (!isEnding(event)) continue;
          markEnding(event.id);
          keep(leaveAtOnce(event.id).catch(() => undefined));
        }
      }
      keep(handle(event));
    }
  }

  const watching = watch();
  return {
    status,
    enable: (wanted, cancel = {}) => mutex.run(() => enable(wanted, cancel)),
    disable: (cancel = {}) => mutex.run(() => disable(cancel)),
    async close() {
      closing.abort();
      for (const stop of ending.values()) stop();
      await watching;
      await Promise.all(underWay);
    },
  };
}

/** The container that an event is about. */
function memberOf({ kind, id, attributes }: EngineEvent): string | undefined {
  return kind === 'container' ? id : attributes['container'];
}

function relaySpec({
  image,
  wanted,
  home,
  socketFolder,
}: RelayOptions & { image: string; wanted: WantedNetworks }): ContainerSpec {
  return {
    Image: image,
    Labels: { [relayLabel]: home, [networksLabel]: wanted === 'all' ? 'all' : `=${wanted.join(',')}` },
    HostConfig: {
      // Always there, so that the container starts again whichever networks are gone.
      NetworkMode: 'bridge',
      Mounts: [{ Type: 'bind', Source: socketFolder, Target: relaySocketFolder, ReadOnly: true }],
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: 128 * 1024 * 1024,
      MemorySwap: 128 * 1024 * 1024,
      PidsLimit: 64,
      // Nobody in particular may listen on port 80 in there.
      Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0' },
      RestartPolicy: { Name: 'unless-stopped' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
    },
  };
}

function wantedOf({ labels }: ContainerSummary): WantedNetworks {
  const text = labels[networksLabel] ?? '';
  return text === 'all' ? 'all' : text.slice(1).split(',');
}

function noNetwork(name: string): AppError {
  return new AppError('docker.not_found', `There is no network ${name} that containers can find names on.`, {
    hint: 'List networks with: docker network ls',
    params: { reason: 'network', network: name },
  });
}
