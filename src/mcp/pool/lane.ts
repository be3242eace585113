import { AppError } from '#core';
import type { PoolPolicy, PoolStatus } from '../types.ts';
import type { PoolLimits } from './types.ts';

export interface Instance {
  readonly id: number;
  readonly lane: Lane;
  readonly revision: string;
  /** Whose it is; undefined for one that nobody has used. */
  readonly session: string | undefined;
  state: 'starting' | 'ready' | 'stopping';
  readonly uses: Set<number>;
  /** It was in use once. */
  spent: boolean;
  startedAt: number;
  idleSince: number;
}

export interface Waiting {
  readonly use: number;
  readonly session: string;
}

/** What there is of one server. */
export interface Lane {
  readonly server: string;
  /** Undefined once the server is no longer there, until its last instance ended. */
  policy: PoolPolicy | undefined;
  readonly instances: Set<Instance>;
  waiting: Waiting[];
  failures: number;
  lastError: AppError | undefined;
  retryAt: number;
  lastUsed: number;
  /** When something is to be done though nothing happens. */
  deadline: number;
}

export function newLane(server: string, policy: PoolPolicy): Lane {
  return {
    server,
    policy,
    instances: new Set(),
    waiting: [],
    failures: 0,
    lastError: undefined,
    retryAt: Number.NEGATIVE_INFINITY,
    lastUsed: Number.NEGATIVE_INFINITY,
    deadline: Number.POSITIVE_INFINITY,
  };
}

/** Of the lane's present policy, and not ending. */
export function isCurrent({ lane, revision, state }: Instance): boolean {
  return state !== 'stopping' && lane.policy?.revision === revision;
}

export function isIdle(instance: Instance): boolean {
  return instance.state === 'ready' && instance.uses.size === 0;
}

/** Ready for the first use of all. */
export function isUnspent(instance: Instance): boolean {
  return isIdle(instance) && !instance.spent;
}

/** The server was used so lately that instances are kept ready for it. */
export function isHot({ lastUsed, policy }: Lane, time: number): boolean {
  return lastUsed > Number.NEGATIVE_INFINITY && (policy?.idleMs === undefined || lastUsed + policy.idleMs > time);
}

export function fail(
  lane: Lane,
  error: AppError | undefined,
  { time, limits }: { time: number; limits: PoolLimits },
): void {
  // A person has to do something first, and what they did counts at once. Nothing starts by itself meanwhile.
  if (error?.code === 'mcp.oauth_required' && !hasWarm(lane)) return;
  lane.failures += 1;
  lane.lastError = error;
  const pause = Math.min(limits.firstPauseMs * 2 ** (lane.failures - 1), limits.longestPauseMs);
  lane.retryAt = time + pause;
}

function hasWarm({ policy }: Lane): boolean {
  return policy?.mode === 'fresh' && policy.warm > 0;
}

export function forgive(lane: Lane): void {
  lane.failures = 0;
  lane.lastError = undefined;
  lane.retryAt = Number.NEGATIVE_INFINITY;
}

export function deadlineOf({ policy, ...lane }: Lane, time: number): number {
  if (!policy) return Number.POSITIVE_INFINITY;
  const { mode, warm, idleMs = Number.POSITIVE_INFINITY } = policy;
  if (mode === 'session') {
    return [...lane.instances].reduce(
      (first, instance) => (isIdle(instance) ? Math.min(first, instance.idleSince + idleMs) : first),
      Number.POSITIVE_INFINITY,
    );
  }
  const cold = lane.lastUsed + idleMs;
  if (warm === 0 || cold <= time) return Number.POSITIVE_INFINITY;
  return lane.retryAt > time && lane.retryAt < cold ? lane.retryAt : cold;
}

export function unavailable(lane: Lane, time: number): AppError {
  const { failures, lastError, retryAt } = lane;
  const server = nameOf(lane);
  const seconds = Math.max(1, Math.ceil((retryAt - time) / 1000));
  const reason = lastError?.message ?? 'it ended without saying why.';
  return new AppError('mcp.server_unavailable', `${server} cannot be started at present: ${reason}`, {
    hint: lastError?.hint ?? `It is tried again in ${seconds} s.`,
    params: { ...lastError?.params, server, failures, retryAfterSeconds: seconds },
    cause: lastError,
  });
}

function nameOf({ server, policy }: Pick<Lane, 'server' | 'policy'>): string {
  return policy?.name ?? server;
}

export function serverGone(lane: Pick<Lane, 'server' | 'policy'>): AppError {
  const server = nameOf(lane);
  return new AppError('mcp.server_not_found', `There is no server ${server} that is enabled.`, {
    hint: 'See which are with: gantry mcp profile server ls',
    params: { server },
  });
}

export function statusOf({ server, instances, waiting, failures, lastError, retryAt }: Lane, time: number): PoolStatus {
  const all = [...instances];
  return {
    server,
    starting: all.filter(({ state }) => state === 'starting').length,
    idle: all.filter(isIdle).length,
    inUse: all.filter(({ state, uses }) => state === 'ready' && uses.size > 0).length,
    waiting: waiting.length,
    failures,
    lastError,
    retryAt: retryAt > time ? retryAt : undefined,
  };
}
