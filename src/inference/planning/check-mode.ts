import { AppError } from '#core';
import type { GgufHeader } from '#models';
import type { RunnerMode } from '../types.ts';

export interface ModeQuestion {
  readonly name: string;
  readonly mode: RunnerMode;
  readonly header: GgufHeader;
  /** `--pooling` among the runtime flags. */
  readonly pooling: string | undefined;
}

/** Encoders see the whole input at once and cannot continue it. */
const encoderPooling = new Set(['mean', 'cls', 'rank']);

/** Refuses, before anything is loaded, what a model cannot do. @throws AppError `inference.unsupported` */
export function checkMode({ name, mode, header, pooling }: ModeQuestion): void {
  const chosen = pooling ?? header.pooling;
  const params = { model: name, mode };
  if (mode === 'embedding' && (chosen === undefined || chosen === 'none' || chosen === 'rank')) {
    throw new AppError('inference.unsupported', `${name} is not an embedding model.`, {
      hint: 'Use an embedding model, or set how its vectors are pooled: --pooling mean in the runtimeFlags of its model settings.',
      params: { reason: 'no_pooling', ...params },
    });
  }
  if (mode === 'reranking' && chosen !== 'rank') {
    throw new AppError('inference.unsupported', `${name} is not a reranking model.`, {
      hint: 'Use a reranking model.',
      params: { reason: 'not_reranking', ...params },
    });
  }
  if (mode === 'completion' && header.pooling !== undefined && encoderPooling.has(header.pooling)) {
    throw new AppError('inference.unsupported', `${name} makes embeddings and cannot generate text.`, {
      hint: 'Use it with the embeddings API, or choose a chat model.',
      params: { reason: 'not_generative', ...params },
    });
  }
}
