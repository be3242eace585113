/** How one kind of secret looks. Written from what its issuer says about its format. */
export interface SecretRule {
  /** `aws-access-key-id` */
  readonly id: string;
  /** For people: `AWS access key id`. */
  readonly title: string;
  /** A text in which none of these stands, in any case of letters, is not looked at again. Each match begins at one of them. */
  readonly keywords: readonly string[];
  /**
   * Sticky, tried where a keyword begins. The first group, where there is one, is the secret itself. Every repetition is bounded or
   * ends at a character that no other keyword can stand before, so that a text costs time in proportion to its length.
   */
  readonly pattern: RegExp;
  /** Bits a character that the secret has at least; ordinary words and counters have less. */
  readonly minEntropy?: number | undefined;
  /** What a pattern cannot say. */
  readonly accepts?: ((secret: string) => boolean) | undefined;
  /** Characters before the keyword that are part of the secret. */
  readonly before?: number | undefined;
  /** The keyword may stand inside a word. */
  readonly insideWords?: boolean | undefined;
}

/** Where a secret stands. Never the secret. */
export interface SecretHit {
  readonly rule: string;
  readonly title: string;
  /** Half-open, in UTF-16 units of the text that was scanned. */
  readonly start: number;
  readonly end: number;
  /** The text holds it in base64. */
  readonly encoded: boolean;
}

export interface SecretScanner {
  /** At most `maxHits` (default 100), in the order of the text. */
  find(text: string, options?: { readonly maxHits?: number | undefined }): readonly SecretHit[];
  /** The text with every secret replaced by `[redacted RULE]`. */
  hide(text: string): string;
}
