import type { BuildDockerfileLine } from '#contract';

export type Built = Extract<BuildDockerfileLine, { type: 'built' }>;
export type Failed = Extract<BuildDockerfileLine, { type: 'failed' }>;

export interface BuildState {
  readonly isRunning: boolean;
  readonly isStopped: boolean;
  readonly which: 'before' | 'after';
  /** The last lines of what is built. */
  readonly log: readonly string[];
  /** Lines that are not kept. */
  readonly left: number;
  readonly before: Built | undefined;
  readonly after: Built | undefined;
  readonly failed: Failed | undefined;
  readonly error: string | undefined;
}

export const noBuild: BuildState = {
  isRunning: false,
  isStopped: false,
  which: 'before',
  log: [],
  left: 0,
  before: undefined,
  after: undefined,
  failed: undefined,
  error: undefined,
};

const mostLines = 2000;

/** The state after some more lines of the answer. */
export function nextBuild(state: BuildState, lines: readonly BuildDockerfileLine[]): BuildState {
  const log = [...state.log];
  let next = state;
  for (const line of lines) {
    if (line.type === 'log') log.push(line.text);
    else if (line.type === 'left') next = { ...next, left: next.left + line.count };
    else if (line.type === 'building') next = { ...next, which: line.which };
    else if (line.type === 'built') next = { ...next, [line.which]: line };
    else if (line.type === 'failed') next = { ...next, failed: line };
    else next = { ...next, error: line.message };
  }
  const over = Math.max(0, log.length - mostLines);
  return { ...next, log: log.slice(over), left: next.left + over };
}
