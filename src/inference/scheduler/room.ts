import type { Time } from './types.ts';

/** A lane whose requests wait and that has no runner for them. */
export interface Claim {
  readonly lane: string;
  readonly bytes: number;
  readonly since: Time;
  /** Its own outdated runner still lives, so it cannot start yet. */
  readonly blocked: boolean;
}

/** A runner that holds memory. */
export interface Occupant {
  readonly runner: number;
  readonly bytes: number;
  /**
   * `leaving`: stops, or will as soon as it is idle. `idle`: nobody uses it or waits for it. `busy`: in use or about to be.
   * `loading`: others wait for it. `pinned`: never evicted.
   */
  readonly use: 'leaving' | 'idle' | 'busy' | 'loading' | 'pinned';
  /** `idle`: last use. `busy`: when its turn began. */
  readonly since: Time;
  readonly active: number;
}

export interface RoomPlan {
  readonly start: readonly string[];
  readonly evict: readonly number[];
  /** Runners whose turn is over: they take no new requests until the claim is met. */
  readonly yielding: ReadonlySet<number>;
  /** When the next turn ends. */
  readonly nextTurnEnd: Time | undefined;
}

export interface RoomQuestion {
  /** Oldest first. */
  readonly claims: readonly Claim[];
  readonly occupants: readonly Occupant[];
  readonly budgetBytes: number;
  readonly turnMs: number;
  readonly time: Time;
}

/**
 * Decides which claims start now and who makes room for the others. Claims are met oldest first; a younger one may go
 * ahead only into room that no older one counts on. Nothing is evicted before all room for a claim can be had.
 */
export function planRoom({ claims, occupants, budgetBytes, turnMs, time }: RoomQuestion): RoomPlan {
  const start: string[] = [];
  const evict: number[] = [];
  const yielding = new Set<number>();
  let nextTurnEnd: Time | undefined;
  let free = budgetBytes - sum(occupants);
  // Free once everything that leaves is gone and every older claim is met.
  let promised = free + sum(occupants.filter(({ use }) => use === 'leaving'));
  let candidates = occupants.filter(({ use }) => use !== 'leaving' && use !== 'pinned');

  for (const claim of claims) {
    if (!claim.blocked && claim.bytes <= free && claim.bytes <= promised) {
      start.push(claim.lane);
      free -= claim.bytes;
      promised -= claim.bytes;
      continue;
    }
    const victims = chooseVictims(candidates, claim.bytes - promised);
    // Older claims count on all there is.
    if (victims === undefined) break;
    const turnEnd = (victim: Occupant): Time => Math.max(claim.since, victim.since) + turnMs;
    const isOver = (victim: Occupant): boolean =>
      victim.use === 'idle' || (victim.use === 'busy' && turnEnd(victim) <= time);
    if (victims.every((victim) => isOver(victim) && victim.active === 0)) {
      evict.push(...victims.map(({ runner }) => runner));
    }
    for (const victim of victims) {
      if (victim.use !== 'busy') continue;
      if (isOver(victim)) yielding.add(victim.runner);
      else nextTurnEnd = Math.min(nextTurnEnd ?? Number.POSITIVE_INFINITY, turnEnd(victim));
    }
    promised += sum(victims) - claim.bytes;
    candidates = candidates.filter((candidate) => !victims.includes(candidate));
  }
  return { start, evict, yielding, nextTurnEnd };
}

const order = { idle: 0, busy: 1, loading: 2, pinned: 3, leaving: 3 } as const;

/**
 * The fewest that free `bytes`, least recently used first, idle ones before busy ones; undefined when all together do
 * not suffice.
 */
export function chooseVictims(candidates: readonly Occupant[], bytes: number): readonly Occupant[] | undefined {
  const sorted = candidates.toSorted((a, b) => order[a.use] - order[b.use] || a.since - b.since || a.runner - b.runner);
  const chosen: Occupant[] = [];
  let missing = bytes;
  for (const candidate of sorted) {
    if (missing <= 0) break;
    chosen.push(candidate);
    missing -= candidate.bytes;
  }
  if (missing > 0) return undefined;
  // The last one is needed; earlier ones may not be any more, and the more recently used are spared first.
  let surplus = -missing;
  for (const candidate of chosen.slice(0, -1).toReversed()) {
    if (candidate.bytes > surplus) continue;
    surplus -= candidate.bytes;
    chosen.splice(chosen.indexOf(candidate), 1);
  }
  return chosen;
}

function sum(occupants: readonly Occupant[]): number {
  return occupants.reduce((total, { bytes }) => total + bytes, 0);
}
