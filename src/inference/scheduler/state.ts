import type { AppError } from '#core';
import type { RunnerSpec, RunnerView, Time } from './types.ts';

export type Phase =
  | { readonly state: 'loading' }
  /** `idleSince` is undefined while requests are in it. */
  | { readonly state: 'ready'; readonly readyAt: Time; readonly idleSince: Time | undefined }
  | { readonly state: 'stopping' };

export interface Runner {
  readonly id: number;
  readonly lane: string;
  /** What it was started with. */
  readonly spec: RunnerSpec;
  readonly startedAt: Time;
  phase: Phase;
  readonly active: Set<number>;
  /** Set by a request; wins over the spec for as long as this runner lives. */
  keepAliveOverrideMs: number | undefined;
  firstEndAt: Time | undefined;
  lastUsed: Time | undefined;
}

export interface Waiting {
  readonly request: number;
  readonly keepAliveMs: number | undefined;
  readonly modest: boolean;
  /** Position last told; 0 for never. */
  told: number;
}

export interface Lane {
  readonly name: string;
  /** What requests want now. */
  spec: RunnerSpec;
  runner: Runner | undefined;
  readonly waiting: Waiting[];
  /** Since when it has waited for room: set while requests wait and no runner is theirs. */
  claimedAt: Time | undefined;
  failures: number;
  retryAt: Time;
  /** Moving averages of what was observed; undefined before the first. */
  serviceMs: number | undefined;
  loadMs: number | undefined;
  positionsChanged: boolean;
  toldAt: Time;
}

export type RequestState =
  | { readonly state: 'waiting'; readonly lane: Lane }
  | { readonly state: 'granted'; readonly runner: Runner; readonly grantedAt: Time };

export function newLane(name: string, spec: RunnerSpec): Lane {
  return {
    name,
    spec,
    runner: undefined,
    waiting: [],
    claimedAt: undefined,
    failures: 0,
    retryAt: Number.NEGATIVE_INFINITY,
    serviceMs: undefined,
    loadMs: undefined,
    positionsChanged: false,
    toldAt: Number.NEGATIVE_INFINITY,
  };
}

/** Whether the lane's runner, once ready, serves what the lane wants now. */
export function isUsable(lane: Lane): boolean {
  const runner = lane.runner;
  return runner !== undefined && runner.phase.state !== 'stopping' && runner.spec.configId === lane.spec.configId;
}

/** Started with a config nobody asks for any more. */
export function isStale(lane: Lane, runner: Runner): boolean {
  return runner.spec.configId !== lane.spec.configId;
}

/** Nobody uses it and nobody waits for it. */
export function isUnwanted(lane: Lane, runner: Runner): boolean {
  if (runner.phase.state === 'stopping' || runner.active.size > 0) return false;
  return lane.waiting.length === 0 || isStale(lane, runner);
}

export function keepAliveOf(lane: Lane, runner: Runner): number {
  return runner.keepAliveOverrideMs ?? lane.spec.keepAliveMs;
}

export function expiryOf(lane: Lane, runner: Runner): Time | undefined {
  if (runner.phase.state !== 'ready' || runner.phase.idleSince === undefined) return undefined;
  const keepAliveMs = keepAliveOf(lane, runner);
  return keepAliveMs < 0 ? undefined : runner.phase.idleSince + keepAliveMs;
}

export function average(before: number | undefined, observed: number): number {
  return before === undefined ? observed : before * 0.8 + observed * 0.2;
}

export function viewOf(lane: Lane, runner: Runner): RunnerView {
  const idle = runner.phase.state === 'ready' && runner.active.size === 0;
  return {
    runner: runner.id,
    lane: lane.name,
    spec: runner.spec,
    state: runner.phase.state,
    active: runner.active.size,
    queued: lane.waiting.length,
    lastUsed: idle
      ? (runner.lastUsed ?? (runner.phase.state === 'ready' ? runner.phase.readyAt : undefined))
      : undefined,
    expiresAt: expiryOf(lane, runner),
    keepAliveMs: keepAliveOf(lane, runner),
  };
}

/** A runner that served a request and lived on for a while did not crash because of how it was started. */
const provenAfterMs = 1000;

export function isProven(runner: Runner, time: Time): boolean {
  return runner.firstEndAt !== undefined && time - runner.firstEndAt >= provenAfterMs;
}

export interface LaneFailure {
  readonly error: AppError;
  readonly retryable: boolean;
}
