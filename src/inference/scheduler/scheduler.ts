import { AppError } from '#core';
import { isFull, queueLength, retryAfterSeconds, tellPositions } from './queue.ts';
import { chooseVictims, planRoom, type Claim, type Occupant } from './room.ts';
import {
  average,
  expiryOf,
  isProven,
  isStale,
  isUnwanted,
  isUsable,
  newLane,
  viewOf,
  type Lane,
  type LaneFailure,
  type RequestState,
  type Runner,
} from './state.ts';
import type { Effects, Policy, Refusal, RunnerSpec, RunnerView, SchedulerEvent, StopReason, Time } from './types.ts';

export interface Scheduler {
  handle(event: SchedulerEvent): void;
  runners(): readonly RunnerView[];
}

/** The state machine of README.md beside this folder. Deterministic: what it does follows from the events alone. */
export function createScheduler(initial: Policy, effects: Effects): Scheduler {
  let policy = initial;
  let phase: 'serving' | 'draining' = 'serving';
  let lastRunner = 0;
  let wake = Number.POSITIVE_INFINITY;
  /** The budget may have become smaller than what is loaded. */
  let overBudget = false;
  const lanes = new Map<string, Lane>();
  const requests = new Map<number, RequestState>();
  const runners = new Map<number, Runner>();

  function laneOf(runner: Runner): Lane {
    const lane = lanes.get(runner.lane);
    if (lane === undefined) throw new AppError('internal', `Runner ${runner.id} has no lane ${runner.lane}.`);
    return lane;
  }

  function arrive(event: SchedulerEvent & { type: 'RequestArrived' }): void {
    const { request, spec, time } = event;
    if (phase === 'draining') return effects.refuse(request, { reason: 'stopping' });
    const lane = lanes.get(event.lane) ?? newLane(event.lane, spec);
    lanes.set(event.lane, lane);
    want(lane, spec);
    if (isFull(lane, policy)) {
      const position = queueLength(lane) + 1;
      return effects.refuse(request, { reason: 'queue_full', position, retryAfterSeconds: retryAfterSeconds(lane) });
    }
    if (lane.waiting.length === 0 && time >= lane.retryAt + policy.maxBackoffMs) lane.failures = 0;
    lane.waiting.push({ request, keepAliveMs: event.keepAliveMs, modest: event.modest ?? false, told: 0 });
    lane.positionsChanged = true;
    requests.set(request, { state: 'waiting', lane });
  }

  function want(lane: Lane, spec: RunnerSpec): void {
    if (lane.spec.configId !== spec.configId) {
      // What failed was something else.
      lane.failures = 0;
      lane.retryAt = Number.NEGATIVE_INFINITY;
    }
    lane.spec = spec;
  }

  function neverFits(lane: Lane): Refusal | undefined {
    const pinned = [...runners.values()].filter((runner) => {
      const other = laneOf(runner);
      return other !== lane && other.spec.pinned && isUsable(other);
    });
    const pinnedBytes = pinned.reduce((total, { spec }) => total + spec.bytes, 0);
    const needBytes = lane.spec.bytes;
    if (needBytes <= policy.budgetBytes - pinnedBytes) return undefined;
    return { reason: 'too_large', needBytes, budgetBytes: policy.budgetBytes, pinnedBytes };
  }

  function leave(request: number): void {
    const found = requests.get(request);
    if (found?.state !== 'waiting') return;
    requests.delete(request);
    const index = found.lane.waiting.findIndex((waiting) => waiting.request === request);
    found.lane.waiting.splice(index, 1);
    found.lane.positionsChanged = true;
  }

  function end(request: number, time: Time): void {
    const found = requests.get(request);
    if (found?.state !== 'granted') return;
    requests.delete(request);
    const { runner, grantedAt } = found;
    runner.active.delete(request);
    runner.firstEndAt ??= time;
    runner.lastUsed = time;
    if (runner.active.size === 0 && runner.phase.state === 'ready') runner.phase = { ...runner.phase, idleSince: time };
    const lane = laneOf(runner);
    lane.serviceMs = average(lane.serviceMs, time - grantedAt);
  }

  function loaded(runner: Runner, time: Time): void {
    if (runner.phase.state !== 'loading') return;
    runner.phase = { state: 'ready', readyAt: time, idleSince: time };
    const lane = laneOf(runner);
    lane.loadMs = average(lane.loadMs, time - runner.startedAt);
  }

  function remove(runner: Runner): Lane {
    const lane = laneOf(runner);
    for (const request of runner.active) revoke(request);
    runner.active.clear();
    runners.delete(runner.id);
    lane.runner = undefined;
    return lane;
  }

  function revoke(request: number): void {
    requests.delete(request);
    effects.revoke(request);
  }

  function failed(runner: Runner, failure: LaneFailure & { time: Time }): void {
    const { time, error, retryable } = failure;
    const lane = remove(runner);
    lane.failures = isProven(runner, time) ? 1 : lane.failures + 1;
    lane.retryAt = time + Math.min(policy.maxBackoffMs, policy.backoffMs * 2 ** (lane.failures - 1));
    if (retryable && lane.failures < policy.maxFailures) return;
    refuseAll(lane, { reason: 'failed', error, attempts: lane.failures });
    lane.failures = 0;
    lane.retryAt = time;
  }

  function refuseAll(lane: Lane, refusal: Refusal): void {
    for (const { request } of lane.waiting.splice(0)) {
      requests.delete(request);
      effects.refuse(request, refusal);
    }
  }

  function stop(runner: Runner, reason: StopReason): void {
    if (runner.phase.state === 'stopping') return;
    runner.phase = { state: 'stopping' };
    for (const request of runner.active) revoke(request);
    runner.active.clear();
    effects.stopRunner(runner.id, reason);
  }

  function changeConfig(event: SchedulerEvent & { type: 'ConfigChanged' }): void {
    policy = event.policy;
    overBudget = true;
    for (const [name, wanted] of event.lanes) {
      const lane = lanes.get(name);
      if (lane === undefined) continue;
      if (wanted instanceof AppError) refuseAll(lane, { reason: 'failed', error: wanted, attempts: 0 });
      else want(lane, wanted);
    }
  }

  function forget(name: string): void {
    const lane = lanes.get(name);
    if (lane?.runner === undefined && lane?.waiting.length === 0) lanes.delete(name);
  }

  function apply(event: SchedulerEvent): void {
    switch (event.type) {
      case 'RequestArrived':
        return arrive(event);
      case 'RequestLeft':
        return leave(event.request);
      case 'RequestEnded':
        return end(event.request, event.time);
      case 'ConfigChanged':
        return changeConfig(event);
      case 'TimerFired':
        wake = Number.POSITIVE_INFINITY;
        return;
      case 'UnloadAsked':
        for (const runner of runners.values()) {
          const asked = event.lanes === 'all' || event.lanes.has(runner.lane);
          if (asked && isUnwanted(laneOf(runner), runner)) stop(runner, 'unload');
        }
        return;
      case 'LanesForgotten':
        for (const name of event.lanes) forget(name);
        return;
      case 'DrainStarted':
        phase = 'draining';
        for (const lane of lanes.values()) refuseAll(lane, { reason: 'stopping' });
        return;
      case 'DrainExpired':
        for (const runner of runners.values()) stop(runner, 'draining');
        return;
      default:
        return applyToRunner(event);
    }
  }

  function applyToRunner(
    event: SchedulerEvent & { type: 'LoadFinished' | 'LoadFailed' | 'RunnerExited' | 'StopFinished' },
  ): void {
    const runner = runners.get(event.runner);
    if (runner === undefined) return;
    // What happens to a runner that is being stopped ends with StopFinished; until then its memory counts as taken.
    const stopping = runner.phase.state === 'stopping';
    if (event.type === 'StopFinished') {
      const lane = remove(runner);
      if (runner.firstEndAt !== undefined) lane.failures = 0;
    } else if (stopping) return;
    else if (event.type === 'LoadFinished') loaded(runner, event.time);
    else failed(runner, { ...event, retryable: event.type === 'RunnerExited' || event.retryable });
  }

  function stopUseless(): void {
    for (const runner of runners.values()) {
      const lane = laneOf(runner);
      if (!isUnwanted(lane, runner)) continue;
      if (isStale(lane, runner)) stop(runner, 'config changed');
      else if (phase === 'draining') stop(runner, 'draining');
    }
    if (overBudget) shrinkToBudget();
  }

  function shrinkToBudget(): void {
    const staying = occupants().filter(({ use }) => use !== 'leaving');
    const excess = staying.reduce((total, { bytes }) => total + bytes, 0) - policy.budgetBytes;
    overBudget = excess > 0;
    if (!overBudget) return;
    const idle = staying.filter(({ use }) => use === 'idle');
    const victims = chooseVictims(idle, excess) ?? idle;
    for (const { runner } of victims) stopById(runner);
  }

  function stopById(id: number): void {
    const runner = runners.get(id);
    if (runner) stop(runner, 'evicted');
  }

  function occupants(): readonly Occupant[] {
    return [...runners.values()].map((runner) => {
      const lane = laneOf(runner);
      const base = { runner: runner.id, bytes: runner.spec.bytes, active: runner.active.size };
      if (runner.phase.state === 'stopping' || isStale(lane, runner)) return { ...base, use: 'leaving', since: 0 };
      if (lane.spec.pinned) return { ...base, use: 'pinned', since: 0 };
      if (isUnwanted(lane, runner)) return { ...base, use: 'idle', since: runner.lastUsed ?? runner.startedAt };
      if (runner.phase.state === 'loading') return { ...base, use: 'loading', since: runner.startedAt };
      return { ...base, use: 'busy', since: runner.phase.readyAt };
    });
  }

  /** Memory that is or will be taken without this lane: runners that stay, and what others wait for. */
  function takenBeside(lane: Lane): number {
    const staying = occupants().filter(({ use }) => use !== 'leaving');
    const waiting = [...lanes.values()].filter(
      (other) => other !== lane && other.waiting.length > 0 && !isUsable(other),
    );
    return [...staying, ...waiting.map(({ spec }) => spec)].reduce((total, { bytes }) => total + bytes, 0);
  }

  function refuseModest(): void {
    for (const lane of lanes.values()) {
      if (lane.waiting.length === 0 || isUsable(lane) || !lane.waiting.every(({ modest }) => modest)) continue;
      if (takenBeside(lane) + lane.spec.bytes > policy.budgetBytes) refuseAll(lane, { reason: 'no_room' });
    }
  }

  function claims(time: Time): readonly Claim[] {
    const result: Claim[] = [];
    for (const lane of lanes.values()) {
      if (lane.waiting.length > 0 && !isUsable(lane)) {
        const refusal = neverFits(lane);
        if (refusal) refuseAll(lane, refusal);
      }
      if (lane.waiting.length === 0 || isUsable(lane)) {
        lane.claimedAt = undefined;
        continue;
      }
      lane.claimedAt ??= time;
      if (lane.retryAt > time) continue;
      result.push({
        lane: lane.name,
        bytes: lane.spec.bytes,
        since: lane.claimedAt,
        blocked: lane.runner !== undefined,
      });
    }
    return result.toSorted((a, b) => a.since - b.since);
  }

  /** Returns the runners that must not take new requests and when to look again. */
  function makeRoom(time: Time): { yielding: ReadonlySet<number>; nextTurnEnd: Time | undefined } {
    refuseModest();
    const waiting = claims(time);
    if (waiting.length === 0) return { yielding: new Set(), nextTurnEnd: undefined };
    const { budgetBytes, turnMs } = policy;
    const plan = planRoom({ claims: waiting, occupants: occupants(), budgetBytes, turnMs, time });
    for (const id of plan.evict) stopById(id);
    for (const name of plan.start) {
      const lane = lanes.get(name);
      if (lane) start(lane, time);
    }
    return plan;
  }

  function start(lane: Lane, time: Time): void {
    lastRunner += 1;
    const runner: Runner = {
      id: lastRunner,
      lane: lane.name,
      spec: lane.spec,
      startedAt: time,
      phase: { state: 'loading' },
      active: new Set(),
      keepAliveOverrideMs: undefined,
      firstEndAt: undefined,
      lastUsed: undefined,
    };
    runners.set(runner.id, runner);
    lane.runner = runner;
    lane.claimedAt = undefined;
    effects.startRunner(runner.id, lane.name, runner.spec);
  }

  function grantPlaces(lane: Lane, time: Time): void {
    const runner = lane.runner;
    if (runner?.phase.state !== 'ready' || !isUsable(lane)) return;
    while (runner.active.size < runner.spec.parallel) {
      const next = lane.waiting.shift();
      if (next === undefined) return;
      lane.positionsChanged = true;
      runner.active.add(next.request);
      runner.lastUsed = time;
      runner.phase = { ...runner.phase, idleSince: undefined };
      if (next.keepAliveMs !== undefined) runner.keepAliveOverrideMs = next.keepAliveMs;
      requests.set(next.request, { state: 'granted', runner, grantedAt: time });
      effects.grant(next.request, runner.id);
    }
  }

  /** Brings everything to where it can go at `time`, and asks to be woken when time alone changes that. */
  function settle(time: Time): void {
    stopUseless();
    const { yielding, nextTurnEnd } = makeRoom(time);
    let next = nextTurnEnd ?? Number.POSITIVE_INFINITY;
    for (const lane of lanes.values()) {
      const { runner } = lane;
      if (runner && !yielding.has(runner.id)) grantPlaces(lane, time);
      const expiresAt = runner && isUnwanted(lane, runner) ? expiryOf(lane, runner) : undefined;
      if (runner && expiresAt !== undefined && expiresAt <= time) stop(runner, 'idle');
      else if (expiresAt !== undefined) next = Math.min(next, expiresAt);
      if (lane.waiting.length > 0 && lane.retryAt > time) next = Math.min(next, lane.retryAt);
      const more = tellPositions(lane, { time, tell: (request, position) => effects.queued(request, position) });
      if (more !== undefined) next = Math.min(next, more);
    }
    if (next < wake) {
      wake = next;
      effects.wakeAt(next);
    }
  }

  return {
    handle(event) {
      apply(event);
      settle(event.time);
    },
    runners: () => [...runners.values()].map((runner) => viewOf(laneOf(runner), runner)),
  };
}
