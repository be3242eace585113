import type { ApprovalRequest, AssistantEvent, TurnRequest } from '#contract';
import type { HistorySearch } from '../../chat/history-search.ts';
import type { MessageKey } from '../../messages/translate.ts';
import type { Editor } from '../input/editor.ts';
import type { Key } from '../input/keys.ts';

export type Attachment = NonNullable<TurnRequest['attachments']>[number];
export type Confirmation = Extract<AssistantEvent, { type: 'tool_call_confirmation' }>;
export type Outcome = Extract<AssistantEvent, { type: 'tool_call_response' }>['outcome'];
export type Mode = 'ask' | 'plan' | 'auto';

/** A sentence of ours, told in the language of the screen. */
export interface Saying {
  readonly key: MessageKey;
  readonly values?: Readonly<Record<string, string | number>> | undefined;
}

/** What stands above the editor, in the order it happened. */
export type Item =
  | { readonly kind: 'user'; readonly text: string; readonly attachments: readonly string[] }
  | { readonly kind: 'answer'; readonly messageId: string; readonly text: string; readonly open: boolean }
  | { readonly kind: 'reasoning'; readonly messageId: string; readonly text: string; readonly open: boolean }
  | ToolItem
  | { readonly kind: 'facts'; readonly title: string; readonly markdown: string }
  | {
      readonly kind: 'notice';
      readonly level: 'info' | 'warning' | 'error';
      readonly saying?: Saying | undefined;
      /** Already in the language of the screen, such as an error of the daemon. */
      readonly text?: string | undefined;
    };

export interface ToolItem {
  readonly kind: 'tool';
  readonly callId: string;
  readonly tool: string;
  readonly title: string;
  readonly preview: string | undefined;
  readonly risk: string;
  readonly arguments: string;
  readonly output: string;
  readonly state: 'running' | 'asked' | 'stopped' | Outcome;
  readonly open: boolean;
}

/** A question as it will be sent. */
export interface Question {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** What has the keyboard instead of the editor. */
export type Dialog =
  | {
      readonly kind: 'approval';
      readonly asked: Confirmation;
      /** Has the keyboard. Not at once: what was being typed must not become an answer. */
      readonly armed: boolean;
      /** Rows of the preview above those that are shown. */
      readonly scroll: number;
      /** Why not, while it is being written. */
      readonly reason: Editor | undefined;
    }
  | { readonly kind: 'continue'; readonly callId: string; readonly steps: number; readonly armed: boolean }
  | Choice;

export interface Choice {
  readonly kind: 'choice';
  readonly purpose: 'session' | 'model' | 'mode' | 'tools' | 'feedback';
  readonly rows: readonly ChoiceRow[];
  readonly selected: number;
  /** What was typed to find a row. */
  readonly filter: string;
}

export interface ChoiceRow {
  readonly value: string;
  readonly title: string;
  readonly detail: string;
  /** Of a tool. */
  readonly enabled?: boolean | undefined;
  readonly approval?: 'ask' | 'auto' | undefined;
}

export interface Menu {
  readonly kind: 'command' | 'file';
  /** Where the completed word begins in the editor. */
  readonly from: number;
  readonly prefix: string;
  readonly rows: readonly string[];
  readonly selected: number;
}

export interface SessionFacts {
  readonly id: string;
  readonly title: string;
  readonly workingDirectory: string;
  readonly mode: Mode;
  readonly model: { readonly name: string; readonly isLocal: boolean } | null;
}

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly contextTokens: number;
}

export interface State {
  readonly session: SessionFacts;
  readonly items: readonly Item[];
  readonly turn: 'idle' | 'running' | 'stopping';
  /** Typed while a turn was under way; sent one after the other. */
  readonly queue: readonly Question[];
  readonly editor: Editor;
  readonly attachments: readonly Attachment[];
  /** Newest first; `at` while the arrows walk through it, with what stood in the editor before. */
  readonly history: { readonly entries: readonly string[]; readonly at: number | undefined; readonly typed: string };
  readonly search: HistorySearch | undefined;
  readonly menu: Menu | undefined;
  readonly dialogs: readonly Dialog[];
  readonly usage: Usage | undefined;
  /** Ctrl-C was pressed with nothing to stop: once more leaves. */
  readonly leaving: boolean;
  /** Details of tools and thoughts are shown whole. */
  readonly expanded: boolean;
  readonly lastSeq: number;
}

export type Input =
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'event'; readonly event: AssistantEvent }
  /** The stream of a turn ended, with or without `turn_ended`. */
  | { readonly type: 'turn_closed'; readonly error?: string | undefined }
  | { readonly type: 'files'; readonly prefix: string; readonly paths: readonly string[] }
  | {
      readonly type: 'notice';
      readonly level: 'info' | 'warning' | 'error';
      readonly saying?: Saying;
      readonly text?: string;
    }
  | { readonly type: 'facts'; readonly title: string; readonly markdown: string }
  | {
      readonly type: 'session';
      readonly session: SessionFacts;
      readonly events?: readonly AssistantEvent[] | undefined;
    }
  | { readonly type: 'choose'; readonly choice: Choice }
  | { readonly type: 'attached'; readonly attachment: Attachment }
  /** A question to the person has been seen long enough to be answered by one key. */
  | { readonly type: 'arm'; readonly callId: string }
  | { readonly type: 'edited'; readonly text: string };

export type Effect =
  | { readonly type: 'send'; readonly question: Question }
  | { readonly type: 'approve'; readonly callId: string; readonly approval: ApprovalRequest }
  | { readonly type: 'stop' }
  | { readonly type: 'complete'; readonly prefix: string }
  | { readonly type: 'command'; readonly name: string; readonly rest: string }
  | { readonly type: 'chosen'; readonly purpose: Choice['purpose']; readonly value: string }
  | { readonly type: 'switch_tool'; readonly row: ChoiceRow }
  | { readonly type: 'remember'; readonly text: string }
  | { readonly type: 'reprint' }
  | { readonly type: 'edit'; readonly text: string }
  | { readonly type: 'suspend' }
  | { readonly type: 'leave' };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}
