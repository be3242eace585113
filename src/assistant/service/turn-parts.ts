import type { AssistantStopReason, TurnRequest } from '#contract';
import type { Language } from '../intents/recognise.ts';
import type { PendingPlan, SessionMeta, SessionRecord } from '../sessions/types.ts';
import type { AssistantToolSet } from '../tools/types.ts';
import type { LiveSession } from './live-session.ts';
import type { AssistantDeps, Brain, EventBody } from './types.ts';

export interface TurnParts {
  readonly deps: AssistantDeps;
  readonly live: LiveSession;
  /** Number of the turn, for those who follow only this one. */
  readonly turn: number;
  readonly meta: () => SessionMeta;
  readonly tools: AssistantToolSet;
  readonly request: TurnRequest;
  readonly signal: AbortSignal;
}

/** How a turn came to its end. */
export interface Ended {
  readonly stopReason: AssistantStopReason;
  readonly plan?: PendingPlan | undefined;
}

/** What is known of a turn once it has begun. */
export interface TurnContext {
  readonly parts: TurnParts;
  readonly record: SessionRecord;
  readonly brain: Brain;
  readonly text: string;
  readonly language: Language;
  readonly attached: readonly { readonly source: string; readonly text: string }[];
  readonly emit: (body: EventBody) => void;
}
