import { AppError, deferred, toAppError, type Clock, type Deferred, type Digest, type Log } from '#core';
import type { Models } from '#models';
import { checkNamed } from './backend-of.ts';
import { isCrowded } from './crowded.ts';
import { createEvents, runnerEvent } from './events.ts';
import { createFleet, type RunnerReport } from './fleet.ts';
import { createPlans, laneName, type Planned } from './plans.ts';
import type { Machine } from './planning/machine.ts';
import type { InferenceSettings } from './planning/settings.ts';
import { createRaised } from './raised.ts';
import { inUseError, leftError, refusalError, stoppingError } from './refusals.ts';
import { createScheduler } from './scheduler/scheduler.ts';
import { defaultPolicy, type Effects, type Policy, type RunnerSpec, type SchedulerEvent } from './scheduler/types.ts';
import { backendTexts, statusOf } from './status.ts';
import type {
  AcquireOptions,
  Backend,
  Inference,
  InferenceEvent,
  Lease,
  RunnerFacts,
  Runtimes,
  UnloadReason,
} from './types.ts';

export interface InferenceDeps {
  readonly models: Pick<Models, 'get' | 'bundle'>;
  readonly runtimes: Pick<Runtimes, 'select'>;
  readonly backend: Backend;
  /** Read at every request; a new value takes effect at once. */
  readonly settings: () => InferenceSettings;
  readonly machine: Machine;
  /** Folder of the runners' sockets. */
  readonly runDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Changes whenever a reference may resolve to another model. Without it each request asks the store. */
  readonly revision?: (() => number | string) | undefined;
  readonly policy?: Partial<typeof defaultPolicy> | undefined;
}

/** Node fires longer timers at once; woken early, the scheduler asks again. */
const longestTimerMs = 2 ** 31 - 1;

interface Pending {
  readonly planned: Planned;
  readonly askedAt: number;
  readonly lease: Deferred<Lease>;
  readonly onQueued: ((position: number) => void) | undefined;
  readonly forget: () => void;
}

type PlanRequest = Pick<AcquireOptions, 'model' | 'mode' | 'contextSize'>;

interface Acquire extends AcquireOptions {
  readonly modest?: boolean | undefined;
}

