import { AppError, parseDurationMs } from '#core';

/** When a catalogue is fetched again before it is shown (contract mcp-toolkit §1.1, `--pull`). */
export type PullRule =
  | { readonly when: 'never' }
  /** Not there. */
  | { readonly when: 'missing' }
  /** Not there, and never was: one that somebody removed stays away. */
  | { readonly when: 'initial' }
  /** There already, and older than this. */
  | { readonly when: 'exists'; readonly olderThanMs: number }
  | { readonly when: 'always'; readonly olderThanMs: number };

/** `missing`, `always@6h`, `1d`, `initial+exists@6h`. @throws AppError `request.invalid` */
export function parsePullRules(text: string): readonly PullRule[] {
  return text
    .split('+')
    .filter((part) => part !== '')
    .map((part) => parseRule(part.trim(), text));
}

export function shouldPull(
  rules: readonly PullRule[],
  { ageMs, wasPulled }: { readonly ageMs: number | undefined; readonly wasPulled: boolean },
): boolean {
  return rules.some((rule) => {
    switch (rule.when) {
      case 'never':
        return false;
      case 'missing':
        return ageMs === undefined;
      case 'initial':
        return ageMs === undefined && !wasPulled;
      case 'exists':
        return ageMs !== undefined && ageMs >= rule.olderThanMs;
      case 'always':
        return ageMs === undefined || ageMs >= rule.olderThanMs;
    }
  });
}

function parseRule(part: string, whole: string): PullRule {
  const [name = '', age, ...more] = part.split('@');
  const refuse = (): AppError =>
    new AppError('request.invalid', `"${whole.slice(0, 80)}" does not say when to pull.`, {
      hint: 'It is one of never, missing, always, initial, exists, or an age such as 6h or 1d; with an age: always@6h.',
      params: { reason: 'pull', value: whole.slice(0, 80) },
    });
  if (more.length > 0) throw refuse();
  if (name === 'always' || name === 'exists') {
    const olderThanMs = age === undefined ? 0 : durationMs(age);
    if (olderThanMs === undefined) throw refuse();
    return { when: name, olderThanMs };
  }
  if (name === 'never' || name === 'missing' || name === 'initial') {
    // `initial@24h` is accepted elsewhere, though an age says nothing of what is not there.
    if (age !== undefined && durationMs(age) === undefined) throw refuse();
    return { when: name };
  }
  const olderThanMs = age === undefined ? durationMs(name) : undefined;
  if (olderThanMs === undefined) throw refuse();
  return { when: 'always', olderThanMs };
}

/** Go's durations, and days and weeks. */
function durationMs(text: string): number | undefined {
  const [, days, weeks] = /^(?:(\d{1,5})d|(\d{1,4})w)$/.exec(text) ?? [];
  if (days !== undefined) return Number(days) * 86_400_000;
  if (weeks !== undefined) return Number(weeks) * 7 * 86_400_000;
  const ms = parseDurationMs(text);
  return ms !== undefined && ms >= 0 ? ms : undefined;
}
