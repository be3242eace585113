import type { Analysis } from '../analysis/analyse.ts';
import type { Span } from '../source/model.ts';

export type Severity = 'error' | 'warning' | 'info';

export const dimensionIds = [
  'cache',
  'security',
  'size',
  'best-practice',
  'maintainability',
  'reproducibility',
  'portability',
  'resources',
] as const;
export type DimensionId = (typeof dimensionIds)[number];

/** Safe: can be applied without looking; review: needs knowledge of the project; advice: there is nothing to rewrite. */
export type FixKind = 'safe' | 'review' | 'advice';

/** Replaces a span of the file. */
export interface Edit extends Span {
  readonly text: string;
}

/** One place where a rule is broken. */
export interface Hit {
  readonly at: Span;
  /** Default: what stands there. */
  readonly evidence?: string | undefined;
  /** Which of the rule's sentences tells it, for rules that have several. */
  readonly variant?: string | undefined;
  readonly params?: Readonly<Record<string, string | number>> | undefined;
  /** Together they make the file right, and change nothing else about what it builds. */
  readonly edits?: readonly Edit[] | undefined;
  /** Default: the rule's. */
  readonly severity?: Severity | undefined;
}

export type Check = (analysis: Analysis) => Iterable<Hit>;

/** Names that other tools have for the same thing. */
export interface Equivalents {
  readonly hadolint?: readonly string[];
  readonly shellcheck?: readonly string[];
  readonly buildkit?: readonly string[];
  readonly dockle?: readonly string[];
  readonly trivy?: readonly string[];
}

export interface RuleFacts {
  readonly severity: Severity;
  readonly fix: FixKind;
  readonly equivalents?: Equivalents;
}

export interface Rule extends RuleFacts {
  readonly id: string;
  readonly dimension: DimensionId;
  readonly check: Check;
}
