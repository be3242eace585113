import type { AssistantSessionBody } from '#contract';
import type { Clock, Env } from '#core';
import type { AssistantClient } from '../client/assistant/types.ts';
import type { Language, Translate } from '../messages/translate.ts';
import type { CliInput, CliOutput } from '../types.ts';
import type { SessionFacts } from './state/types.ts';

/** Everything the assistant's terminal works with. */
export interface TuiDeps {
  readonly client: AssistantClient;
  readonly input: CliInput;
  readonly output: CliOutput;
  readonly clock: Clock;
  readonly t: Translate;
  readonly language: Language;
  readonly colors: boolean;
  readonly env: Env;
  /** Where `~` is. */
  readonly home: string;
  /** Where files of `/export` go. */
  readonly workingDirectory: string;
  /** Earlier messages, newest first. */
  readonly history: readonly string[];
  /** Names of models that are here. */
  readonly models: () => Promise<readonly string[]>;
  /** Leaves a file that is there alone: resolves with whether it was written. */
  readonly writeNew: (path: string, text: string) => Promise<boolean>;
  readonly editText: (text: string) => Promise<string>;
  readonly suspend: () => Promise<void>;
  readonly signal: AbortSignal;
}

export function factsOf(
  { id, title, workingDirectory, mode }: AssistantSessionBody,
  model: SessionFacts['model'],
): SessionFacts {
  return { id, title, workingDirectory, mode, model };
}
