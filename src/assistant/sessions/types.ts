import type { AssistantEvent } from '#contract';
import type { Message, ToolCall } from '../loop/types.ts';

export type Mode = 'ask' | 'plan' | 'auto';

export interface SessionMeta {
  readonly id: string;
  readonly title: string;
  readonly workingDirectory: string;
  /** Unix milliseconds, as the other. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly starred: boolean;
  readonly mode: Mode;
  /** Null: the one of the settings. */
  readonly model: string | null;
}

export interface Feedback {
  readonly rating: 'up' | 'down';
  readonly comment?: string | undefined;
}

/** What was not done because nobody could be asked. */
export interface PendingPlan {
  /** Of the calls and of what each would have run or changed. */
  readonly hash: string;
  readonly calls: readonly ToolCall[];
}

/** Everything that is kept of one session. */
export interface SessionRecord {
  readonly meta: SessionMeta;
  readonly events: readonly AssistantEvent[];
  /** As the model gets it. */
  readonly messages: readonly Message[];
  readonly untrusted: readonly string[];
  readonly feedback: Readonly<Record<string, Feedback>>;
  readonly plan: PendingPlan | null;
  /** Where each question stands, so that it can be asked anew. */
  readonly questions: readonly Question[];
}

export interface Question {
  readonly messageId: string;
  readonly seq: number;
  /** How many messages the model had been given before it. */
  readonly before: number;
}

/** One thing that happened to a session; a session is its changes in their order. */
export type SessionChange =
  | { readonly kind: 'meta'; readonly meta: SessionMeta }
  | { readonly kind: 'event'; readonly event: AssistantEvent }
  /** Of the messages before, `keep` stay. */
  | {
      readonly kind: 'messages';
      readonly keep: number;
      readonly add: readonly Message[];
      readonly untrusted: readonly string[];
    }
  | { readonly kind: 'feedback'; readonly messageId: string; readonly feedback: Feedback | null }
  | { readonly kind: 'plan'; readonly plan: PendingPlan | null };

export interface SessionStore {
  /** The latest first. */
  list(): Promise<readonly SessionRecord[]>;
  get(id: string): Promise<SessionRecord | undefined>;
  /** Removes the oldest that have no star when there are too many. */
  create(meta: SessionMeta): Promise<SessionRecord>;
  /** Appends at once, all or none of it. @throws AppError `request.too_large` when the session has become too long */
  append(id: string, changes: readonly SessionChange[]): Promise<SessionRecord>;
  /** True when it was there. Its files are gone then. */
  remove(id: string): Promise<boolean>;
  removeAll(): Promise<void>;
}
