import { setImmediate as nextTurn } from 'node:timers/promises';
import { toAppError, type Digest, type Log } from '#core';
import { toRecord } from './to-record.ts';
import type { AnsweredRequest, ModelRequests, Recording, RequestRecord, RequestStore } from './types.ts';

/** What waits to be written holds whole answers in memory; more than this is dropped, and said. */
const maxPending = 64;

export type RecordListener = (record: RequestRecord, modelId: Digest) => void;

export interface Recorder {
  /** What the settings say now. */
  recording(): Recording;
  /** Takes note of an answered request. Reading, merging and writing happen later, one request after the other. */
  note(answered: AnsweredRequest): void;
  /** All that was noted before the call is in it. */
  list(modelId?: Digest): Promise<readonly ModelRequests[]>;
  clear(modelId?: Digest): Promise<void>;
  /** Calls `listener` with each record from now on, until the function returned is called. */
  listen(listener: RecordListener): () => void;
  /** Resolves when everything noted is on disk. */
  settled(): Promise<void>;
}

export interface RecorderOptions {
  readonly store: RequestStore;
  readonly recording: () => Recording;
  readonly log: Log;
}

export function createRecorder({ store, recording, log }: RecorderOptions): Recorder {
  const listeners = new Set<RecordListener>();
  let tail: Promise<void> = Promise.resolve();
  let pending = 0;
  let dropped = 0;
  let sequence = 0;

  async function write(answered: AnsweredRequest): Promise<void> {
    // Requests under way come first.
    await nextTurn();
    const how = recording();
    if (how === 'off') return;
    sequence = (sequence + 1) % 1_000_000;
    const id = `${answered.modelId}_${Math.floor(answered.startedAt)}${String(sequence).padStart(6, '0')}`;
    const record = toRecord(answered, { id, recording: how });
    await store.add(answered.modelId, record);
    for (const listener of listeners) listener(record, answered.modelId);
  }

  const failed = (error: unknown): void => log.warn('a request was not recorded', { error: toAppError(error) });

  return {
    recording,
    note(answered) {
      if (pending >= maxPending) {
        dropped += 1;
        return;
      }
      if (dropped > 0) log.warn('requests were not recorded: they came faster than they are written', { dropped });
      dropped = 0;
      pending += 1;
      tail = tail.then(() => write(answered)).then(undefined, failed);
      tail = tail.finally(() => (pending -= 1));
    },
    async list(modelId) {
      await tail;
      return await store.list(modelId);
    },
    async clear(modelId) {
      await tail;
      await store.clear(modelId);
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    settled: () => tail,
  };
}
