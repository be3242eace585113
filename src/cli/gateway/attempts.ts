import type { Deployment, GatewayConfig } from './config.ts';

/** One try at one upstream. */
export interface Attempt {
  readonly alias: string;
  readonly deployment: Deployment;
  /** 0 for the first try, counted for the pause before it. */
  readonly round: number;
}

/**
 * In what order upstreams are asked: those of the alias, beginning with the one whose turn it is, again for as many rounds
 * as each has retries, then those of its fallbacks in the same way. A fallback's own fallbacks are not followed.
 */
export function attemptsFor({ aliases, fallbacks }: GatewayConfig, alias: string, turn: number): readonly Attempt[] {
  return [alias, ...(fallbacks.get(alias) ?? [])].flatMap((name) => {
    const deployments = aliases.get(name) ?? [];
    const start = name === alias ? turn % Math.max(deployments.length, 1) : 0;
    const rotated = [...deployments.slice(start), ...deployments.slice(0, start)];
    const rounds = Math.max(0, ...rotated.map(({ retries }) => retries + 1));
    return Array.from({ length: rounds }, (_none, round) =>
      rotated.filter(({ retries }) => round <= retries).map((deployment) => ({ alias: name, deployment, round })),
    ).flat();
  });
}

export type Verdict = 'answer' | 'retry' | 'next';

/**
 * What an upstream's status means: an answer to pass on (also when the request itself is at fault), a failure worth a retry,
 * or one that only another upstream can help with.
 */
export function verdictOf(status: number): Verdict {
  if (status === 408 || status === 425 || status === 429 || status >= 500) return 'retry';
  return status === 401 || status === 403 ? 'next' : 'answer';
}
