import type { EngineEvent, NetworkFacts } from '../types.ts';

/** Networks that containers shall find models on: these, or all that users make. */
export type WantedNetworks = 'all' | readonly string[];

export function isWanted({ id, name, driver }: NetworkFacts, wanted: WantedNetworks): boolean {
  // Docker's own networks have no names for containers.
  if (name === 'bridge' || name === 'host' || name === 'none' || name === 'ingress') return false;
  return wanted === 'all' ? driver === 'bridge' : wanted.includes(name) || wanted.includes(id);
}

/**
 * Whether the relay should come to a network or go. It is there while others are: `docker compose down` and `docker network rm`
 * refuse to remove a network with somebody in it. They come right after the last container ends, so those that are `ending` no
 * longer count.
 */
export function moveFor(
  network: NetworkFacts,
  { wanted, relay, ending }: { wanted: WantedNetworks; relay: string; ending: ReadonlySet<string> },
): 'join' | 'leave' | 'stay' {
  if (!isWanted(network, wanted)) return 'stay';
  const inside = network.containers.includes(relay);
  const others = network.containers.some((id) => id !== relay && !ending.has(id));
  if (others === inside) return 'stay';
  return others ? 'join' : 'leave';
}

/** Signals that ask a program to read its settings again, or to pause, by number (HUP, USR1, USR2, CONT, STOP, TSTP) or name. */
const harmless = /^(?:1|10|12|18|19|20|(?:SIG)?(?:HUP|USR1|USR2|CONT|STOP|TSTP))$/i;

/** Whether an event of a container says that it ends. */
export function isEnding({ action, attributes }: Pick<EngineEvent, 'action' | 'attributes'>): boolean {
  return action === 'die' || (action === 'kill' && !harmless.test(attributes['signal'] ?? ''));
}
