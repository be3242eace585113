import type { AppError } from '#core';
import type { PoolPolicy } from '../types.ts';

export interface PoolLimits {
  /** Of all servers together, those that are ending included. */
  readonly maxInstances: number;
  /** The pause after a first failure; it doubles with each more. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** An instance that ends by itself within this time counts as a start that failed. */
  readonly provenMs: number;
}

interface At {
  /** Unix time in ms. */
  readonly time: number;
}

export type PoolEvent = At &
  (
    | { readonly type: 'Configured'; readonly servers: ReadonlyMap<string, PoolPolicy> }
    | { readonly type: 'Wanted'; readonly use: number; readonly server: string; readonly session: string }
    /** Who waited left, or who used it is done. */
    | { readonly type: 'Left'; readonly use: number }
    | { readonly type: 'SessionEnded'; readonly session: string }
    | { readonly type: 'Started'; readonly instance: number }
    | { readonly type: 'StartFailed'; readonly instance: number; readonly error: AppError }
    /** It ended by itself. */
    | { readonly type: 'Gone'; readonly instance: number; readonly error: AppError | undefined }
    /** What `stop` asked for is done: nothing is left of it. */
    | { readonly type: 'Stopped'; readonly instance: number }
    | { readonly type: 'Woke' }
    | { readonly type: 'Closing' }
  );

/** What the state machine does to the world. None of these may call back before it returns. */
export interface PoolEffects {
  start(instance: number, options: { readonly server: string; readonly session: string | undefined }): void;
  /** Also of one that is still starting. */
  stop(instance: number): void;
  grant(use: number, instance: number): void;
  refuse(use: number, error: AppError): void;
  /** `Woke` is wanted at this time and not before; undefined for never. Replaces what was asked for. */
  wakeAt(time: number | undefined): void;
}
