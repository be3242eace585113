/** Tells whether a path of the build context is left out, as Docker's own matcher does: the last pattern that fits decides. */
export interface Dockerignore {
  readonly patterns: readonly string[];
  ignores(path: string): boolean;
}

interface Pattern {
  readonly negated: boolean;
  readonly segments: readonly string[];
}

const maxPatterns = 2_000;

export function readDockerignore(text: string): Dockerignore {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(0, maxPatterns);
  const read = patterns.map(readPattern).filter(({ segments }) => segments.length > 0);
  return {
    patterns,
    ignores(path) {
      const segments = path.split('/').filter((part) => part !== '' && part !== '.');
      let ignored = false;
      for (const pattern of read) {
        if (pattern.negated === ignored && matchesWithParents(pattern.segments, segments)) ignored = !pattern.negated;
      }
      return ignored;
    },
  };
}

function readPattern(line: string): Pattern {
  const negated = line.startsWith('!');
  const path = (negated ? line.slice(1).trim() : line).replaceAll('\\', '/');
  return { negated, segments: path.split('/').filter((part) => part !== '' && part !== '.') };
}

function matchesWithParents(pattern: readonly string[], path: readonly string[]): boolean {
  for (let length = path.length; length > 0; length -= 1) {
    if (matchSegments(pattern, path.slice(0, length))) return true;
  }
  return false;
}

/** `**` is any number of folders. Dynamic programming, so that no pattern takes more than pattern × path steps. */
function matchSegments(pattern: readonly string[], path: readonly string[]): boolean {
  let reachable = new Set([0]);
  for (const segment of pattern) {
    const next = new Set<number>();
    for (const at of reachable) {
      if (segment === '**') for (let to = at; to <= path.length; to += 1) next.add(to);
      else {
        const name = path[at];
        if (name !== undefined && matchGlob(segment, name)) next.add(at + 1);
      }
    }
    reachable = next;
  }
  return reachable.has(path.length);
}

/** `*`, `?` and `[…]` within a name; goes back to the last star only, so it stays quadratic at worst. */
export function matchGlob(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  let index = 0;
  while (index < name.length) {
    const step = at < pattern.length ? matchOne(pattern, at, name[index] ?? '') : 0;
    if (pattern[at] === '*') {
      star = at;
      retry = index;
      at += 1;
    } else if (step > 0) {
      at += step;
      index += 1;
    } else if (star !== -1) {
      at = star + 1;
      retry += 1;
      index = retry;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at >= pattern.length;
}

/** How many characters of the pattern one character of the name uses up; 0 when it does not fit. */
function matchOne(pattern: string, at: number, character: string): number {
  const token = pattern[at];
  if (token === '?') return 1;
  if (token !== '[') return token === character ? 1 : 0;
  const close = pattern.indexOf(']', at + 2);
  if (close === -1) return character === '[' ? 1 : 0;
  const negated = pattern[at + 1] === '^' || pattern[at + 1] === '!';
  const set = pattern.slice(at + (negated ? 2 : 1), close);
  let fits = false;
  for (let index = 0; index < set.length; index += 1) {
    const from = set[index] ?? '';
    if (set[index + 1] === '-' && index + 2 < set.length) {
      if (character >= from && character <= (set[index + 2] ?? '')) fits = true;
      index += 2;
    } else if (from === character) fits = true;
  }
  return fits === negated ? 0 : close - at + 1;
}
