import type { AppError } from '#core';

/** Unix ms or any other count of ms that never goes back. The scheduler has no clock: time comes with the events. */
export type Time = number;

/** Everything the scheduler must know about the runner that a request wants. */
export interface RunnerSpec {
  /** Equal for equal configs. A runner serves a request only if its config is the one wanted now. */
  readonly configId: string;
  /** Memory it will take. */
  readonly bytes: number;
  /** Leases at once. */
  readonly parallel: number;
  readonly pinned: boolean;
  /** Idle time before it is stopped; 0 stops it after the last request, negative never. */
  readonly keepAliveMs: number;
}

/** Past facts. `lane` names one (model, mode); a lane has at most one runner at a time, loading or stopping included. */
export type SchedulerEvent =
  | {
      readonly type: 'RequestArrived';
      readonly time: Time;
      readonly request: number;
      readonly lane: string;
      readonly spec: RunnerSpec;
      readonly keepAliveMs?: number | undefined;
      /** Takes only memory that is free and that nobody else waits for; refused when a load would need more. */
      readonly modest?: boolean | undefined;
    }
  /** The client of a waiting request went away. */
  | { readonly type: 'RequestLeft'; readonly time: Time; readonly request: number }
  /** A granted lease was given back. */
  | { readonly type: 'RequestEnded'; readonly time: Time; readonly request: number }
  | { readonly type: 'LoadFinished'; readonly time: Time; readonly runner: number }
  | {
      readonly type: 'LoadFailed';
      readonly time: Time;
      readonly runner: number;
      readonly error: AppError;
      /** False when trying again cannot help: an unsupported model, no runtime. */
      readonly retryable: boolean;
    }
  /** The process of a ready runner is gone though nobody asked it to stop. */
  | { readonly type: 'RunnerExited'; readonly time: Time; readonly runner: number; readonly error: AppError }
  /** The process that `stopRunner` asked for is gone and its memory is free, also when it was still loading. */
  | { readonly type: 'StopFinished'; readonly time: Time; readonly runner: number }
  | { readonly type: 'TimerFired'; readonly time: Time }
  | {
      readonly type: 'UnloadAsked';
      readonly time: Time;
      readonly lanes: ReadonlySet<string> | 'all';
    }
  /** Their models are gone: what was measured of them is of no more use. */
  | { readonly type: 'LanesForgotten'; readonly time: Time; readonly lanes: ReadonlySet<string> }
  | {
      readonly type: 'ConfigChanged';
      readonly time: Time;
      readonly policy: Policy;
      /** What each lane wants from now on; lanes left out keep what they have. */
      readonly lanes: ReadonlyMap<string, RunnerSpec | AppError>;
    }
  /** New requests are refused, queued ones too; granted ones end by themselves. */
  | { readonly type: 'DrainStarted'; readonly time: Time }
  /** Time is up: every runner stops now. */
  | { readonly type: 'DrainExpired'; readonly time: Time };

export type Refusal =
  | { readonly reason: 'queue_full'; readonly position: number; readonly retryAfterSeconds: number }
  /** It cannot fit, whatever is unloaded. `pinnedBytes` is what pinned runners hold. */
  | {
      readonly reason: 'too_large';
      readonly needBytes: number;
      readonly budgetBytes: number;
      readonly pinnedBytes: number;
    }
  | { readonly reason: 'stopping' }
  /** A modest request that would need memory of others. */
  | { readonly reason: 'no_room' }
  | { readonly reason: 'failed'; readonly error: AppError; readonly attempts: number };

/** The only door to the world. An implementation must not hand an event to the scheduler before the call returns. */
export interface Effects {
  /** `spec` is the object that came with the event, so that an implementation can keep more with it. */
  startRunner(runner: number, lane: string, spec: RunnerSpec): void;
  /** Also for one that is still loading: cancels the load. Answered by StopFinished. */
  stopRunner(runner: number, reason: StopReason): void;
  grant(request: number, runner: number): void;
  refuse(request: number, refusal: Refusal): void;
  /** The request is now at this place in its queue, from 1. */
  queued(request: number, position: number): void;
  /** The lease of this request is void: its runner is gone or must go. */
  revoke(request: number): void;
  /** TimerFired is wanted at `time`; replaces the wish before. */
  wakeAt(time: Time): void;
}

export type StopReason = 'evicted' | 'idle' | 'unload' | 'config changed' | 'draining';

export interface Policy {
  /** Sum of the estimates of all runners that load, serve or stop. */
  readonly budgetBytes: number;
  /** Requests that may wait per lane beyond the places of its runner. */
  readonly queueLimit: number;
  /** How long a runner may go on taking new requests while another lane waits for its memory. */
  readonly turnMs: number;
  /** Loads or crashes in a row, without a request served between, before waiting requests get the error. */
  readonly maxFailures: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
}

export const defaultPolicy: Omit<Policy, 'budgetBytes' | 'queueLimit'> = {
  turnMs: 10_000,
  maxFailures: 3,
  backoffMs: 1000,
  maxBackoffMs: 30_000,
};

/** What can be seen of a runner from outside. */
export interface RunnerView {
  readonly runner: number;
  readonly lane: string;
  readonly spec: RunnerSpec;
  readonly state: 'loading' | 'ready' | 'stopping';
  readonly active: number;
  readonly queued: number;
  readonly lastUsed: Time | undefined;
  readonly expiresAt: Time | undefined;
  readonly keepAliveMs: number;
}
