import type { AppError, Digest } from '#core';

export interface Variant {
  /** As `pull` takes it. */
  readonly name: string;
  readonly quantization?: string | undefined;
  readonly parameters?: string | undefined;
  readonly sizeBytes?: number | undefined;
  readonly id?: Digest | undefined;
  /** Why nothing is known of it. */
  readonly problem?: AppError | undefined;
}

export interface Variants {
  readonly variants: readonly Variant[];
  /** There are more than are listed. */
  readonly isCut: boolean;
}

/** What a publisher writes about a model, in Markdown; empty where there is nothing. */
export interface Card {
  readonly text: string;
  readonly origin: string;
}

export interface ModelLookUp {
  /** @throws AppError `reference.invalid`, `source.*` */
  variants(reference: string, options: { readonly signal: AbortSignal }): Promise<Variants>;
  /** @throws AppError `reference.invalid`, `source.*` */
  card(reference: string, options: { readonly signal: AbortSignal }): Promise<Card>;
}
