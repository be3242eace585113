import type { InferenceEvent } from '#inference';

/** What an answer says about its tokens, as far as it says it. */
export interface TokenUse {
  readonly promptTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly outputTokensPerSecond?: number | undefined;
}

export interface AnsweredFacts {
  /** A few words: openai, anthropic, ollama, responses. */
  readonly api: string;
  readonly status: number;
  readonly aborted: boolean;
  readonly durationMs: number;
  /** A model of the store by its name; none for what is not there. */
  readonly model?: string | undefined;
  /** Only of answers that came as events. */
  readonly firstTokenMs?: number | undefined;
  readonly use?: TokenUse | undefined;
}

/** What is asked when somebody looks. */
export interface Gauges {
  readonly queuedRequests: number;
  readonly activeRequests: number;
  readonly runners: number;
  readonly runnerBytes: number;
  readonly storeBytes: number | undefined;
  readonly residentBytes: number;
  readonly eventLoopLagSeconds: number;
}

export type TransferKind = 'pull' | 'push';

export interface Metrics {
  answered(facts: AnsweredFacts): void;
  inference(event: InferenceEvent): void;
  transferred(kind: TransferKind, bytes: number): void;
  transferEnded(kind: TransferKind, outcome: 'done' | 'cached' | 'failed' | 'aborted'): void;
  runnerUnreadable(): void;
  /** As Prometheus reads it. */
  text(gauges: Gauges): Promise<string>;
}
