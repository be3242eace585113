import type { Finding, Rating } from '../rate.ts';
import type { Language } from '../texts/types.ts';

export interface FileReport {
  /** As the user names it, with `/`. */
  readonly path: string;
  readonly rating: Rating;
}

export interface Rendering {
  readonly language: Language;
  /** Of the program that made the report. */
  readonly version: string;
}

export const severityOrder = ['error', 'warning', 'info'] as const;

export function bySeverity(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity));
}
