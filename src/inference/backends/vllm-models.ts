import { z } from 'zod';
import { AppError } from '#core';

const modelsSchema = z.object({ data: z.array(z.object({ max_model_len: z.number().int() })).min(1) });

/** The context size that vLLM's `GET /v1/models` tells. @throws AppError `backend.failed` when the answer has another shape */
export function parseVllmModels(body: string): number {
  try {
    const [first] = modelsSchema.parse(JSON.parse(body)).data;
    if (first) return first.max_model_len;
    throw new Error('no model');
  } catch (cause) {
    throw new AppError('backend.failed', 'The runtime does not say which context size it uses.', {
      hint: 'Use a newer image of vLLM.',
      params: { reason: 'no_models' },
      cause,
    });
  }
}
