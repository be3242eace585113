import type { RatedDockerfileBody } from '#contract';

export type Finding = RatedDockerfileBody['findings'][number];
export type Severity = Finding['severity'];

/** Which findings are shown; what is undefined leaves nothing out. */
export interface FindingFilter {
  readonly severity?: Severity | undefined;
  readonly dimension?: string | undefined;
  readonly line?: number | undefined;
}

export function isShown(finding: Finding, { severity, dimension, line }: FindingFilter): boolean {
  return (
    (severity === undefined || finding.severity === severity) &&
    (dimension === undefined || finding.dimension === dimension) &&
    (line === undefined || isAtLine(finding, line))
  );
}

export function isAtLine({ line: first, endLine }: Finding, line: number): boolean {
  return first <= line && line <= endLine;
}

export function countBySeverity(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity] += 1;
  return counts;
}
