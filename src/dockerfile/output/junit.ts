import { findingText } from '../texts/index.ts';
import { escapeMarkup as x } from './escape.ts';
import type { FileReport, Rendering } from './report.ts';

/** JUnit XML: a suite for each file, a failed case for each finding. */
export function junitReport(reports: readonly FileReport[], { language }: Rendering): string {
  const failures = reports.reduce((sum, { rating }) => sum + rating.findings.length, 0);
  const suites = reports.map(({ path, rating }) => {
    const cases = rating.findings.map((finding) => {
      const { title, why, fix } = findingText(finding, language);
      const body = `${path}:${finding.line}\n${finding.evidence}\n${why}\n${fix}`;
      return `    <testcase classname="${x(path)}" name="${x(`${finding.id} ${finding.line}`)}">\n      <failure message="${x(title)}" type="${finding.severity}">${x(body)}</failure>\n    </testcase>\n`;
    });
    const passed =
      cases.length === 0 ? `    <testcase classname="${x(path)}" name="${rating.grade} ${rating.score}"/>\n` : '';
    const tests = Math.max(1, cases.length);
    return `  <testsuite name="${x(path)}" tests="${tests}" failures="${cases.length}" errors="0" skipped="0">\n    <properties>\n      <property name="score" value="${rating.score}"/>\n      <property name="grade" value="${rating.grade}"/>\n    </properties>\n${cases.join('')}${passed}  </testsuite>\n`;
  });
  const tests = reports.reduce((sum, { rating }) => sum + Math.max(1, rating.findings.length), 0);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="Gantry" tests="${tests}" failures="${failures}">\n${suites.join('')}</testsuites>\n`;
}
