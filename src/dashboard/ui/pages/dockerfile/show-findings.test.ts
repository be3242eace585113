import { expect, it } from 'vitest';
import { countBySeverity, isShown, type Finding } from './show-findings.ts';

const text = { title: '', why: '', fix: '' };
const finding = (id: string, rest: Partial<Finding>): Finding => ({
  id,
  dimension: 'cache',
  severity: 'info',
  line: 1,
  endLine: 1,
  column: 1,
  evidence: '',
  fixKind: 'safe',
  text: { en: text, zh: text },
  links: [],
  ...rest,
});
const findings = [
  finding('A', { severity: 'error', dimension: 'security', line: 2, endLine: 4 }),
  finding('B', { severity: 'warning' }),
  finding('C', { line: 4, endLine: 4 }),
];
const shown = (filter: Parameters<typeof isShown>[1]): string =>
  findings
    .filter((one) => isShown(one, filter))
    .map(({ id }) => id)
    .join('');

it('findings are shown by severity, dimension and line, all at once', () => {
  expect(shown({})).toBe('ABC');
  expect(shown({ severity: 'error' })).toBe('A');
  expect(shown({ dimension: 'cache' })).toBe('BC');
  expect([1, 2, 3, 4, 5].map((line) => shown({ line }))).toEqual(['B', 'A', 'A', 'AC', '']);
  expect(shown({ line: 4, severity: 'info', dimension: 'cache' })).toBe('C');
  expect(countBySeverity(findings)).toEqual({ error: 1, warning: 1, info: 1 });
});
