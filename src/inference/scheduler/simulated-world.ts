import { AppError } from '#core';
import { createScheduler } from './scheduler.ts';
import {
  defaultPolicy,
  type Effects,
  type Policy,
  type Refusal,
  type RunnerSpec,
  type SchedulerEvent,
  type StopReason,
} from './types.ts';

export type RequestFate = 'waiting' | 'granted' | 'ended' | 'left' | 'lost' | 'refused';

export interface SimulatedRequest {
  readonly id: number;
  readonly lane: string;
  readonly arrivedAt: number;
  readonly modest: boolean;
  fate: RequestFate;
  runner?: SimulatedRunner;
  grantedAt?: number;
  refusal?: Refusal;
  position?: number;
}

export interface SimulatedRunner {
  readonly id: number;
  readonly lane: string;
  readonly spec: RunnerSpec;
  state: 'loading' | 'ready' | 'stopping';
  readonly active: Set<number>;
  lastUsed: number;
  stopReason?: StopReason;
}

type EventBody = SchedulerEvent extends infer E ? (E extends unknown ? Omit<E, 'time'> : never) : never;

/** For tests: a world in which nothing happens by itself, which checks every effect the moment the scheduler asks for it. */
export class SimulatedWorld {
  now = 0;
  wakeAt: number | undefined;
  policy: Policy;
  deadlineOver = false;
  readonly wanted = new Map<string, RunnerSpec>();
  readonly requests = new Map<number, SimulatedRequest>();
  readonly runners = new Map<number, SimulatedRunner>();
  readonly log: string[] = [];
  readonly #scheduler;
  #lastRequest = 0;
  #evictedNow: SimulatedRunner[] = [];
  #shrinking = false;

  constructor(policy: Partial<Policy> & { budgetBytes: number }) {
    this.policy = { ...defaultPolicy, queueLimit: 512, ...policy };
    this.#scheduler = createScheduler(this.policy, this.#effects());
  }

  send(body: EventBody): void {
    const idleBefore = this.#idleRunners();
    const claimsBefore = this.#claims();
    this.#evictedNow = [];
    // A smaller budget evicts until what is loaded fits, also long after it was set.
    this.#shrinking = this.#taken() > this.policy.budgetBytes;
    this.log.push(`${this.now} ${body.type}`);
    this.#scheduler.handle({ ...body, time: this.now } as SchedulerEvent);
    this.#checkAfter({ idleBefore, claimsBefore, shrunk: body.type === 'ConfigChanged' });
  }

