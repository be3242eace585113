import type { Cancel } from '#docker';

/** A place that keeps secrets for us. */
export interface SecretStore {
  readonly kind: 'keychain' | 'file';
  /** Why it cannot be used here, a part of a sentence; undefined when it can. */
  unavailable(options: Cancel): Promise<string | undefined>;
  get(name: string, options: Cancel): Promise<string | undefined>;
  set(name: string, value: string, options: Cancel): Promise<void>;
  remove(name: string, options: Cancel): Promise<void>;
}

/** Where a secret is. Values are never written here. */
export type SecretPlace =
  | { readonly in: 'keychain' | 'file' }
  | { readonly env: string }
  /** Its standard output is the secret. Run without a shell. */
  | { readonly command: readonly string[] }
  /** The content of a file, without the line end after it. */
  | { readonly path: string };

export interface SecretEntry {
  readonly name: string;
  readonly place: SecretPlace;
  /** For people: `keychain`, `env OPENAI_API_KEY`, `command op`. */
  readonly provider: string;
}
