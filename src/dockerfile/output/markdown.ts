import { dimensionIds } from '../rules/types.ts';
import { findingText } from '../texts/index.ts';
import { labels } from '../texts/labels.ts';
import { codeCell, escapeCell } from './escape.ts';
import { bySeverity, type FileReport, type Rendering } from './report.ts';

export function markdownReport(reports: readonly FileReport[], { language }: Rendering): string {
  const words = labels[language];
  const parts = reports.map(({ path, rating }) => {
    const lines = [
      `## ${codeCell(path)}: ${rating.score}/100, ${words.grade} ${rating.grade}`,
      '',
      `| ${words.dimension} | ${words.score} |`,
      '| --- | ---: |',
      ...dimensionIds.map((id) => `| ${words.dimensions[id]} | ${rating.dimensions[id] ?? words.notApplicable} |`),
      '',
    ];
    if (rating.findings.length === 0) return [...lines, words.none, ''].join('\n');
    const rows = bySeverity(rating.findings).map((finding) => {
      const { title, fix } = findingText(finding, language);
      return `| ${finding.line} | ${words.severities[finding.severity]} | ${finding.id} | ${escapeCell(title)} ${codeCell(finding.evidence)} | ${escapeCell(fix)} |`;
    });
    return [
      ...lines,
      `| ${words.line} | | | ${words.finding} | ${words.fix} |`,
      '| ---: | --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n');
  });
  return `# ${words.report}\n\n${parts.join('\n')}`;
}
