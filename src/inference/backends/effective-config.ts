import { z } from 'zod';
import { AppError } from '#core';
import type { RunnerConfig } from '../types.ts';

const propsSchema = z.object({
  default_generation_settings: z.object({ n_ctx: z.number().int() }),
  total_slots: z.number().int(),
});

/** What the running server says it does. */
export interface EffectiveLimits {
  readonly contextSize: number;
  readonly parallel: number;
}

/** Reads llama.cpp's `GET /props`. @throws AppError `backend.failed` when the answer has another shape */
export function parseProps(body: string): EffectiveLimits {
  try {
    const props = propsSchema.parse(JSON.parse(body));
    return { contextSize: props.default_generation_settings.n_ctx, parallel: props.total_slots };
  } catch (cause) {
    throw new AppError('backend.failed', 'The runtime does not say which context size it uses.', {
      hint: 'Use a newer llama-server.',
      params: { reason: 'no_props' },
      cause,
    });
  }
}

/** Refuses a runner that does something else than was asked: a setting is never silently changed. */
export function checkEffective(
  requested: RunnerConfig,
  effective: EffectiveLimits,
  { alias, trainedContext }: { alias: string; trainedContext: number | undefined },
): void {
  if (effective.parallel !== requested.parallel) {
    throw new AppError(
      'backend.failed',
      `${alias} was asked to answer ${requested.parallel} requests at once, but the runtime answers ${effective.parallel}.`,
      {
        hint: 'Choose another number of parallel requests.',
        params: { reason: 'parallel', model: alias, requested: requested.parallel, effective: effective.parallel },
      },
    );
  }
  if (effective.contextSize === requested.contextSize) return;
  const capped = trainedContext !== undefined && effective.contextSize === trainedContext;
  throw new AppError(
    'backend.failed',
    `${alias} was asked for a context of ${requested.contextSize} tokens, but the runtime gives ${effective.contextSize}.`,
    {
      hint: capped
        ? `The model was trained with ${trainedContext} tokens; set a context size of at most that.`
        : `Set the context size to ${effective.contextSize}, or use a newer llama-server.`,
      params: { reason: 'context', model: alias, requested: requested.contextSize, effective: effective.contextSize },
    },
  );
}
