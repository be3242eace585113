import { explain, shellLine, shellLines, type Diagnosis } from '#diagnosis';
import type { Language } from '../titles.ts';

const mostCauses = 3;

/** A diagnosis as text, the likeliest causes with evidence and fixes. */
export function diagnosisText(diagnosis: Diagnosis, language: Language): string {
  const { target, state, exitCode, health, verdict, causes, telling, unread } = diagnosis;
  const head = [
    `container: ${target}`,
    ...(state === undefined ? [] : [`state: ${state}`]),
    ...(exitCode === undefined ? [] : [`exit code: ${exitCode}`]),
    ...(health === 'none' ? [] : [`health: ${health}`]),
    `verdict: ${verdict}`,
  ];
  const found = causes.slice(0, mostCauses).flatMap((cause, index) => {
    const { title, why, advice } = explain(cause, language);
    const fixes = cause.fixes.flatMap((fix) => [
      `   fix (${fix.risk}):`,
      ...shellLines(fix, target).map((line) => `     ${line}`),
    ]);
    return [
      '',
      `${index + 1}. ${title} [${cause.id}, ${Math.round(cause.confidence * 100)}% sure]`,
      `   ${why}`,
      ...cause.evidence.map(({ source, text }) => `   evidence (${source}): ${text}`),
      `   ${advice}`,
      ...fixes,
      ...(cause.verify.length > 0 ? ['   check:', ...cause.verify.map((one) => `     ${shellLine(one)}`)] : []),
    ];
  });
  const lines = verdict === 'cause_unknown' ? telling.map(({ source, text }) => `(${source}) ${text}`) : [];
  const missing = unread.map(({ part, reason }) => `not read: ${part}: ${reason}`);
  return [...head, ...found, ...lines, ...missing].join('\n');
}
