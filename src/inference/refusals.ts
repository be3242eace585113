import { AppError, formatSize } from '#core';
import type { Refusal } from './scheduler/types.ts';

/** The error a refused request gets. */
export function refusalError(refusal: Refusal, model: string): AppError {
  switch (refusal.reason) {
    case 'queue_full': {
      const { position, retryAfterSeconds } = refusal;
      return new AppError('inference.queue_full', `Too many requests wait for ${model}.`, {
        hint: `Try again in ${retryAfterSeconds} s.`,
        params: { model, position, retryAfterSeconds },
      });
    }
    case 'too_large':
      return tooLarge(refusal, model);
    case 'stopping':
      return stoppingError();
    case 'no_room':
      return new AppError('inference.out_of_memory', `Other models take the memory that ${model} needs.`, {
        hint: 'Unload one, or send a request: then one that is idle makes room.',
        params: { reason: 'no_room', model },
      });
    case 'failed': {
      const { error, attempts } = refusal;
      if (attempts <= 1) return error;
      return new AppError(error.code, error.message, {
        hint: error.hint,
        params: { ...error.params, attempts },
        cause: error,
      });
    }
  }
}

export function stoppingError(): AppError {
  return new AppError('daemon.stopping', 'The daemon is stopping.', { hint: 'Start it again with: gantry serve' });
}

export function leftError(cause: unknown): AppError {
  return new AppError('request.aborted', 'The request was cancelled.', { cause });
}

/** Why a model cannot be deleted now. */
export function inUseError(model: string): AppError {
  return new AppError('model.in_use', `${model} is in use.`, {
    hint: 'Wait until its requests have ended, then try again.',
    params: { model },
  });
}

function tooLarge(refusal: Refusal & { reason: 'too_large' }, model: string): AppError {
  const need = formatSize(refusal.needBytes);
  const budget = formatSize(refusal.budgetBytes);
  const params = { model, need, budget };
  if (refusal.needBytes <= refusal.budgetBytes) {
    const pinned = formatSize(refusal.pinnedBytes);
    return new AppError(
      'inference.out_of_memory',
      `${model} needs about ${need} of memory; of the ${budget} that models may use, pinned models hold ${pinned}.`,
      {
        hint: 'Unload or unpin a model, use a smaller context, or raise the setting inference.memory.',
        params: { reason: 'pinned', ...params, pinned },
      },
    );
  }
  return new AppError(
    'inference.out_of_memory',
    `${model} needs about ${need} of memory, more than the ${budget} that models may use.`,
    {
      hint: 'Use a smaller model, context or quantization, or raise the setting inference.memory.',
      params: { reason: 'never_fits', ...params },
    },
  );
}
