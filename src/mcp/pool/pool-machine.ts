import { AppError } from '#core';
import type { PoolPolicy, PoolStatus } from '../types.ts';
import {
  deadlineOf,
  fail,
  forgive,
  isCurrent,
  isHot,
  isIdle,
  isUnspent,
  newLane,
  serverGone,
  statusOf,
  unavailable,
  type Instance,
  type Lane,
} from './lane.ts';
import type { PoolEffects, PoolEvent, PoolLimits } from './types.ts';

export interface PoolMachine {
  handle(event: PoolEvent): void;
  status(time: number): readonly PoolStatus[];
  /** Instances that are not ended yet. */
  size(): number;
}

/** Which instance of which server serves whom. Deterministic: what it does follows from the events alone. */
export function createPoolMachine(limits: PoolLimits, effects: PoolEffects): PoolMachine {
  const lanes = new Map<string, Lane>();
  const instances = new Map<number, Instance>();
  const waits = new Map<number, Lane>();
  const uses = new Map<number, Instance>();
  let lastInstance = 0;
  let closing = false;

  function wanted({ use, server, session, time }: PoolEvent & { type: 'Wanted' }): void {
    const lane = lanes.get(server);
    if (closing) return effects.refuse(use, stopping());
    if (!lane?.policy) return effects.refuse(use, serverGone({ server, policy: undefined }));
    lane.lastUsed = time;
    lane.waiting.push({ use, session });
    waits.set(use, lane);
  }

  function left(use: number, time: number): void {
    const lane = waits.get(use);
    if (lane) {
      waits.delete(use);
      lane.waiting = lane.waiting.filter((one) => one.use !== use);
      return;
    }
    const instance = uses.get(use);
    if (!instance) return;
    uses.delete(use);
    instance.uses.delete(use);
    if (instance.state === 'stopping') return;
    // It started, and did what it was asked for.
    forgive(instance.lane);
    instance.lane.lastUsed = time;
    instance.idleSince = time;
    if (instance.uses.size > 0) return;
    if (!isCurrent(instance) || instance.lane.policy?.mode === 'fresh') stop(instance);
  }

  function stop(instance: Instance): void {
    if (instance.state === 'stopping') return;
    instance.state = 'stopping';
    effects.stop(instance.id);
  }

  function forget(instance: Instance): void {
    for (const use of instance.uses) uses.delete(use);
    instances.delete(instance.id);
    instance.lane.instances.delete(instance);
    if (!instance.lane.policy && instance.lane.instances.size === 0) lanes.delete(instance.lane.server);
  }

  function configure(servers: ReadonlyMap<string, PoolPolicy>): void {
    for (const [server, policy] of servers) {
      const lane = lanes.get(server);
      if (!lane) lanes.set(server, newLane(server, policy));
      else {
        if (lane.policy?.revision !== policy.revision) forgive(lane);
        lane.policy = policy;
      }
    }
    for (const lane of lanes.values()) {
      if (!servers.has(lane.server)) {
        const gone = serverGone(lane);
        lane.policy = undefined;
        refuseAll(lane, gone);
        if (lane.instances.size === 0) lanes.delete(lane.server);
      }
      for (const instance of lane.instances) if (!isCurrent(instance) && instance.uses.size === 0) stop(instance);
    }
  }

  function refuseAll(lane: Lane, error: AppError): void {
    for (const { use } of lane.waiting.splice(0)) refuse(use, error);
  }

  function refuse(use: number, error: AppError): void {
    waits.delete(use);
    effects.refuse(use, error);
  }

  function endSession(session: string): void {
    for (const lane of lanes.values()) {
      const [ended, others] = parted(lane.waiting, (one) => one.session === session);
      lane.waiting = others;
      for (const { use } of ended) refuse(use, new AppError('request.aborted', 'The session is over.'));
      for (const instance of lane.instances) if (instance.session === session) stop(instance);
    }
  }

  function startFailed(instance: Instance, error: AppError, time: number): void {
    const { lane, session, state } = instance;
    forget(instance);
    if (state === 'stopping') return;
    fail(lane, error, { time, limits });
    // The one that it was for; what others wait for may still come.
    const index = lane.waiting.findIndex((one) => session === undefined || one.session === session);
    const [first] = index < 0 ? [] : lane.waiting.splice(index, 1);
    if (first) refuse(first.use, error);
  }

  function gone(instance: Instance, error: AppError | undefined, time: number): void {
    const { lane, state, startedAt } = instance;
    forget(instance);
    if (state === 'stopping') return;
    if (time - startedAt < limits.provenMs) fail(lane, error, { time, limits });
    else forgive(lane);
  }

  function close(): void {
    closing = true;
    for (const lane of lanes.values()) {
      refuseAll(lane, stopping());
      for (const instance of lane.instances) stop(instance);
    }
  }

  function give(instance: Instance, { use }: { use: number }): void {
    waits.delete(use);
    uses.set(use, instance);
    instance.uses.add(use);
    instance.spent = true;
    effects.grant(use, instance.id);
  }

  /** Gives what is ready to who waits, in order of arrival. */
  function serve(lane: Lane, time: number): void {
    const fresh = lane.policy?.mode === 'fresh';
    for (const one of lane.waiting.slice()) {
      const instance = [...lane.instances].find(
        (candidate) =>
          isCurrent(candidate) &&
          candidate.state === 'ready' &&
          (fresh ? isUnspent(candidate) : candidate.session === one.session),
      );
      if (!instance) continue;
      lane.waiting = lane.waiting.filter((other) => other !== one);
      give(instance, one);
    }
    if (lane.retryAt <= time) return;
    // Nobody waits for a start that will not be tried.
    const covered = new Set(coveredBy(lane).map(({ use }) => use));
    const [, uncovered] = parted(lane.waiting, ({ use }) => covered.has(use));
    lane.waiting = lane.waiting.filter(({ use }) => covered.has(use));
    for (const { use } of uncovered) refuse(use, unavailable(lane, time));
  }

  function startingOf(lane: Lane): readonly Instance[] {
    return [...lane.instances].filter((instance) => isCurrent(instance) && instance.state === 'starting');
  }

  /** Who waits for an instance that is starting. */
  function coveredBy(lane: Lane): Lane['waiting'] {
    const starting = startingOf(lane);
    if (lane.policy?.mode === 'fresh') return lane.waiting.slice(0, starting.length);
    return lane.waiting.filter(({ session }) => starting.some((instance) => instance.session === session));
  }

  /** Ends what is ready or starting without a reason to be. */
  function trim(lane: Lane, time: number): void {
    const { policy } = lane;
    if (!policy) return;
    if (policy.mode === 'session') {
      const { idleMs = Number.POSITIVE_INFINITY } = policy;
      for (const instance of lane.instances) {
        if (isCurrent(instance) && isIdle(instance) && instance.idleSince + idleMs <= time) stop(instance);
      }
      return;
    }
    const ready = [...lane.instances].filter((instance) => isCurrent(instance) && isUnspent(instance));
    const spare = [...ready, ...startingOf(lane)];
    const wantedCount = lane.waiting.length + (isHot(lane, time) ? policy.warm : 0);
    // The last to come are the furthest from being ready.
    for (const instance of spare.slice(wantedCount)) stop(instance);
  }

  function roomIn(lane: Lane): number {
    const own = [...lane.instances].filter(({ state }) => state !== 'stopping').length;
    return Math.min((lane.policy?.maxInstances ?? 0) - own, limits.maxInstances - instances.size);
  }

  function start(lane: Lane, { policy, session, time }: { policy: PoolPolicy; session?: string; time: number }): void {
    lastInstance += 1;
    const instance: Instance = {
      id: lastInstance,
      lane,
      revision: policy.revision,
      session,
      state: 'starting',
      uses: new Set(),
      spent: false,
      startedAt: time,
      idleSince: time,
    };
    instances.set(instance.id, instance);
    lane.instances.add(instance);
    effects.start(instance.id, { server: lane.server, session });
  }

  /** Starts what somebody waits for, as far as there is room. */
  function startWanted(lane: Lane, time: number): void {
    const { policy } = lane;
    if (!policy || lane.retryAt > time) return;
    const covered = new Set(coveredBy(lane).map(({ use }) => use));
    const sessions = new Set<string>();
    for (const { use, session } of lane.waiting) {
      if (covered.has(use) || sessions.has(session)) continue;
      if (roomIn(lane) <= 0 && !makeRoom(lane)) return;
      if (policy.mode === 'session') sessions.add(session);
      start(lane, { policy, time, ...(policy.mode === 'session' && { session }) });
    }
  }

  /**
   * An instance that nobody uses gives way, one at a time: one that only waits ready for another server, else the one whose session
   * did nothing with it for longest. Whether there is room now.
   */
  function makeRoom(lane: Lane): boolean {
    const isFull = instances.size >= limits.maxInstances;
    const all = isFull ? [...instances.values()] : [...lane.instances];
    if (isFull && all.some(({ state }) => state === 'stopping')) return false;
    const spare = all.filter((one) => one.lane !== lane && one.session === undefined && isUnspent(one));
    const [ready] = spare.toSorted((one, other) => one.lane.lastUsed - other.lane.lastUsed);
    const kept = all.filter((one) => one.session !== undefined && isIdle(one));
    const [idle] = kept.toSorted((one, other) => one.idleSince - other.idleSince);
    const chosen = ready ?? idle;
    if (chosen) stop(chosen);
    return roomIn(lane) > 0;
  }

  function startWarm(lane: Lane, time: number): void {
    const { policy } = lane;
    if (policy?.mode !== 'fresh' || lane.retryAt > time || !isHot(lane, time)) return;
    const ready = [...lane.instances].filter((instance) => isCurrent(instance) && isUnspent(instance)).length;
    const missing = policy.warm + lane.waiting.length - ready - startingOf(lane).length;
    for (let count = 0; count < missing && roomIn(lane) > 0; count++) start(lane, { policy, time });
  }

  /** Lanes that an event can have changed: who is its subject, and who waits for room. */
  function lanesOf(event: PoolEvent): Set<Lane> {
    const subject = 'instance' in event ? instances.get(event.instance)?.lane : undefined;
    const server = 'server' in event ? lanes.get(event.server) : undefined;
    const used = 'use' in event ? (waits.get(event.use) ?? uses.get(event.use)?.lane) : undefined;
    const all = event.type === 'SessionEnded' || event.type === 'Woke';
    return new Set(all ? lanes.values() : [subject, server, used].filter((lane) => lane !== undefined));
  }

  function settle(touched: Set<Lane>, time: number): void {
    for (const lane of touched) {
      serve(lane, time);
      trim(lane, time);
    }
    // Who waits longest is first where room is short, and warm instances only get what is left.
    const hungry = [...touched].filter(({ waiting }) => waiting.length > 0);
    hungry.sort((one, other) => (one.waiting[0]?.use ?? 0) - (other.waiting[0]?.use ?? 0));
    for (const lane of hungry) startWanted(lane, time);
    const starved = hungry.some((lane) => coveredBy(lane).length < lane.waiting.length);
    if (!starved) for (const lane of touched) startWarm(lane, time);
    for (const lane of touched) lane.deadline = deadlineOf(lane, time);
    let next = Number.POSITIVE_INFINITY;
    for (const lane of lanes.values()) next = Math.min(next, lane.deadline);
    effects.wakeAt(Number.isFinite(next) ? next : undefined);
  }

  function apply(event: PoolEvent): void {
    const { time } = event;
    switch (event.type) {
      case 'Configured':
        return configure(event.servers);
      case 'Wanted':
        return wanted(event);
      case 'Left':
        return left(event.use, time);
      case 'SessionEnded':
        return endSession(event.session);
      case 'Closing':
        return close();
      case 'Woke':
        return;
      case 'Started':
      case 'StartFailed':
      case 'Gone':
      case 'Stopped':
    }
    const instance = instances.get(event.instance);
    if (!instance) return;
    if (event.type === 'StartFailed') startFailed(instance, event.error, time);
    else if (event.type === 'Gone') gone(instance, event.error, time);
    else if (event.type === 'Stopped') forget(instance);
    else if (instance.state === 'starting') {
      instance.state = 'ready';
      instance.startedAt = time;
      instance.idleSince = time;
    }
  }

  return {
    handle(event) {
      const touched = lanesOf(event);
      apply(event);
      if (closing) return;
      for (const lane of waits.values()) touched.add(lane);
      if (event.type === 'Configured') for (const lane of lanes.values()) touched.add(lane);
      settle(touched, event.time);
    },
    status: (time) => [...lanes.values()].filter(({ policy }) => policy).map((lane) => statusOf(lane, time)),
    size: () => instances.size,
  };
}

function parted<Item>(items: readonly Item[], test: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function stopping(): AppError {
  return new AppError('daemon.stopping', 'Gantry is stopping.');
}
