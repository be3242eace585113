import type { AppError } from '#core';

export type SearchSource = 'dockerhub' | 'huggingface';

export interface SearchQuery {
  /** Words that must all occur; empty for what is popular. */
  readonly term: string;
  readonly limit: number;
  readonly sources: readonly SearchSource[];
}

export interface FoundModel {
  /** As `pull` takes it. */
  readonly name: string;
  readonly description: string;
  readonly downloads: number;
  readonly stars: number;
  readonly source: SearchSource;
  readonly official: boolean;
  /** ISO 8601; empty where the source does not say. */
  readonly updatedAt: string;
  /** What would run it: `llama.cpp`, `vllm`, or empty where that is not known. */
  readonly backend: string;
  /** As the source names it, `apache-2.0`; empty where its list does not say, as that of Docker Hub. */
  readonly license: string;
  /** Of what a pull without a tag fetches; undefined where that is not known. */
  readonly sizeBytes: number | undefined;
}

export interface SearchOutcome {
  readonly models: readonly FoundModel[];
  /** Sources that could not be asked. */
  readonly failures: readonly { readonly source: SearchSource; readonly error: AppError }[];
}

/** @throws AppError when no source could be asked */
export type ModelSearch = (query: SearchQuery, options: { signal: AbortSignal }) => Promise<SearchOutcome>;