/** Carries out what the scheduler decides, and tells it what happened. Everything that decides is in `scheduler/` and `planning/`. */
export function createInference(deps: InferenceDeps): Inference {
  const { clock } = deps;
  const log = deps.log.child({ component: 'inference' });
  const plans = createPlans(deps);
  const events = createEvents(log);
  const threadsOf = (runner: number): number => fleet.member(runner)?.planned.config.threads ?? 0;
  const othersAnswer = (runner: number): boolean =>
    isCrowded(runner, scheduler.runners(), { threadsOf, cpuCount: deps.machine.cpuCount });
  const fleet = createFleet({ ...deps, log, othersAnswer }, (event) => {
    observe(event);
    dispatch(event);
  });
  const stopReasons = new Map<number, UnloadReason>();
  const raised = createRaised(plans);
  const pending = new Map<number, Pending>();
  const lost = new Map<number, { readonly controller: AbortController; readonly runner: number }>();
  /** Latest plan of each lane, and the name its model was first asked for under. */
  const lanes = new Map<string, { planned: Planned; readonly modelName: string }>();
  const planOf = new WeakMap<RunnerSpec, Planned>();
  const drained = deferred<void>();
  let closing: Promise<void> | undefined;
  let lastRequest = 0;
  let cancelTimer = (): void => {};
  let asked: number[] = [];

  const effects: Effects = {
    startRunner(runner, _lane, spec) {
      const planned = planOf.get(spec);
      if (planned === undefined) throw new AppError('internal', 'The scheduler started a runner nobody planned.');
      fleet.start(runner, planned);
      const estimatedBytes = spec.bytes;
      events.emit(() => withFacts(runner, (facts) => ({ type: 'loadStarted', estimatedBytes, ...facts })));
    },
    stopRunner(runner, reason) {
      log.info('runner stopping', { runner: fleet.member(runner)?.id, reason });
      asked.push(runner);
      stopReasons.set(runner, reason);
      fleet.stop(runner);
    },
    grant(request, runner) {
      const waiting = take(request);
      const member = fleet.member(runner);
      if (waiting === undefined || member === undefined) {
        throw new AppError('internal', 'The scheduler granted a place that is not there.');
      }
      waiting.lease.resolve(
        makeLease(request, { runner, planned: member.planned, id: member.id, socket: member.socket }),
      );
      const waitedMs = clock.monotonic() - waiting.askedAt;
      events.emit(() => withFacts(runner, (facts) => ({ type: 'granted', waitedMs, ...facts })));
    },
    refuse(request, refusal) {
      const waiting = take(request);
      if (waiting === undefined) return;
      const { alias, mode } = waiting.planned;
      const error = refusalError(refusal, alias);
      waiting.lease.reject(error);
      events.emit(() => ({ type: 'refused', model: alias, mode, error }));
    },
    queued(request, position) {
      const waiting = pending.get(request);
      if (waiting === undefined) return;
      try {
        waiting.onQueued?.(position);
      } catch (error) {
        log.error('onQueued failed', { error });
      }
      const { alias, mode } = waiting.planned;
      events.emit(() => ({ type: 'queued', model: alias, mode, position }));
    },
    revoke(request) {
      const held = lost.get(request);
      lost.delete(request);
      held?.controller.abort(fleet.member(held.runner)?.failure ?? stoppingError());
    },
    wakeAt(time) {
      cancelTimer();
      const delayMs = Math.min(longestTimerMs, Math.max(0, Math.ceil(time - clock.monotonic())));
      cancelTimer = clock.schedule(delayMs, () => dispatch({ type: 'TimerFired', time: clock.monotonic() }));
    },
  };

  const scheduler = createScheduler(policyNow(), effects);
  const inbox: SchedulerEvent[] = [];
  let dispatching = false;

  /** Hands events over one by one, also those that arise while one is handled. */
  function dispatch(event: SchedulerEvent): void {
    inbox.push(event);
    if (dispatching) return;
    dispatching = true;
    try {
      for (let next = inbox.shift(); next !== undefined; next = inbox.shift()) scheduler.handle(next);
    } finally {
      dispatching = false;
    }
    raised.keep((lane) => isWanted(lane));
    if (closing !== undefined && scheduler.runners().length === 0) drained.resolve();
  }

  function isWanted(lane: string): boolean {
    return (
      scheduler.runners().some((view) => view.lane === lane) ||
      [...pending.values()].some(({ planned }) => planned.lane === lane)
    );
  }

  function withFacts(runner: number, make: (facts: RunnerFacts) => InferenceEvent): InferenceEvent | undefined {
    const member = fleet.member(runner);
    if (member === undefined) return undefined;
    const { modelId, alias, mode, backend } = member.planned;
    return make({ runnerId: member.id, backend, modelId, model: alias, mode });
  }

  /** Each report comes while the runner is still a member. */
  function observe(report: RunnerReport): void {
    const { runner } = report;
    const reason = stopReasons.get(runner);
    if (report.type === 'StopFinished') stopReasons.delete(runner);
    const startedAt = fleet.member(runner)?.startedAt ?? report.time;
    events.emit(() => withFacts(runner, (facts) => runnerEvent(report, { facts, startedAt, reason })));
  }

  function policyNow(): Policy {
    return { ...defaultPolicy, ...deps.policy, ...plans.limits() };
  }

  function take(request: number): Pending | undefined {
    const waiting = pending.get(request);
    pending.delete(request);
    waiting?.forget();
    return waiting;
  }

  function makeLease(
    request: number,
    { runner, planned, id, socket }: { runner: number; planned: Planned; id: string; socket: string },
  ): Lease {
    const controller = new AbortController();
    lost.set(request, { controller, runner });
    const release = (): void => {
      if (lost.delete(request)) dispatch({ type: 'RequestEnded', time: clock.monotonic(), request });
    };
    return {
      runnerId: id,
      socket,
      modelId: planned.modelId,
      alias: planned.alias,
      backend: planned.backend,
      lost: controller.signal,
      release,
      [Symbol.dispose]: release,
    };
  }

  function remember(planned: Planned, modelName: string): void {
    planOf.set(planned, planned);
    lanes.set(planned.lane, { planned, modelName: lanes.get(planned.lane)?.modelName ?? modelName });
  }

  /** A plan that is still right when this returns. */
  async function planNow({ model, mode, contextSize }: PlanRequest): Promise<Planned> {
    for (;;) {
      if (plans.takeChange()) await reconfigure();
      const planned = await raised.plan(await plans.plan(model, mode), contextSize);
      if (plans.isCurrent(planned)) return planned;
    }
  }

  /** New settings change what every lane wants, also those nobody asks for now. */
  async function reconfigure(): Promise<void> {
    let wanted = await wantedNow();
    for (; wanted === undefined; wanted = await wantedNow()) plans.takeChange();
    dispatch({ type: 'ConfigChanged', time: clock.monotonic(), policy: policyNow(), lanes: wanted });
  }

  /** Undefined when settings or store changed meanwhile. */
  async function wantedNow(): Promise<ReadonlyMap<string, Planned | AppError> | undefined> {
    const wanted = new Map<string, Planned | AppError>();
    for (const [lane, { planned, modelName }] of lanes) {
      try {
        const next = await raised.plan(await plans.plan(planned.modelId, planned.mode), undefined);
        if (!plans.isCurrent(next)) return undefined;
        remember(next, modelName);
        wanted.set(lane, next);
      } catch (error) {
        wanted.set(lane, toAppError(error));
      }
    }
    return wanted;
  }

  function draftsWith({ config }: Planned, modelId: Digest): boolean {
    return config.speculative?.draftModel === modelId;
  }

  function laneNamesOf(ids: readonly Digest[]): Set<string> {
    const all = ids.flatMap((id) =>
      (['completion', 'embedding', 'reranking'] as const).map((mode) => laneName(id, mode)),
    );
    return new Set(all);
  }

  /** Stops idle runners and returns their numbers once they are gone. */
  async function unloadLanes(which: ReadonlySet<string> | 'all'): Promise<number> {
    asked = [];
    dispatch({ type: 'UnloadAsked', time: clock.monotonic(), lanes: which });
    const stopped = asked;
    await Promise.all(stopped.map((runner) => fleet.gone(runner)));
    return stopped.length;
  }

  async function acquire({ modest, onQueued, keepAliveMs, signal, ...wanted }: Acquire): Promise<Lease> {
    if (signal.aborted) throw leftError(signal.reason);
    if (closing !== undefined) throw stoppingError();
    const askedAt = clock.monotonic();
    let planned = await planNow(wanted);
    if (wanted.backend !== undefined) checkNamed(planned, wanted.backend);
    // Somebody else may have asked for more in the meantime.
    while (!raised.isEnough(planned)) planned = await planNow(wanted);
    if (signal.aborted) throw leftError(signal.reason);
    if (wanted.contextSize !== undefined) raised.note(planned.lane, wanted.contextSize);
    remember(planned, wanted.model);
    lastRequest += 1;
    const request = lastRequest;
    const lease = deferred<Lease>();
    const leave = (): void => {
      if (take(request) === undefined) return;
      dispatch({ type: 'RequestLeft', time: clock.monotonic(), request });
      lease.reject(leftError(signal.reason));
    };
    const forget = (): void => signal.removeEventListener('abort', leave);
    pending.set(request, { planned, askedAt, lease, onQueued, forget });
    signal.addEventListener('abort', leave, { once: true });
    const { lane } = planned;
    dispatch({ type: 'RequestArrived', time: clock.monotonic(), request, lane, spec: planned, keepAliveMs, modest });
    return await lease.promise;
  }

  return {
    acquire,

    async preload({ model, mode, signal }) {
      try {
        (await acquire({ model, mode, signal, modest: true })).release();
        return true;
      } catch (error) {
        if (error instanceof AppError && error.params['reason'] === 'no_room') return false;
        throw error;
      }
    },

    async preview(model, mode, modelSettings) {
      const planned = await plans.preview(model, mode, { modelSettings });
      const contextSize = raised.of(planned.lane) ?? 0;
      const larger = contextSize > planned.config.contextSize;
      const wanted = larger ? await plans.preview(model, mode, { modelSettings, request: { contextSize } }) : planned;
      const replacesBusy = scheduler
        .runners()
        .some(({ lane, active, spec }) => lane === wanted.lane && active > 0 && spec.configId !== wanted.configId);
      return { effective: planned.effective, replacesBusy };
    },

    async followSettings() {
      if (plans.takeChange()) await reconfigure();
    },

    onEvent: (listener) => events.listen(listener),

    running: () =>
      scheduler.runners().flatMap((view) => {
        const member = fleet.member(view.runner);
        if (member === undefined) return [];
        return [
          statusOf(view, {
            member,
            modelName: lanes.get(view.lane)?.modelName ?? member.planned.alias,
            clock,
          }),
        ];
      }),

    async unload(options) {
      const { backend } = options;
      if ('all' in options && backend === undefined) return await unloadLanes('all');
      const references = 'all' in options ? [...lanes.values()].map(({ planned }) => planned.modelId) : options.models;
      const ids = await Promise.all(references.map((reference) => plans.resolve(reference)));
      const names = [...laneNamesOf(ids)];
      return await unloadLanes(
        new Set(names.filter((name) => backend === undefined || lanes.get(name)?.planned.backend === backend)),
      );
    },

    async release(modelId) {
      const drafting = [...lanes.values()].filter(({ planned }) => draftsWith(planned, modelId));
      const names = new Set([...laneNamesOf([modelId]), ...drafting.map(({ planned }) => planned.lane)]);
      const waits = [...pending.values()].some(({ planned }) => names.has(planned.lane));
      const views = scheduler.runners().filter((view) => names.has(view.lane));
      if (waits || views.some(({ active }) => active > 0)) {
        throw inUseError(views.length > 0 ? (lanes.get(views[0]?.lane ?? '')?.planned.alias ?? modelId) : modelId);
      }
      await unloadLanes(names);
      await Promise.all(views.map(({ runner }) => fleet.gone(runner)));
      plans.forget(modelId);
      for (const name of names) lanes.delete(name);
      dispatch({ type: 'LanesForgotten', time: clock.monotonic(), lanes: names });
    },

    async effective(reference, mode = 'completion') {
      return (await plans.plan(reference, mode)).effective;
    },

    async status() {
      return await backendTexts(deps.runtimes);
    },

    close({ signal }) {
      const expire = (): void => dispatch({ type: 'DrainExpired', time: clock.monotonic() });
      signal.addEventListener('abort', expire, { once: true });
      closing ??= (async () => {
        // After this function has returned, so that `closing` is set when the first runner is gone.
        await Promise.resolve();
        dispatch({ type: 'DrainStarted', time: clock.monotonic() });
        if (signal.aborted) expire();
        await drained.promise;
        await fleet.settled();
        cancelTimer();
      })();
      return closing.finally(() => signal.removeEventListener('abort', expire));
    },
  };
}
