import { catalogue } from '../rules/catalogue.ts';
import type { Severity } from '../rules/types.ts';
import type { Finding } from '../rate.ts';
import { findingText, ruleText } from '../texts/index.ts';
import { labels } from '../texts/labels.ts';
import type { FileReport, Rendering } from './report.ts';

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/** SARIF 2.1.0, as code hosts read it. */
export function sarifReport(reports: readonly FileReport[], { language, version }: Rendering): object {
  const used = new Set(reports.flatMap(({ rating }) => rating.findings.map(({ id }) => id)));
  const rules = catalogue.filter(({ id }) => used.has(id));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Gantry',
            semanticVersion: version,
            informationUri: 'https://www.npmjs.com/package/gantry',
            rules: rules.map((rule) => ({
              id: rule.id,
              shortDescription: { text: labels[language].dimensions[rule.dimension] },
              fullDescription: { text: ruleText(rule.id, language).why },
              help: { text: ruleText(rule.id, language).fix },
              defaultConfiguration: { level: levels[rule.severity] },
              properties: { tags: [rule.dimension], equivalents: rule.equivalents ?? {} },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: reports.flatMap(({ path, rating }) =>
          rating.findings.map((finding) => ({
            ruleId: finding.id,
            ruleIndex: rules.findIndex(({ id }) => id === finding.id),
            level: levels[finding.severity],
            message: { text: findingText(finding, language).title },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: encodeURI(path) },
                  region: {
                    startLine: finding.line,
                    startColumn: finding.column,
                    endLine: finding.endLine,
                    ...(finding.evidence === '' ? {} : { snippet: { text: finding.evidence } }),
                  },
                },
              },
            ],
            ...fixesOf(finding, path, language),
          })),
        ),
      },
    ],
  };
}

function fixesOf({ edits, ...finding }: Finding, path: string, language: Rendering['language']): object {
  if (edits.length === 0) return {};
  return {
    fixes: [
      {
        description: { text: findingText(finding, language).fix },
        artifactChanges: [
          {
            artifactLocation: { uri: encodeURI(path) },
            replacements: edits.slice(0, 100).map(({ start, end, text }) => ({
              deletedRegion: { charOffset: start, charLength: end - start },
              ...(text === '' ? {} : { insertedContent: { text } }),
            })),
          },
        ],
      },
    ],
  };
}
