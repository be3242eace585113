import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hadolintTable, ruleTable } from '../scripts/eval/rule-table.ts';
import { catalogue } from '../src/dockerfile/rules/catalogue.ts';

const page = readFileSync(join(fileURLToPath(new URL('..', import.meta.url)), 'docs/dockerfile-rating.md'), 'utf8');
/** The formatter aligns tables; what they say is what counts. */
const cells = (text: string): string => text.replaceAll(/-{3,}/g, '---').replaceAll(/ +/g, ' ');

describe('docs/dockerfile-rating.md', () => {
  it('lists all rules as they are', () => {
    expect(cells(page)).toContain(cells(ruleTable()));
  });

  it('lists the rules of hadolint that are covered: at least 60', () => {
    expect(cells(page)).toContain(cells(hadolintTable()));
    const covered = new Set(catalogue.flatMap(({ equivalents }) => equivalents?.hadolint ?? []));
    expect(covered.size).toBeGreaterThanOrEqual(60);
  });
});
