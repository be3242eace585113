import { toAppError, type Log } from '#core';
import type { RunnerReport } from './fleet.ts';
import type { InferenceEvent, RunnerFacts, UnloadReason } from './types.ts';

/** Tells listeners what happened. Nobody listening, nothing is made. */
export interface Events {
  emit(make: () => InferenceEvent | undefined): void;
  listen(listener: (event: InferenceEvent) => void): () => void;
}

export function createEvents(log: Log): Events {
  const listeners = new Set<{ readonly call: (event: InferenceEvent) => void }>();
  return {
    emit(make) {
      if (listeners.size === 0) return;
      const event = make();
      if (event === undefined) return;
      for (const { call } of listeners) {
        try {
          call(event);
        } catch (error) {
          log.error('an inference listener failed', { type: event.type, error: toAppError(error) });
        }
      }
    },
    listen(call) {
      const entry = { call };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}

export interface About {
  readonly facts: RunnerFacts;
  readonly startedAt: number;
  /** Why it was stopped. */
  readonly reason: UnloadReason | undefined;
}

export function runnerEvent(report: RunnerReport, { facts, startedAt, reason = 'unload' }: About): InferenceEvent {
  const ms = report.time - startedAt;
  switch (report.type) {
    case 'LoadFinished':
      return { type: 'loadFinished', ms, ...facts };
    case 'LoadFailed':
      return { type: 'loadFailed', ms, error: report.error, ...facts };
    case 'RunnerExited':
      return { type: 'runnerExited', error: report.error, ...facts };
    case 'StopFinished':
      return { type: 'unloaded', reason, ...facts };
  }
}
