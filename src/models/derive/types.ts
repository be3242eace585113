/** The kinds of text a model carries besides its weights. `instructions` are ours: JSON that its conversations begin with. */
export type TextKind = 'licence' | 'chatTemplate' | 'instructions';

/** What a derived model has that its source has not; what is undefined stays as it is. */
export interface Derivation {
  readonly target: string;
  readonly instructions?: Readonly<Record<string, unknown>> | undefined;
  /** Added to those of the source. */
  readonly licences?: readonly string[] | undefined;
  /** Jinja; takes the place of the source's. */
  readonly chatTemplate?: string | undefined;
}

export interface Upload {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** As announced; undefined when the sender did not say. */
  readonly sizeBytes: number | undefined;
  readonly signal: AbortSignal;
}

/** Files that clients send ahead of the model they are for. Those nobody used are swept after seven days. */
export interface Uploads {
  /** Whether a file is here, sent or as part of a stored model. */
  has(digest: string): Promise<boolean>;
  /**
   * Takes a file in. It is hashed on the way and kept only when it is what its digest says.
   * @throws AppError `request.invalid`, `store.disk_full`, `request.aborted`
   */
  receive(digest: string, upload: Upload): Promise<void>;
  /**
   * A folder with the files under the names given, without copying them; gone at the end of the scope.
   * @throws AppError `source.not_found` for a file that was not sent
   */
  gather(files: Readonly<Record<string, string>>): Promise<{ readonly folder: string } & AsyncDisposable>;
  /** Forgets files whose model is stored. */
  forget(digests: readonly string[]): Promise<void>;
}
