import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../types.ts';
import type { ClientQuestion } from './request-context.ts';

/** Before the stateless era, a question with a link has an id by which its end is told. */
export function asLegacyQuestion(question: ClientQuestion): ClientQuestion {
  const { method, params } = question;
  if (method !== 'elicitation/create' || params?.['mode'] !== 'url' || params['elicitationId'] !== undefined) {
    return question;
  }
  return { method, params: { ...params, elicitationId: randomUUID() } };
}

/** In the stateless era questions are part of an answer: no id, no progress. */
export function asModernQuestion({ method, params }: ClientQuestion): JsonObject {
  if (params === undefined) return { method };
  const { elicitationId: _, _meta: __, task: ___, ...rest } = params;
  return { method, params: rest };
}
