import type { Lane } from './state.ts';
import type { Policy, Time } from './types.ts';

// Before anything was observed.
const assumedServiceMs = 1000;
const assumedLoadMs = 2000;
const longestRetrySeconds = 600;

/** How often a waiting client is told a new position at most. */
const tellEveryMs = 250;

/** Requests that wait beyond the places its runner has or will have. */
export function queueLength(lane: Lane): number {
  const places = lane.spec.parallel - (lane.runner?.active.size ?? 0);
  return Math.max(0, lane.waiting.length - Math.max(0, places));
}

export function isFull(lane: Lane, { queueLimit }: Policy): boolean {
  const places = lane.spec.parallel - (lane.runner?.active.size ?? 0);
  return lane.waiting.length + 1 - Math.max(0, places) > queueLimit;
}

/**
 * Seconds until the queue as it is now has been served: the average time in a runner times the requests ahead, divided
 * by the places, plus the average load time when no runner is ready; rounded up, from 1 to 600.
 */
export function retryAfterSeconds(lane: Lane): number {
  const ahead = lane.waiting.length + (lane.runner?.active.size ?? 0);
  const servingMs = ((lane.serviceMs ?? assumedServiceMs) * ahead) / lane.spec.parallel;
  const loadingMs = lane.runner?.phase.state === 'ready' ? 0 : (lane.loadMs ?? assumedLoadMs);
  return Math.min(longestRetrySeconds, Math.max(1, Math.ceil((servingMs + loadingMs) / 1000)));
}

/** Tells newcomers at once and others at most every 250 ms. Returns when there is more to tell. */
export function tellPositions(
  lane: Lane,
  { time, tell }: { time: Time; tell: (request: number, position: number) => void },
): Time | undefined {
  if (!lane.positionsChanged) return undefined;
  const everybody = time >= lane.toldAt + tellEveryMs;
  for (let index = lane.waiting.length - 1; index >= 0; index -= 1) {
    const waiting = lane.waiting[index];
    if (waiting === undefined || (!everybody && waiting.told !== 0)) break;
    if (waiting.told === index + 1) continue;
    waiting.told = index + 1;
    tell(waiting.request, index + 1);
  }
  if (everybody) {
    lane.positionsChanged = false;
    lane.toldAt = time;
    return undefined;
  }
  return lane.toldAt + tellEveryMs;
}
