import type { BuildDockerfileLine } from '#contract';
import { AppError } from '#core';
import type { DockerViews } from '../types.ts';

export interface BuildWishes {
  readonly folder: string;
  readonly before: string;
  readonly after: string | undefined;
  readonly signal: AbortSignal;
}

type Which = 'before' | 'after';

/** What waits for a client that reads slowly; older lines are left out, and how many is said. */
const mostWaiting = 2000;
/** What a diagnosis of a failed build looks at. */
const mostKept = 5000;

/**
 * Builds one text and then the other with nothing from a cache, as `gantry ai fix --verify` does, in batches of what there is to tell.
 * A build that fails ends it, with what is known about why.
 */
export async function* measureBuilds(
  views: Pick<DockerViews, 'measureBuild'>,
  { folder, before, after, signal }: BuildWishes,
): AsyncGenerator<readonly BuildDockerfileLine[]> {
  for (const [which, text] of [['before', before] as const, ['after', after] as const]) {
    if (text === undefined) continue;
    yield [{ type: 'building', which }];
    const told = createTelling(which);
    const building = views
      .measureBuild(text, { folder, signal, onLine: told.take })
      .then((measured): BuildDockerfileLine => ({ type: 'built', which, ...measured }))
      .catch(async (cause: unknown) => await failureOf(cause, { which, lines: told.lines }))
      .finally(told.end);
    // It is asked below, after its last line.
    building.catch(() => undefined);
    yield* told.batches();
    const end = await building;
    yield [end];
    if (end.type === 'failed') return;
  }
}

interface Telling {
  /** The last of all. */
  readonly lines: readonly string[];
  take(this: void, line: string): void;
  end(this: void): void;
  batches(): AsyncGenerator<readonly BuildDockerfileLine[]>;
}

function createTelling(which: Which): Telling {
  const kept: string[] = [];
  let waiting: BuildDockerfileLine[] = [];
  let [left, isOver] = [0, false];
  let wake = (): void => undefined;
  return {
    lines: kept,
    take(text) {
      kept.push(text);
      if (kept.length > mostKept) kept.shift();
      waiting.push({ type: 'log', which, text });
      if (waiting.length > mostWaiting) {
        waiting.shift();
        left += 1;
      }
      wake();
    },
    end() {
      isOver = true;
      wake();
    },
    async *batches() {
      for (;;) {
        const batch = waiting;
        waiting = [];
        if (left > 0) batch.unshift({ type: 'left', which, count: left });
        left = 0;
        if (batch.length > 0) yield batch;
        else if (isOver) return;
        else
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
      }
    },
  };
}

async function failureOf(
  cause: unknown,
  { which, lines }: { readonly which: Which; readonly lines: readonly string[] },
): Promise<BuildDockerfileLine> {
  if (!(cause instanceof AppError) || cause.code !== 'docker.failed') throw cause;
  const { diagnose, explain, readEvidence } = await import('#diagnosis');
  const { causes } = diagnose(readEvidence({ target: '-', output: lines }));
  return {
    type: 'failed',
    which,
    reason: String(cause.params['detail'] ?? cause.message),
    causes: causes.slice(0, 3).map((one) => ({ id: one.id, text: { en: explain(one, 'en'), zh: explain(one, 'zh') } })),
  };
}
