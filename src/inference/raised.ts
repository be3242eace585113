import { AppError } from '#core';
import type { Planned, Plans } from './plans.ts';

/** The largest context that single requests asked for, by lane, for as long as the lane is in use. */
export interface Raised {
  /** The plan with at least the context asked for, by this request or by one before it. @throws AppError what planning refuses */
  plan(planned: Planned, contextSize: number | undefined): Promise<Planned>;
  /** Whether a plan has the context that others count on. */
  isEnough(planned: Planned): boolean;
  note(lane: string, contextSize: number): void;
  of(lane: string): number | undefined;
  /** Forgets the lanes that are not wanted any more. */
  keep(isWanted: (lane: string) => boolean): void;
}

export function createRaised(plans: Pick<Plans, 'plan'>): Raised {
  const contexts = new Map<string, number>();
  const larger = async (planned: Planned, contextSize: number): Promise<Planned> =>
    contextSize <= planned.config.contextSize
      ? planned
      : await plans.plan(planned.modelId, planned.mode, { contextSize });

  return {
    async plan(planned, contextSize = 0) {
      const before = contexts.get(planned.lane) ?? 0;
      if (before > contextSize) {
        try {
          return await larger(planned, before);
        } catch (error) {
          // Under new settings it cannot be had any more; nobody who did not ask for it should suffer.
          if (!(error instanceof AppError)) throw error;
          contexts.delete(planned.lane);
        }
      }
      return await larger(planned, contextSize);
    },
    isEnough: ({ lane, config }) => (contexts.get(lane) ?? 0) <= config.contextSize,
    note(lane, contextSize) {
      contexts.set(lane, Math.max(contextSize, contexts.get(lane) ?? 0));
    },
    of: (lane) => contexts.get(lane),
    keep(isWanted) {
      for (const lane of contexts.keys()) if (!isWanted(lane)) contexts.delete(lane);
    },
  };
}
