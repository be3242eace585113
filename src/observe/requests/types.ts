import type { Digest } from '#core';

/** What the settings say: everything, only that there was a request, or nothing. */
export type Recording = 'on' | 'metadata' | 'off';

/** As it is on disk and on the wire (contract model-runner §2.8). */
export interface RequestRecord {
  readonly id: string;
  /** As the client named it. */
  readonly model: string;
  readonly method: string;
  readonly url: string;
  readonly request?: string | undefined;
  readonly response?: string | undefined;
  readonly error?: string | undefined;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly status_code: number;
  readonly user_agent?: string | undefined;
  readonly origin?: string | undefined;
  readonly duration_ms: number;
}

/** An answered request, in the bytes that came and went. */
export interface AnsweredRequest {
  readonly model: string;
  readonly modelId: Digest;
  readonly method: string;
  readonly url: string;
  readonly body: Buffer | undefined;
  readonly answer: readonly Buffer[];
  /** Bytes of the answer that were not kept. */
  readonly answerLostBytes: number;
  readonly error: string | undefined;
  readonly status: number;
  readonly userAgent: string | undefined;
  readonly origin: string | undefined;
  /** Unix ms. */
  readonly startedAt: number;
  readonly durationMs: number;
}

export interface ModelRequests {
  readonly modelId: Digest;
  /** Oldest first. */
  readonly records: readonly RequestRecord[];
}

/** Recorded requests on disk: few per model, bounded in bytes, readable after a crash. */
export interface RequestStore {
  add(modelId: Digest, record: RequestRecord): Promise<void>;
  list(modelId?: Digest): Promise<readonly ModelRequests[]>;
  clear(modelId?: Digest): Promise<void>;
}
