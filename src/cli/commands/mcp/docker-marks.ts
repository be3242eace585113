import type { Readiness } from '#mcp';

/** What `docker mcp server ls` prints for each state. */
export const docker = {
  none: '-',
  required: '▲ required',
  partial: '◐ partial',
  done: '✓ done',
} as const satisfies Record<Readiness, string>;
