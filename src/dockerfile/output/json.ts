import { dimensionIds } from '../rules/types.ts';
import { findingText } from '../texts/index.ts';
import { labels } from '../texts/labels.ts';
import type { FileReport, Rendering } from './report.ts';

/** One file as an object; several as `{ score, grade, files }`, the score being that of the worst. */
export function jsonReport(reports: readonly FileReport[], rendering: Rendering): unknown {
  const files = reports.map((report) => fileObject(report, rendering));
  const [only] = files;
  if (files.length === 1 && only) return only;
  const worst = reports.toSorted((a, b) => a.rating.score - b.rating.score)[0]?.rating;
  return { score: worst?.score ?? 100, grade: worst?.grade ?? 'A', files };
}

function fileObject({ path, rating }: FileReport, { language }: Rendering): object {
  return {
    path,
    score: rating.score,
    grade: rating.grade,
    dimensions: Object.fromEntries(
      dimensionIds.map((id) => [
        id,
        {
          name: labels[language].dimensions[id],
          score: rating.dimensions[id] ?? 100,
          applicable: rating.dimensions[id] !== null,
        },
      ]),
    ),
    findings: rating.findings.map((finding) => ({
      id: finding.id,
      dimension: finding.dimension,
      severity: finding.severity,
      line: finding.line,
      endLine: finding.endLine,
      column: finding.column,
      evidence: finding.evidence,
      message: findingText(finding, language).title,
      why: findingText(finding, language).why,
      fix: findingText(finding, language).fix,
      fixKind: finding.fix,
      equivalents: finding.equivalents,
    })),
    ignored: rating.ignored,
  };
}
