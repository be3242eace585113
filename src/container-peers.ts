import type { RequestListener, ServerResponse } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { Clock, Log } from '#core';
import type { NetworkFacts, Networks } from '#docker';

/** Whether an address belongs to a container of this machine, or to the machine itself on one of Docker's bridges. */
export interface ContainerPeers {
  admits(address: string | undefined): true | Promise<boolean>;
}

const freshMs = 60_000;

/**
 * The address on Docker's bridge is reached by every container, whichever of Docker's networks it is on, and also by machines of
 * the network that send us what is for it. The subnets of the bridges tell them apart. They change with the networks, so the
 * Engine is asked again for an address that is in none of those known.
 */
export function createContainerPeers({
  docker,
  clock,
  log,
}: {
  readonly docker: { readonly networks: Pick<Networks, 'list'> };
  readonly clock: Clock;
  readonly log: Log;
}): ContainerPeers {
  let known: BlockList | undefined;
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    try {
      known = listOf(bridgeSubnets(await docker.networks.list()));
      askedAtMs = clock.monotonic();
    } catch (error) {
      // While it restarts its containers may go on, and those of before are still told.
      log.warn('the networks of containers are not known', { error });
    } finally {
      asking = undefined;
    }
  }

  return {
    admits(address = '') {
      const isKnown = contains(known, address);
      if (isKnown && clock.monotonic() - askedAtMs < freshMs) return true;
      asking ??= ask();
      return isKnown ? true : asking.then(() => contains(known, address));
    },
  };
}

/** Lets containers ask, and tells others that they may not. */
export function onlyContainers(listener: RequestListener, peers: ContainerPeers): RequestListener {
  return (request, response) => {
    const verdict = peers.admits(request.socket.remoteAddress);
    if (verdict === true) {
      listener(request, response);
      return;
    }
    void verdict.then((admitted) => {
      if (admitted) listener(request, response);
      else refuse(response);
    });
  };
}

function refuse(response: ServerResponse): void {
  const error = {
    message: 'Only containers of this machine may use this address.',
    type: 'permission_error',
    param: null,
    code: 'request.forbidden',
  };
  response
    .writeHead(403, { 'content-type': 'application/json', connection: 'close' })
    .end(`${JSON.stringify({ error })}\n`);
}

/** The subnets whose addresses only this machine gives. Those of macvlan and its kin are of the network outside. */
export function bridgeSubnets(networks: readonly NetworkFacts[]): readonly string[] {
  return networks
    .filter(({ driver }) => driver === 'bridge')
    .flatMap(({ subnets }) => subnets.map(({ subnet }) => subnet));
}

/** `172.17.0.0/16`, `fd00::/64`; what is no subnet has no addresses. */
export function isInSubnets(address: string, subnets: readonly string[]): boolean {
  return contains(listOf(subnets), address);
}

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [, network = '', bits = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(subnet) ?? [];
    const family = familyOf(network);
    if (family && Number(bits) <= (family === 'ipv4' ? 32 : 128)) list.addSubnet(network, Number(bits), family);
  }
  return list;
}

function contains(list: BlockList | undefined, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = familyOf(plain);
  return family !== undefined && list?.check(plain, family) === true;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}
