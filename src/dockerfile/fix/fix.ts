import { createTwoFilesPatch } from 'diff';
import { analyse } from '../analysis/analyse.ts';
import { rateDockerfile, type Finding, type RateOptions, type Rating } from '../rate.ts';
import { dimensionIds } from '../rules/types.ts';
import { applyEdits, withoutConflicts } from './apply-edits.ts';
import { completeIgnoreFile } from './ignore-file.ts';

export interface FixedDockerfile {
  readonly source: string;
  /** What was changed, as found in the text before its change. */
  readonly applied: readonly Finding[];
  /** The whole text of `.dockerignore`, where something is missing in it. */
  readonly dockerignore: string | undefined;
  readonly before: Rating;
  readonly after: Rating;
}

const maxRounds = 12;

/**
 * Applies what can be applied without looking, until nothing is left. A change after which the rating would be worse is left out, so
 * fixing what is fixed changes nothing.
 */
export function fixDockerfile(source: string, options: RateOptions = {}): FixedDockerfile {
  const before = rateDockerfile(source, options);
  const applied: Finding[] = [];
  let current = { source, rating: before };
  for (let round = 0; round < maxRounds; round += 1) {
    const chosen = withoutConflicts(current.rating.findings);
    if (chosen.length === 0) break;
    const together = attempt(current, chosen, options);
    const steps = together ? [{ next: together, findings: chosen }] : oneByOne(current, chosen, options);
    const last = steps.at(-1);
    if (!last) break;
    applied.push(...steps.flatMap(({ findings }) => findings));
    current = last.next;
  }
  const { source: fixed, rating } = current;
  const dockerignore = completeIgnoreFile(analyse(fixed, { context: options.context }));
  if (dockerignore === undefined) return { source: fixed, dockerignore, applied, before, after: rating };
  const after = rateDockerfile(fixed, { ...options, context: { ...options.context, dockerignore } });
  const solved = rating.findings.filter(({ id }) => !after.findings.some((other) => other.id === id));
  return { source: fixed, dockerignore, applied: [...applied, ...solved], before, after };
}

interface State {
  readonly source: string;
  readonly rating: Rating;
}

function attempt(state: State, findings: readonly Finding[], options: RateOptions): State | undefined {
  const source = applyEdits(
    state.source,
    findings.flatMap(({ edits }) => edits),
  );
  if (source === state.source) return undefined;
  const rating = rateDockerfile(source, options);
  const count = (one: Rating): number => one.findings.length;
  const isBetter =
    pointsOf(rating) > pointsOf(state.rating) ||
    (pointsOf(rating) === pointsOf(state.rating) && count(rating) < count(state.rating));
  return isBetter && rating.score >= state.rating.score ? { source, rating } : undefined;
}

/** The first of them that helps; the rest is tried in the rounds that follow. */
function oneByOne(
  state: State,
  findings: readonly Finding[],
  options: RateOptions,
): { next: State; findings: Finding[] }[] {
  for (const finding of findings) {
    const next = attempt(state, [finding], options);
    if (next) return [{ next, findings: [finding] }];
  }
  return [];
}

/** All dimensions together: the total is capped while an error of security is open, and would not show a loss. */
function pointsOf({ dimensions }: Rating): number {
  return dimensionIds.reduce((sum, id) => sum + (dimensions[id] ?? 100), 0);
}

/** A unified diff as `patch` and `git apply` read it; `before` is undefined for a file that is new. */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return '';
  const name = path === '-' ? 'Dockerfile' : path.replaceAll(/[\r\n\t]/g, ' ');
  const from = before === undefined ? '/dev/null' : `a/${name}`;
  return createTwoFilesPatch(from, `b/${name}`, before ?? '', after, '', '', { context: 3 }).replace(/^=+\n/, '');
}
