import type { AppError, Clock } from '#core';
import type { Action, Decision } from '../permissions/decide.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonRecord = { readonly [key: string]: JsonValue };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** As the model wrote it. */
  readonly arguments: string;
}

/** A conversation as OpenAI-compatible models take it. */
export type Message =
  | { readonly role: 'system'; readonly content: string }
  | {
      readonly role: 'user';
      /** The person's own words. */
      readonly content: string;
      /** What came with them, fenced as data. */
      readonly attachments?: string | undefined;
    }
  | { readonly role: 'assistant'; readonly content: string; readonly toolCalls: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly callId: string; readonly tool: string; readonly content: string };

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: JsonRecord;
}

export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'call'; readonly call: ToolCall }
  | {
      readonly type: 'end';
      readonly reason: 'stop' | 'calls' | 'length' | 'refusal';
      readonly usage?: Usage | undefined;
    };

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** Whatever answers: a local model through the runner, or any OpenAI-compatible server. */
export interface AssistantModel {
  readonly name: string;
  /** Whether nothing leaves this machine. */
  readonly isLocal: boolean;
  readonly contextTokens: number;
  /**
   * Streams one answer. Calls come whole. A stream that ends without `end` is broken. @throws AppError
   */
  answer(
    request: { readonly messages: readonly Message[]; readonly tools: readonly ToolSpec[] },
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<ModelEvent>;
}

/** What came of a tool, for the model and for people. */
export interface ToolOutput {
  readonly text: string;
  /** Nobody vouches for the text: it is data of containers, files, pages or servers, never instructions. */
  readonly untrusted: boolean;
  readonly isError?: boolean | undefined;
}

/** A call that has been understood and not been carried out. */
export interface PreparedCall {
  readonly action: Action;
  /** For the person who is asked: one line. */
  readonly title: string;
  /** What would be run or changed, exactly: a command line or a unified diff. */
  readonly preview: string | undefined;
  /** Whether it may run beside others. */
  readonly isReadOnly: boolean;
  run(options: { readonly signal: AbortSignal; readonly onOutput: (text: string) => void }): Promise<ToolOutput>;
}

export interface AssistantTool {
  readonly spec: ToolSpec;
  readonly timeoutMs: number;
  /** @throws AppError `request.invalid` for arguments that are none; told to the model */
  prepare(args: JsonRecord, options: { readonly signal: AbortSignal }): Promise<PreparedCall>;
}

/** What a person says to an action. */
export type Approval =
  | { readonly kind: 'once' }
  | { readonly kind: 'session' }
  | { readonly kind: 'project' }
  | { readonly kind: 'reject'; readonly reason: string | undefined };

export interface ApprovalQuestion {
  readonly call: ToolCall;
  readonly prepared: PreparedCall;
  readonly decision: Extract<Decision, { readonly kind: 'ask' }>;
}

export interface LoopDeps {
  readonly model: AssistantModel;
  readonly tools: readonly AssistantTool[];
  readonly clock: Clock;
  /** Whether the action runs; rules, grants and mode are behind it. */
  readonly decide: (
    action: Action,
    texts: { readonly untrusted: readonly string[]; readonly trusted: readonly string[] },
  ) => Decision;
  readonly approve: (question: ApprovalQuestion, options: { readonly signal: AbortSignal }) => Promise<Approval>;
  /** Keeps what was approved for longer. */
  readonly grant: (action: Action, scope: 'session' | 'project') => void;
  /** Asked when a turn has taken as many steps as it may; true lets it take as many again. Without it the turn ends. */
  readonly goOn?: ((steps: number, options: { readonly signal: AbortSignal }) => Promise<boolean>) | undefined;
  /** Hides secrets; nothing reaches a model without it. */
  readonly hideSecrets: (text: string) => string;
  /** A fresh word that no text can know, for fences around data. */
  readonly nonce: () => string;
  readonly limits?: Partial<LoopLimits> | undefined;
}

export interface LoopLimits {
  /** Answers of the model in one turn. */
  readonly steps: number;
  /** Characters of a tool's result that the model gets. */
  readonly resultLength: number;
  /** The same call with the same result so often ends the turn. */
  readonly repeats: number;
  /** Streams that broke, tried again. */
  readonly brokenStreams: number;
}

export const defaultLoopLimits: LoopLimits = { steps: 24, resultLength: 30_000, repeats: 3, brokenStreams: 2 };

/** What happens in a turn, in the words that log, API and screen share (contract assistant §1.5). */
export type LoopEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'answer_discarded'; readonly reason: 'broken' }
  | {
      readonly type: 'tool_call';
      readonly call: ToolCall;
      readonly title: string;
      readonly preview: string | undefined;
      readonly risk: string;
    }
  | { readonly type: 'tool_call_confirmation'; readonly question: ApprovalQuestion }
  | { readonly type: 'tool_output'; readonly callId: string; readonly text: string }
  | {
      readonly type: 'tool_call_response';
      readonly callId: string;
      readonly output: ToolOutput;
      readonly outcome: CallOutcomeKind;
    }
  | {
      readonly type: 'needs_approval';
      readonly call: ToolCall;
      readonly title: string;
      readonly preview: string | undefined;
      readonly risk: string;
    }
  | { readonly type: 'compacted'; readonly removedLength: number }
  | { readonly type: 'token_usage'; readonly usage: Usage; readonly contextTokens: number }
  | { readonly type: 'warning'; readonly reason: 'loop' | 'steps' | 'length' }
  | { readonly type: 'error'; readonly error: AppError };

export type CallOutcomeKind = 'done' | 'failed' | 'rejected' | 'denied' | 'invalid' | 'timeout' | 'stopped';

/** A conversation, between turns. */
export interface Conversation {
  readonly messages: readonly Message[];
  /** Every text so far that nobody vouches for; it stays here when the conversation is cut. */
  readonly untrusted: readonly string[];
}

export interface TurnResult extends Conversation {
  readonly stopReason: 'answered' | 'refused' | 'loop' | 'steps' | 'length' | 'aborted' | 'error';
}
