import { z } from 'zod';
import type { Counters, Evidence, EvidenceLine, EventFact, HostFacts, ProcessFact, Unread } from '../types.ts';
import { cleanLine } from './clean.ts';
import {
  containerAnswer,
  containersAnswer,
  eventAnswer,
  imageAnswer,
  infoAnswer,
  networksAnswer,
  statsAnswer,
  topAnswer,
} from './schemas.ts';

/** What was collected, in the Engine's words; a recorded failure is one of these as JSON. */
export interface RawEvidence {
  readonly target: string;
  readonly inspect?: unknown;
  readonly image?: unknown;
  readonly info?: unknown;
  readonly containers?: unknown;
  readonly networks?: unknown;
  readonly events?: readonly unknown[] | undefined;
  readonly top?: unknown;
  readonly stats?: unknown;
  readonly log?: readonly string[] | undefined;
  readonly output?: readonly string[] | undefined;
  readonly host?: HostFacts | undefined;
  readonly unread?: readonly Unread[] | undefined;
}

const longestLine = 2000;
const mostOthers = 1000;

/** Reads what was collected; an answer that is not what the Engine documents counts as unread, never as a crash. */
export function readEvidence(raw: RawEvidence): Evidence {
  const unread: Unread[] = [...(raw.unread ?? [])];
  const read = <Shape extends z.ZodType>(
    shape: Shape,
    value: unknown,
    part: Unread['part'],
  ): z.output<Shape> | undefined => {
    if (value === undefined) return undefined;
    const parsed = shape.safeParse(value);
    if (parsed.success) return parsed.data;
    unread.push({ part, reason: z.prettifyError(parsed.error).replaceAll('\n', ' ').slice(0, 200) });
    return undefined;
  };
  const container = containerAnswer.safeParse(raw.inspect).data;
  return {
    target: raw.target,
    container,
    log: linesOf(raw.log ?? [], 'log'),
    output: linesOf(raw.output ?? [], 'output'),
    events: eventsOf(raw.events ?? []),
    image: read(imageAnswer, raw.image, 'image'),
    engine: read(infoAnswer, raw.info, 'engine'),
    others: (read(containersAnswer, raw.containers, 'containers') ?? [])
      .filter(({ id }) => id !== container?.Id)
      .slice(0, mostOthers),
    networks: read(networksAnswer, raw.networks, 'networks') ?? [],
    processes: processesOf(raw.top),
    counters: read(statsAnswer, raw.stats, 'counters') satisfies Counters | undefined,
    host: raw.host,
    unread,
  };
}

/** Lines without what goes before them (compose prefixes), with repeats left out. */
function linesOf(texts: readonly string[], source: 'log' | 'output'): readonly EvidenceLine[] {
  const lines: EvidenceLine[] = [];
  let last: string | undefined;
  for (const [index, whole] of texts.entries()) {
    const text = cleanLine(whole.slice(0, longestLine)).trimEnd();
    if (text === '' || text === last) continue;
    last = text;
    lines.push({ source, text, line: index + 1 });
  }
  return lines;
}

function eventsOf(values: readonly unknown[]): readonly EventFact[] {
  return values.flatMap((value) => eventAnswer.safeParse(value).data ?? []).toSorted((a, b) => a.atMs - b.atMs);
}

function processesOf(value: unknown): readonly ProcessFact[] {
  const { data } = topAnswer.safeParse(value);
  if (!data) return [];
  const at = (names: readonly string[]): number =>
    data.Titles.findIndex((title) => names.includes(title.toUpperCase()));
  const [state, command] = [at(['STAT', 'S']), at(['CMD', 'COMMAND'])];
  return (data.Processes ?? []).map((row) => ({ state: row[state] ?? '', command: cleanLine(row[command] ?? '') }));
}
