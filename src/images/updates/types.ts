export interface PendingUpdate {
  readonly name: string;
  readonly source: string;
  readonly installed: string;
  readonly fixed: string;
}

/** Security updates that the distribution has and the image has not; or why that is not known. */
export type UpdateReport =
  | {
      readonly state: 'known';
      readonly index: string;
      readonly fetchedAtMs: number;
      readonly updates: readonly PendingUpdate[];
    }
  | {
      readonly state: 'unknown';
      readonly reason: 'no_packages' | 'distribution' | 'unreachable' | 'skipped';
      readonly detail: string;
    };

export interface FetchedIndex {
  readonly bytes: Uint8Array;
  readonly fetchedAtMs: number;
}

/** Fetches a file of a distribution's mirror, or has it from an earlier time. @throws AppError `source.*` */
export type FetchIndex = (url: string, options: { signal?: AbortSignal | undefined }) => Promise<FetchedIndex>;
