import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AppError, createRotatingFile, createTail, delay, isAbort, listLogFiles, type Clock } from '#core';
import type { CallStep } from '../types.ts';
import { callRecordSchema, recordOf, type CallRecord, type CallRecording, type RecordOptions } from './call-record.ts';

export interface CallLogOptions extends Omit<RecordOptions, 'recording'> {
  /** `mcp/calls` of the home. */
  readonly folder: string;
  readonly recording: () => CallRecording;
  readonly clock: Clock;
  readonly maxBytes?: number | undefined;
  readonly maxFiles?: number | undefined;
}

export interface CallLog extends Disposable {
  readonly step: CallStep;
  flush(): void;
}

const fileName = 'calls';

/** Keeps a line for each call, in files of bounded size and number. */
export function createCallLog(options: CallLogOptions): CallLog {
  const { folder, clock, recording, maxBytes = 10_000_000, maxFiles = 5 } = options;
  const file = createRotatingFile({ directory: folder, name: fileName, maxBytes, maxFiles, clock });
  return {
    flush: () => file.flush(),
    [Symbol.dispose]: () => file.close(),
    step: {
      name: 'call log',
      async handle(call, next, { signal }) {
        const wanted = recording();
        if (wanted === 'off') return await next(call);
        const id = randomBytes(6).toString('hex');
        const startedAt = clock.now();
        const started = clock.monotonic();
        const finish = (outcome: Parameters<typeof recordOf>[1]['outcome']): void => {
          const done = { id, startedAt, durationMs: clock.monotonic() - started, outcome };
          file.write(JSON.stringify(recordOf(call, done, { ...options, recording: wanted })));
        };
        try {
          const outcome = await next(call);
          // Whoever gave it up gets an error as the answer; that it was given up is what happened.
          const isCancelled = outcome.kind === 'error' && signal?.aborted === true;
          finish(isCancelled ? { kind: 'thrown', error: new Error(outcome.error.message), isCancelled } : outcome);
          return outcome;
        } catch (thrown) {
          const error = thrown instanceof Error ? thrown : new Error(String(thrown));
          finish({ kind: 'thrown', error, isCancelled: isAbort(thrown) || signal?.aborted === true });
          throw thrown;
        }
      },
    },
  };
}

/** All calls that are still on record, the oldest first. Lines that are none of ours are passed over. */
export async function* readCalls(folder: string): AsyncGenerator<CallRecord> {
  const log = (await listLogFiles(folder)).find(({ name }) => name === fileName);
  for (const path of [...(log?.older ?? []), ...(log ? [log.path] : [])]) {
    const lines = createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const line of lines) {
      const record = parseRecord(line);
      if (record) yield record;
    }
  }
}

/** Calls from now on, until the signal ends it. */
export async function* followCalls(
  folder: string,
  {
    clock,
    signal,
    pauseMs = 200,
    onReady,
  }: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly pauseMs?: number;
    /** From now on nothing is missed: who asks for the past after it has all. */
    readonly onReady?: () => void;
  },
): AsyncGenerator<CallRecord> {
  await using tail = createTail(join(folder, `${fileName}.log`));
  await tail.read();
  onReady?.();
  while (!signal.aborted) {
    for (const line of await tail.read()) {
      const record = parseRecord(line);
      if (record) yield record;
    }
    await delay(pauseMs, { clock, signal }).catch(() => undefined);
  }
}

/** @throws AppError `request.not_found` */
export async function findCall(folder: string, id: string): Promise<CallRecord> {
  for await (const record of readCalls(folder)) if (record.id === id) return record;
  throw new AppError('request.not_found', `No call ${id} is on record.`, {
    hint: 'See which are: gantry mcp calls',
    params: { reason: 'no_call', id },
  });
}

function parseRecord(line: string): CallRecord | undefined {
  try {
    return callRecordSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
