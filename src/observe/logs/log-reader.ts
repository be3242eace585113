import { createTail, delay, listLogFiles, type Clock, type LogFile, type Tail } from '#core';
import { prefixed, readLogLine, type StampedLine } from './format-line.ts';

const pollMs = 250;
/** Characters that are handed out at once. */
const batchChars = 64 * 1024;

export interface LogReadOptions {
  /** Whether what the runners say comes too. */
  readonly engines: boolean;
  readonly follow: boolean;
  /** Ends following. */
  readonly signal: AbortSignal;
}

export interface LogReader {
  /** Whether there is a log of the daemon. */
  exists(): Promise<boolean>;
  /** The lines of all logs in the order of their times, as texts of some lines each; with `follow` it goes on with new ones. */
  read(options: LogReadOptions): AsyncIterable<string>;
}

interface Source {
  readonly lines: AsyncIterator<StampedLine, void>;
  head: StampedLine | undefined;
  /** Of the last line that had one. */
  time: string;
}

export function createLogReader({ folder, clock }: { folder: string; clock: Clock }): LogReader {
  const files = async (engines: boolean): Promise<readonly LogFile[]> =>
    (await listLogFiles(folder)).filter(({ kind }) => engines || kind === 'daemon');

  return {
    exists: async () => (await files(false)).length > 0,
    async *read({ engines, follow, signal }) {
      const tails = new Map<string, Tail>();
      try {
        const tailOf = (path: string): Tail => {
          const tail = tails.get(path) ?? createTail(path);
          tails.set(path, tail);
          return tail;
        };
        yield* merged((await files(engines)).map((file) => allLines(file, tailOf(file.path))));
        while (follow && !signal.aborted) {
          await delay(pollMs, { clock, signal }).catch(() => undefined);
          yield* merged((await files(engines)).map((file) => newLines(tailOf(file.path))));
        }
      } finally {
        for (const tail of tails.values()) await tail[Symbol.asyncDispose]();
      }
    },
  };
}

async function* allLines({ older }: LogFile, tail: Tail): AsyncGenerator<StampedLine, void> {
  for (const path of older) {
    await using one = createTail(path);
    for (const line of await one.read()) yield readLogLine(line);
  }
  yield* newLines(tail);
}

async function* newLines(tail: Tail): AsyncGenerator<StampedLine, void> {
  for (const line of await tail.read()) yield readLogLine(line);
}

/** A file's own order stays; between files the earlier line comes first. */
async function* merged(lists: readonly AsyncGenerator<StampedLine, void>[]): AsyncGenerator<string, void> {
  const sources: Source[] = lists.map((lines) => ({ lines, head: undefined, time: '' }));
  for (const source of sources) await advance(source);
  let batch = '';
  for (;;) {
    const next = earliest(sources);
    if (next?.head === undefined) break;
    batch += prefixed(next.head, next.time);
    if (batch.length >= batchChars) {
      yield batch;
      batch = '';
    }
    await advance(next);
  }
  if (batch !== '') yield batch;
}

async function advance(source: Source): Promise<void> {
  const { value } = await source.lines.next();
  source.head = value ?? undefined;
  source.time = source.head?.time ?? source.time;
}

function earliest(sources: readonly Source[]): Source | undefined {
  let found: Source | undefined;
  for (const source of sources) {
    if (source.head !== undefined && (found === undefined || source.time < found.time)) found = source;
  }
  return found;
}
