import type { Analysis } from '../analysis/analyse.ts';
import { copiesOf, isWholeContext } from '../rules/find.ts';
import { unignored } from '../rules/context-waste.ts';

/** What no build needs from outside, as long as its Dockerfile does not name it. */
const neverNeeded = [
  '.venv',
  'venv',
  '__pycache__',
  '.github',
  '.idea',
  '.vscode',
  '.pytest_cache',
  '.mypy_cache',
  'coverage',
];

/** What a build makes itself, when one of these tools does it. */
const made: readonly (readonly [name: string, tools: readonly string[]])[] = [
  ['node_modules', ['npm', 'pnpm', 'yarn', 'bun']],
  ['target', ['cargo', 'maven']],
];

/**
 * The text of `.dockerignore` with what is there, is sent with every build and is not needed; undefined when nothing is missing. Folders
 * that a build may use, such as tests and what was built before, are left to a person.
 */
export function completeIgnoreFile(analysis: Analysis): string | undefined {
  const { file, steps, allRuns, dockerignore, context } = analysis;
  const isBroad = copiesOf(analysis).some(({ sources, isFromStage }) => !isFromStage && sources.some(isWholeContext));
  if (!isBroad) return undefined;
  const usesGit = allRuns.some(({ instruction }) => /\bgit\b/.test(instruction.text));
  const names = [
    ...(usesGit ? [] : ['.git']),
    ...made.filter(([, tools]) => steps.some(({ tool }) => tools.includes(tool))).map(([name]) => name),
    ...neverNeeded,
  ].filter((name) => !file.source.includes(name) && !isExcepted(name, dockerignore?.patterns ?? []));
  const missing = unignored(analysis, names);
  if (missing.length === 0) return undefined;
  const before = context?.dockerignore ?? '';
  const lines = missing.map((name) => (name === '__pycache__' ? `**/${name}` : name));
  return `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${lines.join('\n')}\n`;
}

/** A pattern behind `!node_modules/x` would take the exception back. */
function isExcepted(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => pattern.startsWith('!') && pattern.includes(name));
}
