import type { Digest } from '#core';
import type { PullEvent } from '../types.ts';

/** What every source gets: how to stop, how to tell, and the caller's credential. */
export interface PullContext {
  readonly signal: AbortSignal;
  readonly emit: (event: PullEvent) => void;
  readonly bearerToken?: string | undefined;
}

/** A model whose layers are in the store, ready to be published. */
export interface Acquired {
  readonly manifest: Uint8Array;
  readonly config: Uint8Array;
  /** Full tag to give it; none for a pull by digest. */
  readonly tag: string | undefined;
  /** What the user is told it is called. */
  readonly name: string;
}

/** One layer to bring into the store. */
export interface LayerFetch {
  /** Digest, or the sha256 of the path while the digest is unknown (contract model-runner §2.4). */
  readonly label: string;
  readonly digest: Digest | undefined;
  readonly sizeBytes: number;
  fetch(options: LayerFetchOptions): Promise<{ readonly digest: Digest; readonly sizeBytes: number }>;
}

export interface LayerFetchOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (receivedBytes: number, sizeBytes?: number) => void;
  readonly onStatus: (message: string) => void;
}
