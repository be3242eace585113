import type { AssistantEvent, ProjectFilesBody } from '#contract';
import type { Clock, Log } from '#core';
import type { ModelCandidate } from '../brain/choose-model.ts';
import type { Language, Intent } from '../intents/recognise.ts';
import type { AssistantModel, JsonRecord } from '../loop/types.ts';
import type { Choose } from '../model/openai-model.ts';
import type { SessionMeta, SessionStore } from '../sessions/types.ts';
import type { AssistantToolSet } from '../tools/types.ts';

export type Texts = Readonly<Record<Language, string>>;

/** What answers a turn. */
export type Brain =
  | {
      readonly kind: 'model';
      readonly model: AssistantModel;
      /** `small` is not given tools: it chooses among facts, and tells them. */
      readonly size: 'full' | 'small';
      readonly choose: Choose;
      /** Of one that is not on this machine. */
      readonly url?: string | undefined;
    }
  | { readonly kind: 'rules'; readonly why: Texts };

/** What an analyser found, for people and for a model. */
export interface Facts {
  readonly kind: Extract<AssistantEvent, { type: 'fact_card' }>['kind'];
  readonly title: string;
  /** In the language of the question. */
  readonly markdown: string;
  readonly data: unknown;
  /** What could be done about it: calls of tools, in their order. */
  readonly offers: readonly FactOffer[];
}

export interface FactOffer {
  readonly tool: string;
  readonly args: JsonRecord;
}

export interface FactsPort {
  /** @throws AppError when the facts cannot be had */
  of(
    intent: Intent,
    options: { readonly workingDirectory: string; readonly language: Language; readonly signal: AbortSignal },
  ): Promise<Facts>;
}

/** The settings of the assistant, as they are now. */
export interface AssistantSettings {
  readonly enabled: boolean;
  readonly acceptedTerms?: number | undefined;
  readonly acknowledged: readonly string[];
  readonly maxSteps: number;
  readonly tools: Readonly<
    Record<string, { readonly enabled?: boolean | undefined; readonly approval?: 'ask' | 'auto' | undefined }>
  >;
  readonly permissions: RuleTexts;
  readonly projects: Readonly<Record<string, RuleTexts>>;
  /** Of the administrator. */
  readonly locked: RuleTexts;
  /** Whether the administrator has set which model answers; no session has its own then. */
  readonly isModelLocked: boolean;
}

export interface RuleTexts {
  readonly deny: readonly string[];
  readonly ask: readonly string[];
  readonly allow: readonly string[];
}

export interface AssistantSettingsPort {
  current(): AssistantSettings;
  /** By path below `assistant`. @throws AppError `settings.invalid` */
  change(changes: readonly { readonly path: readonly string[]; readonly value: unknown }[]): Promise<void>;
}

export interface AssistantDeps {
  readonly sessions: SessionStore;
  readonly settings: AssistantSettingsPort;
  /** `null` asks for the one of the settings. */
  readonly brain: (model: string | null, options: { readonly signal: AbortSignal }) => Promise<Brain>;
  /** The models of this machine that can chat, and the budget that they must fit into. */
  readonly models: () => Promise<{ readonly candidates: readonly ModelCandidate[]; readonly budgetBytes: number }>;
  /** Those of one session. @throws AppError when its folder is not there */
  readonly tools: (session: ToolSessionFacts, language: () => Language) => Promise<AssistantToolSet>;
  readonly facts: FactsPort;
  /** Reads what is attached by its name. @throws AppError */
  readonly attach: (
    attachment: { readonly kind: string; readonly name: string },
    options: { readonly workingDirectory: string; readonly signal: AbortSignal },
  ) => Promise<string>;
  readonly files: (directory: string, prefix: string) => Promise<ProjectFilesBody>;
  readonly hideSecrets: (text: string) => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** What models are told of where they work: system, Docker, folder. */
  readonly surroundings: (workingDirectory: string) => Promise<string>;
}

export type EventBody = DistributiveOmit<AssistantEvent, 'seq' | 'at'>;
type DistributiveOmit<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never;

export type ToolSessionFacts = Pick<SessionMeta, 'id' | 'workingDirectory'>;