  arrive(
    lane: string,
    spec: RunnerSpec,
    { keepAliveMs, modest = false }: { keepAliveMs?: number | undefined; modest?: boolean } = {},
  ): SimulatedRequest {
    this.#lastRequest += 1;
    const request: SimulatedRequest = { id: this.#lastRequest, lane, arrivedAt: this.now, modest, fate: 'waiting' };
    this.requests.set(request.id, request);
    this.wanted.set(lane, spec);
    this.send({ type: 'RequestArrived', request: request.id, lane, spec, keepAliveMs, modest });
    return request;
  }

  leave(request: SimulatedRequest): void {
    if (request.fate === 'waiting') request.fate = 'left';
    this.send({ type: 'RequestLeft', request: request.id });
  }

  end(request: SimulatedRequest): void {
    if (request.fate === 'granted') {
      request.fate = 'ended';
      request.runner?.active.delete(request.id);
      if (request.runner) request.runner.lastUsed = this.now;
    }
    this.send({ type: 'RequestEnded', request: request.id });
  }

  finishLoad(runner: SimulatedRunner): void {
    if (runner.state === 'loading') {
      runner.state = 'ready';
      this.send({ type: 'LoadFinished', runner: runner.id });
    }
  }

  failLoad(runner: SimulatedRunner, { retryable }: { retryable: boolean }): void {
    if (runner.state !== 'loading') return;
    this.runners.delete(runner.id);
    this.send({ type: 'LoadFailed', runner: runner.id, error: new AppError('backend.failed', 'It broke.'), retryable });
  }

  crash(runner: SimulatedRunner): void {
    if (runner.state !== 'ready') return;
    this.runners.delete(runner.id);
    this.send({ type: 'RunnerExited', runner: runner.id, error: new AppError('backend.crashed', 'It crashed.') });
    this.#expect(runner.active.size === 0, 'a crash voids every lease of its runner');
  }

  finishStop(runner: SimulatedRunner): void {
    if (runner.state !== 'stopping') return;
    this.runners.delete(runner.id);
    this.send({ type: 'StopFinished', runner: runner.id });
  }

  reconfigure(lane: string, spec: RunnerSpec): void {
    this.wanted.set(lane, spec);
    this.send({ type: 'ConfigChanged', policy: this.policy, lanes: new Map([[lane, spec]]) });
  }

  setBudget(budgetBytes: number): void {
    this.policy = { ...this.policy, budgetBytes };
    this.send({ type: 'ConfigChanged', policy: this.policy, lanes: new Map() });
  }

  /** Moves time, stopping at every moment the scheduler asked to be woken. */
  advance(ms: number): void {
    const until = this.now + ms;
    while (this.wakeAt !== undefined && this.wakeAt <= until) this.fireTimer();
    this.now = until;
  }

  fireTimer(): void {
    this.now = Math.max(this.now, this.wakeAt ?? this.now);
    this.wakeAt = undefined;
    this.send({ type: 'TimerFired' });
  }

  with(fate: RequestFate): SimulatedRequest[] {
    return [...this.requests.values()].filter((request) => request.fate === fate);
  }

  inState(state: SimulatedRunner['state']): SimulatedRunner[] {
    return [...this.runners.values()].filter((runner) => runner.state === state);
  }

  runnerOf(lane: string): SimulatedRunner | undefined {
    return [...this.runners.values()].find((runner) => runner.lane === lane);
  }

  views() {
    return this.#scheduler.runners();
  }

  /** Lets everything that has begun come to its end. */
  settle(): void {
    for (let round = 0; round < 5000; round += 1) {
      for (const runner of this.inState('loading')) this.finishLoad(runner);
      for (const request of this.with('granted')) this.end(request);
      for (const runner of this.inState('stopping')) this.finishStop(runner);
      if (this.with('waiting').length + this.with('granted').length === 0) return;
      if (this.wakeAt !== undefined && this.inState('loading').length + this.inState('stopping').length === 0) {
        this.fireTimer();
      }
    }
    throw new Error(`${this.with('waiting').length} requests wait for ever`);
  }

  #queue(lane: string): SimulatedRequest[] {
    return this.with('waiting').filter((request) => request.lane === lane);
  }

