import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { rateDockerfile } from '../rate.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { sarifReport } from './sarif.ts';

const hostile = 'FROM node\nADD "<script>alert(1)</script>|`x`" /app\nCMD npm start\n';
const report = { path: 'a b/Dockerfile', rating: rateDockerfile(hostile) };
const rendering = { language: 'en', version: '1.2.3' } as const;

describe('reports', () => {
  it('as HTML run nothing and load nothing', () => {
    const html = htmlReport([report], rendering);
    expect(html).not.toMatch(/<script|<img|<link|https?:\/\//);
    expect(html).toContain('&lt;script&gt;');
    expect(html).toContain("default-src 'none'");
  });

  it('as Markdown keep a finding in its row', () => {
    const rows = markdownReport([report], rendering)
      .split('\n')
      .filter((line) => line.includes('SEC08'));
    expect(rows).toHaveLength(1);
    expect(rows[0]?.split(/(?<!\\)\|/)).toHaveLength(7);
  });

  it('as JUnit are well-formed and count their failures', () => {
    const xml = junitReport([report], rendering);
    expect(xml).toContain(`failures="${report.rating.findings.length}"`);
    expect(xml.match(/<testcase /g)).toHaveLength(report.rating.findings.length);
    expect(xml).not.toContain('<script>');
  });

  it('as SARIF name rules that are there, levels and lines', () => {
    const sarif = sarifReport([report], rendering);
    expect(sarif).toMatchObject({
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'Gantry', semanticVersion: '1.2.3' } } }],
    });
    const text = JSON.parse(JSON.stringify(sarif));
    const [{ tool, results }] = text.runs;
    for (const result of results) {
      expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
      expect(['error', 'warning', 'note']).toContain(result.level);
      const { artifactLocation, region } = result.locations[0].physicalLocation;
      expect(artifactLocation.uri).toBe('a%20b/Dockerfile');
      expect(region.startLine).toBeGreaterThanOrEqual(1);
      expect(region.endLine).toBeGreaterThanOrEqual(region.startLine);
    }
  });

  it('as SARIF keep to the schema of OASIS', () => {
    // The schema is of an older draft than the validator: its name for an id, and a pattern that is none with the u flag.
    const { $schema: _draft, id: _id, ...rules } = schema;
    const isValid = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(rules);
    const empty = { path: '-', rating: rateDockerfile('') };
    const valid = isValid(JSON.parse(JSON.stringify(sarifReport([report, empty], rendering))));
    expect(isValid.errors).toBeNull();
    expect(valid).toBe(true);
  });

  it('of several files give the worst score', () => {
    const good = { path: 'b', rating: rateDockerfile('FROM scratch\nUSER 1\n') };
    expect(jsonReport([good, report], rendering)).toMatchObject({
      score: report.rating.score,
      files: [{ path: 'b' }, { path: 'a b/Dockerfile' }],
    });
  });

  it('are in Chinese when asked', () => {
    expect(markdownReport([report], { ...rendering, language: 'zh' })).toContain('CMD 使用了 shell 形式');
  });
});
