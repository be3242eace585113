import { decodedRuns } from './base64.ts';
import { entropy, isPlaceholder } from './entropy.ts';
import { createKeywordIndex } from './keyword-index.ts';
import { secretRules } from './rules.ts';
import type { SecretHit, SecretRule, SecretScanner } from './types.ts';

const defaultMaxHits = 100;

/** Building it takes a few milliseconds: keep one. */
export function createSecretScanner(rules: readonly SecretRule[] = secretRules): SecretScanner {
  const targets = rules.flatMap((rule) => rule.keywords.map(() => rule));
  const index = createKeywordIndex(rules.flatMap(({ keywords }) => keywords));

  const plain = (bytes: Uint8Array, textOf: () => string, maxHits: number): readonly SecretHit[] => {
    const hits: SecretHit[] = [];
    index.scan(bytes, (keyword, start) => {
      const rule = targets[keyword];
      const text = textOf();
      if (!rule || hits.length >= maxHits * 2) return;
      if (!rule.insideWords && !beginsWord(text, start)) return;
      const span = matchAt(rule, text, start);
      if (span) hits.push({ rule: rule.id, title: rule.title, ...span, encoded: false });
    });
    return withoutOverlaps(hits, rules);
  };

  const find: SecretScanner['find'] = (text, { maxHits = defaultMaxHits } = {}) => {
    const bytes = Buffer.from(text, 'latin1');
    const hits = [...plain(bytes, () => text, maxHits)];
    for (const { start, end, bytes: decoded } of decodedRuns(text, bytes)) {
      // Most of them have no keyword, and then nobody needs their text. Latin-1 keeps every byte a character, and secrets are ASCII.
      let decodedText: string | undefined;
      const textOf = (): string => (decodedText ??= decoded.toString('latin1'));
      const [hit] = hits.length >= maxHits * 2 ? [] : plain(decoded, textOf, 1);
      if (hit) hits.push({ ...hit, start, end, encoded: true });
    }
    return withoutOverlaps(hits, rules).slice(0, maxHits);
  };

  return {
    find,
    hide(text) {
      let hidden = '';
      let from = 0;
      for (const { start, end, rule } of find(text, { maxHits: Number.MAX_SAFE_INTEGER })) {
        hidden += `${text.slice(from, start)}[redacted ${rule}]`;
        from = end;
      }
      return from === 0 ? text : hidden + text.slice(from);
    },
  };
}

function matchAt(rule: SecretRule, text: string, start: number): { start: number; end: number } | undefined {
  const { pattern, minEntropy, accepts } = rule;
  pattern.lastIndex = start;
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [all, inner] = match;
  const secret = inner ?? all;
  if (isPlaceholder(secret)) return undefined;
  if (minEntropy !== undefined && entropy(secret) < minEntropy) return undefined;
  if (accepts && !accepts(secret)) return undefined;
  if (inner === undefined) return { start: start - (rule.before ?? 0), end: start + all.length };
  const from = start + all.lastIndexOf(inner);
  return { start: from, end: from + inner.length };
}

/** Whether a word begins here. JSON's `\n` and URLs' `%3D` end in letters that are not part of what follows. */
function beginsWord(text: string, start: number): boolean {
  if (start === 0 || !/\w/.test(text[start - 1] ?? '')) return true;
  const before = text.slice(Math.max(0, start - 6), start);
  return /(?:\\[nrtbf]|\\u[\da-f]{4}|%[\da-f]{2})$/i.test(before);
}

/** Of hits that overlap, the one whose rule comes first: the more precise ones do. */
function withoutOverlaps(hits: readonly SecretHit[], rules: readonly SecretRule[]): readonly SecretHit[] {
  if (hits.length < 2) return hits;
  const order = new Map(rules.map(({ id }, number) => [id, number]));
  const rank = ({ rule }: SecretHit): number => order.get(rule) ?? rules.length;
  const kept: SecretHit[] = [];
  for (const hit of hits.toSorted((one, other) => one.start - other.start || rank(one) - rank(other))) {
    const last = kept.at(-1);
    if (!last || last.end <= hit.start) kept.push(hit);
    else if (rank(hit) < rank(last))
      kept[kept.length - 1] = { ...hit, start: last.start, end: Math.max(last.end, hit.end) };
    else if (hit.end > last.end) kept[kept.length - 1] = { ...last, end: hit.end };
  }
  return kept;
}