  #idleRunners(): SimulatedRunner[] {
    return this.inState('ready').filter(
      (runner) =>
        runner.active.size === 0 && !this.wanted.get(runner.lane)?.pinned && this.#queue(runner.lane).length === 0,
    );
  }

  #claims(): number {
    const lanes = new Set(this.with('waiting').map(({ lane }) => lane));
    return [...lanes].filter((lane) => this.runnerOf(lane)?.state !== 'ready').length;
  }

  #taken(): number {
    return [...this.runners.values()].reduce((total, { spec }) => total + spec.bytes, 0);
  }

  #expect(holds: boolean, rule: string): void {
    if (!holds) throw new Error(`broken: ${rule}\n${this.log.slice(-30).join('\n')}`);
  }

  #checkAfter(before: { idleBefore: SimulatedRunner[]; claimsBefore: number; shrunk: boolean }): void {
    for (const lane of this.wanted.keys()) {
      const waiting = this.#queue(lane).length;
      const { parallel } = this.wanted.get(lane) ?? { parallel: 0 };
      this.#expect(waiting <= this.policy.queueLimit + parallel, 'a queue never grows beyond its limit');
    }
    const running = [...this.runners.values()].some(({ state }) => state !== 'stopping');
    if (this.deadlineOver) this.#expect(!running, 'after the deadline every runner stops');
    const others = this.with('waiting').some(({ lane }) => this.#wants(lane));
    for (const runner of this.inState('ready')) {
      const free = runner.active.size < runner.spec.parallel && !this.#isStale(runner);
      this.#expect(
        others || !free || this.#queue(runner.lane).length === 0,
        'no request waits beside a free place unless another model waits for memory',
      );
      this.#expect(!this.#isStale(runner) || runner.active.size > 0, 'an idle runner with an old config is stopped');
    }
    if (before.shrunk || before.claimsBefore > 1 || this.#claims() > 1) return;
    for (const victim of this.#evictedNow) {
      const older = before.idleBefore.find(
        (other) =>
          other.state === 'ready' &&
          other.active.size === 0 &&
          other.lane !== victim.lane &&
          other.lastUsed < victim.lastUsed &&
          other.spec.bytes >= victim.spec.bytes &&
          before.idleBefore.includes(victim),
      );
      this.#expect(older === undefined, 'the least recently used goes first');
    }
  }

  #wants(lane: string): boolean {
    const runner = this.runnerOf(lane);
    return runner === undefined || runner.state === 'stopping' || this.#isStale(runner);
  }

  #isStale(runner: SimulatedRunner): boolean {
    return this.wanted.get(runner.lane)?.configId !== runner.spec.configId;
  }

  #effects(): Effects {
    return {
      startRunner: (id, lane) => {
        const spec = this.wanted.get(lane);
        if (spec === undefined) throw new Error(`no spec for ${lane}`);
        this.log.push(`  start ${id} ${lane}`);
        this.#expect(this.runnerOf(lane) === undefined, 'a lane has one runner at most');
        this.#expect(this.#queue(lane).length > 0, 'nothing is loaded that nobody waits for');
        this.#expect(this.#taken() + spec.bytes <= this.policy.budgetBytes, 'the memory budget is never exceeded');
        this.runners.set(id, { id, lane, spec, state: 'loading', active: new Set(), lastUsed: this.now });
      },
      stopRunner: (id, reason) => {
        const runner = this.runners.get(id);
        this.log.push(`  stop ${id} ${reason}`);
        this.#expect(runner !== undefined && runner.state !== 'stopping', 'a runner is stopped once');
        if (runner === undefined) return;
        this.#expect(runner.active.size === 0, 'no runner is stopped while it serves');
        const pinned = this.wanted.get(runner.lane)?.pinned;
        this.#expect(reason !== 'evicted' || !pinned, 'a pinned runner is never evicted');
        const somebodyNeedsIt = this.#shrinking || this.with('waiting').some(({ modest }) => !modest);
        this.#expect(reason !== 'evicted' || somebodyNeedsIt, 'nobody is evicted for a load ahead of requests');
        if (reason === 'evicted') this.#evictedNow.push(runner);
        runner.state = 'stopping';
        runner.stopReason = reason;
      },
      grant: (id, runnerId) => {
        const request = this.requests.get(id);
        const runner = this.runners.get(runnerId);
        this.log.push(`  grant ${id} ${runnerId}`);
        this.#expect(request?.fate === 'waiting', 'only a waiting request gets a place');
        this.#expect(runner?.state === 'ready', 'a place is given in a ready runner only');
        if (request === undefined || runner === undefined) return;
        this.#expect(runner.lane === request.lane, 'a request is served by the model it asked for');
        this.#expect(!this.#isStale(runner), 'the effective config equals the requested config');
        this.#expect(this.#queue(request.lane)[0] === request, 'a lane serves in order of arrival');
        this.#expect(runner.active.size < runner.spec.parallel, 'no runner has more leases than places');
        request.fate = 'granted';
        request.runner = runner;
        request.grantedAt = this.now;
        runner.active.add(id);
        runner.lastUsed = this.now;
      },
      refuse: (id, refusal) => {
        const request = this.requests.get(id);
        this.log.push(`  refuse ${id} ${refusal.reason}`);
        this.#expect(request?.fate === 'waiting', 'only a waiting request is refused');
        if (request === undefined) return;
        if (refusal.reason === 'queue_full') {
          this.#expect(this.#queue(request.lane).length > this.policy.queueLimit, 'a queue with room refuses nobody');
          this.#expect(refusal.retryAfterSeconds >= 1 && refusal.position >= 1, 'a refusal says when to come back');
        }
        this.#expect(refusal.reason !== 'no_room' || request.modest, 'room is made for whoever does not load ahead');
        request.fate = 'refused';
        request.refusal = refusal;
      },
      queued: (id, position) => {
        const request = this.requests.get(id);
        this.#expect(request?.fate === 'waiting', 'only a waiting request has a position');
        if (request === undefined) return;
        this.#expect(
          position >= 1 && this.#queue(request.lane)[position - 1] === request,
          'a position is the true one',
        );
        request.position = position;
      },
      revoke: (id) => {
        const request = this.requests.get(id);
        this.log.push(`  revoke ${id}`);
        this.#expect(request?.fate === 'granted', 'only a granted lease is revoked');
        if (request === undefined) return;
        const lives = request.runner !== undefined && this.runners.has(request.runner.id);
        this.#expect(!lives || this.deadlineOver, 'a living runner keeps its leases until the deadline');
        request.runner?.active.delete(id);
        request.fate = 'lost';
      },
      wakeAt: (time) => {
        this.#expect(time > this.now, 'a timer lies ahead');
        this.wakeAt = time;
      },
    };
  }
}
