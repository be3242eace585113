import type { UsageNewsBody } from '#contract';
import type { ContainerRow } from './rows.ts';

export const projectVerbs = ['start', 'stop', 'restart', 'remove'] as const;
export type ProjectVerb = (typeof projectVerbs)[number];

const isUp = ({ state }: ContainerRow): boolean => ['running', 'restarting', 'paused'].includes(state);

/** Those of a project that a verb has something to do with. */
export function concernedBy(verb: ProjectVerb, rows: readonly ContainerRow[]): readonly ContainerRow[] {
  if (verb === 'start') return rows.filter((row) => !isUp(row));
  return verb === 'stop' ? rows.filter(isUp) : rows;
}

/**
 * Containers that may be acted on at once, one such set after the other: what others depend on is started before them, and stopped after.
 * Those that depend on each other in a ring are taken together.
 */
export function waves(verb: ProjectVerb, rows: readonly ContainerRow[]): readonly (readonly ContainerRow[])[] {
  const found: ContainerRow[][] = [];
  let left = [...rows];
  while (left.length > 0) {
    const waiting = new Set(left.map(({ service }) => service));
    const isReady = ({ service, dependsOn }: ContainerRow): boolean =>
      !dependsOn.some((other) => other !== service && waiting.has(other));
    const ready = left.filter(isReady);
    const wave = ready.length > 0 ? ready : left;
    found.push(wave);
    const taken = new Set(wave);
    left = left.filter((row) => !taken.has(row));
  }
  return verb === 'stop' || verb === 'remove' ? found.toReversed() : found;
}

export interface ProjectTotals {
  readonly running: number;
  readonly cpuPercent: number;
  readonly memoryBytes: number;
  /** Of those that run, these are read. */
  readonly read: number;
}

export function totalsOf(rows: readonly ContainerRow[], { containers }: UsageNewsBody): ProjectTotals {
  const used = rows.flatMap(({ id }) => (Object.hasOwn(containers, id) ? [containers[id]] : []));
  return {
    running: rows.filter(({ state }) => state === 'running').length,
    cpuPercent: used.reduce((sum, one) => sum + (one?.cpuPercent ?? 0), 0),
    memoryBytes: used.reduce((sum, one) => sum + (one?.memoryBytes ?? 0), 0),
    read: used.length,
  };
}
