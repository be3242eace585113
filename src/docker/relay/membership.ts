import type { NetworkFacts } from '../types.ts';

/** Networks that containers shall find models on: these, or all that users make. */
export type WantedNetworks = 'all' | readonly string[];

export function isWanted({ id, name, driver }: NetworkFacts, wanted: WantedNetworks): boolean {
  // Docker's own networks have no names for containers.
  if (name === 'bridge' || name === 'host' || name === 'none' || name === 'ingress') return false;
  return wanted === 'all' ? driver === 'bridge' : wanted.includes(name) || wanted.includes(id);
}

/**
 * Whether the relay should come to a network or go. It is there while others are: `docker compose down` and `docker network rm`
 * refuse to remove a network with somebody in it.
 */
export function moveFor(
  network: NetworkFacts,
  { wanted, relay }: { wanted: WantedNetworks; relay: string },
): 'join' | 'leave' | 'stay' {
  if (!isWanted(network, wanted)) return 'stay';
  const inside = network.containers.includes(relay);
  const others = network.containers.some((id) => id !== relay);
  if (others === inside) return 'stay';
  return others ? 'join' : 'leave';
}
