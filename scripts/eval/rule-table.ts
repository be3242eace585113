import { catalogue } from '../../src/dockerfile/rules/catalogue.ts';
import { ruleText } from '../../src/dockerfile/texts/index.ts';

/** The table of all rules in docs/dockerfile-rating.md. */
export function ruleTable(): string {
  const rows = catalogue.map(({ id, severity, fix, equivalents = {} }) => {
    const others = Object.values(equivalents).flat().join(', ');
    return `| ${id} | ${severity} | ${fix} | ${ruleText(id, 'en').why.replaceAll('|', String.raw`\|`)} | ${others} |`;
  });
  return ['| id | severity | fix | why it matters | elsewhere |', '| --- | --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

/** Which of our rules finds what a rule of hadolint finds. */
export function hadolintTable(): string {
  const ours = new Map<string, string[]>();
  for (const { id, equivalents } of catalogue) {
    for (const name of equivalents?.hadolint ?? []) ours.set(name, [...(ours.get(name) ?? []), id]);
  }
  const rows = [...ours]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, ids]) => `| ${name} | ${ids.join(', ')} |`);
  return ['| hadolint | here |', '| --- | --- |', ...rows].join('\n');
}
