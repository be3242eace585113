import { choice, mostRepetitions, nothing, oneOf, sequence, text, times, type Expression } from './grammar.ts';
import { refuseSchema } from './refuse.ts';

/** What a regular expression admits, and how long that is, in characters. */
export interface PatternBody {
  readonly expression: Expression;
  readonly min: number;
  readonly max: number;
  /** Set when the whole is one class, repeated: its length can still be narrowed. */
  readonly repeated?: { readonly item: Expression; readonly min: number; readonly max: number } | undefined;
}

const longestPattern = 2000;
const deepestGroup = 20;
/** Any character that needs no escape in JSON; a pattern's `.` admits no line ends anyway. */
const anyCharacter = '[^"\\\\\\x00-\\x1f\\x7f\\u2028\\u2029]';
const classes: Readonly<Record<string, string>> = {
  d: '0-9',
  w: 'A-Za-z0-9_',
  s: ' ',
};
const spaces = ' \\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff';
const controls = '"\\\\\\x00-\\x1f\\x7f';

/**
 * The strings that a JSON schema's `pattern` admits, without those that JSON would have to escape in a class.
 * @throws AppError `request.invalid` for what is no regular language or not known here
 */
export function readPattern(pattern: string): PatternBody {
  if (pattern.length > longestPattern) throw refuseSchema('pattern', `is longer than ${longestPattern} characters`);
  return parseAlternatives({ source: Array.from(pattern), at: 0, depth: 0 });
}

interface Cursor {
  readonly source: readonly string[];
  at: number;
  depth: number;
}

interface Piece {
  readonly expression: Expression;
  readonly min: number;
  readonly max: number;
  readonly isClass: boolean;
  readonly repeated?: PatternBody['repeated'];
}

function parseAlternatives(cursor: Cursor): PatternBody {
  const options: PatternBody[] = [];
  for (;;) {
    const start = peek(cursor) === '^';
    if (start) cursor.at += 1;
    const pieces = parseSequence(cursor);
    const end = peek(cursor) === '$';
    if (end) cursor.at += 1;
    options.push(alternative(pieces, { start, end }));
    const next = cursor.source[cursor.at];
    if (next === undefined) break;
    if (next !== '|') throw unknown(next === '$' ? 'an anchor inside' : `"${next}"`);
    cursor.at += 1;
  }
  return joined(options);
}

function alternative(pieces: readonly Piece[], { start, end }: { start: boolean; end: boolean }): PatternBody {
  const around: Piece = {
    expression: times(oneOf(anyCharacter), 0),
    min: 0,
    max: Infinity,
    isClass: false,
  };
  const all = [...(start ? [] : [around]), ...pieces, ...(end ? [] : [around])];
  return { ...chain(all), repeated: all.length === 1 ? all[0]?.repeated : undefined };
}

function joined(options: readonly PatternBody[]): PatternBody {
  const [only] = options;
  if (only && options.length === 1) return only;
  return {
    expression: choice(options.map(({ expression }) => expression)),
    min: Math.min(...options.map(({ min }) => min)),
    max: Math.max(...options.map(({ max }) => max)),
  };
}

function chain(pieces: readonly Pick<Piece, 'expression' | 'min' | 'max'>[]): PatternBody {
  return {
    expression: pieces.length === 0 ? nothing : sequence(...pieces.map(({ expression }) => expression)),
    min: pieces.reduce((sum, { min }) => sum + min, 0),
    max: pieces.reduce((sum, { max }) => sum + max, 0),
  };
}

function parseSequence(cursor: Cursor): Piece[] {
  const pieces: Piece[] = [];
  for (;;) {
    const next = peek(cursor);
    if (next === undefined || next === '|' || next === ')') return pieces;
    if (next === '$') return pieces;
    pieces.push(quantified(parseAtom(cursor), cursor));
  }
}

function parseAtom(cursor: Cursor): Piece {
  const char = take(cursor);
  switch (char) {
    case '(':
      return parseGroup(cursor);
    case '[':
      return classPiece(parseClass(cursor));
    case '.':
      return classPiece(anyCharacter);
    case '\\':
      return parseEscape(cursor);
    case '^':
      throw unknown('an anchor inside');
    case '*':
    case '+':
    case '?':
    case '{':
    case '}':
    case ']':
      throw unknown(`"${char}" here`);
    default:
      return literal(char);
  }
}

function parseGroup(cursor: Cursor): Piece {
  cursor.depth += 1;
  if (cursor.depth > deepestGroup) throw refuseSchema('pattern', `nests deeper than ${deepestGroup} groups`);
  if (peek(cursor) === '?') {
    if (cursor.source[cursor.at + 1] !== ':') throw unknown('look-around or a named group');
    cursor.at += 2;
  }
  const options = [chain(parseSequence(cursor))];
  while (peek(cursor) === '|') {
    cursor.at += 1;
    options.push(chain(parseSequence(cursor)));
  }
  if (take(cursor) !== ')') throw unknown('an anchor inside, or a group without its end');
  cursor.depth -= 1;
  return { ...joined(options), isClass: false };
}

function parseEscape(cursor: Cursor): Piece {
  const char = take(cursor);
  const set = classOf(char);
  if (set !== undefined) return classPiece(set);
  return literal(escaped(char, cursor));
}

function classOf(char: string): string | undefined {
  if (Object.hasOwn(classes, char)) return `[${classes[char]}]`;
  if (char === 'D') return `[^0-9${controls}]`;
  if (char === 'W') return `[^A-Za-z0-9_${controls}]`;
  return char === 'S' ? `[^${spaces}${controls}]` : undefined;
}

function escaped(char: string, cursor: Cursor): string {
  const named = { n: '\n', t: '\t', r: '\r', f: '\f' }[char];
  if (named !== undefined) return named;
  if (char === 'x' || char === 'u') {
    const digits = cursor.source.slice(cursor.at, cursor.at + (char === 'x' ? 2 : 4)).join('');
    const code = Number.parseInt(digits, 16);
    if (!/^[0-9a-f]+$/i.test(digits) || (code >= 0xd8_00 && code <= 0xdf_ff)) throw unknown(`"\\${char}"`);
    cursor.at += digits.length;
    return String.fromCodePoint(code);
  }
  if (/[\w\s]/.test(char)) throw unknown(`"\\${char}"`);
  return char;
}

function literal(char: string): Piece {
  const inJson = JSON.stringify(char).slice(1, -1);
  return { expression: text(inJson), min: 1, max: 1, isClass: false };
}

function classPiece(notation: string): Piece {
  return { expression: oneOf(notation), min: 1, max: 1, isClass: true };
}

/** A class without what JSON would have to escape. */
function parseClass(cursor: Cursor): string {
  const negated = peek(cursor) === '^';
  if (negated) cursor.at += 1;
  const ranges: string[] = [];
  for (;;) {
    const char = take(cursor);
    if (char === ']') break;
    const from = char === '\\' ? classMember(cursor) : { char };
    if ('set' in from) {
      ranges.push(from.set);
      continue;
    }
    if (peek(cursor) === '-' && cursor.source[cursor.at + 1] !== ']') {
      cursor.at += 1;
      const last = take(cursor);
      const to = last === '\\' ? classMember(cursor) : { char: last };
      if ('set' in to || codeOf(to.char) < codeOf(from.char)) throw unknown('a range without an end');
      ranges.push(
        ...(negated
          ? [[codeOf(from.char), codeOf(to.char)] as const]
          : plainRanges(codeOf(from.char), codeOf(to.char))
        ).map(range),
      );
    } else {
      const code = codeOf(from.char);
      ranges.push(...(negated ? [[code, code] as const] : plainRanges(code, code)).map(range));
    }
  }
  if (negated) return `[^${ranges.join('')}${controls}]`;
  if (ranges.length === 0) throw unknown('a class of nothing but characters that JSON escapes');
  return `[${ranges.join('')}]`;
}

function classMember(cursor: Cursor): { readonly char: string } | { readonly set: string } {
  const char = take(cursor);
  if (Object.hasOwn(classes, char)) return { set: char === 's' ? ' ' : (classes[char] ?? '') };
  if (char === 'b') throw unknown('"\\b"');
  return { char: char === '-' ? '-' : escaped(char, cursor) };
}

const codeOf = (char: string): number => char.codePointAt(0) ?? 0;

/** A range without the quote, the backslash and control characters. */
function plainRanges(from: number, to: number): (readonly [number, number])[] {
  const plain: [number, number][] = [
    [0x20, 0x21],
    [0x23, 0x5b],
    [0x5d, 0x7e],
    [0x80, 0x10_ff_ff],
  ];
  return plain
    .map(([low, high]) => [Math.max(low, from), Math.min(high, to)] as const)
    .filter(([low, high]) => low <= high);
}

function range([from, to]: readonly [number, number]): string {
  return from === to ? hexOf(from) : `${hexOf(from)}-${hexOf(to)}`;
}

const hexOf = (code: number): string => `\\U${code.toString(16).padStart(8, '0')}`;

function quantified(piece: Piece, cursor: Cursor): Piece {
  const bounds = parseBounds(cursor);
  if (!bounds) return piece;
  const [min, max] = bounds;
  if (peek(cursor) === '?') cursor.at += 1;
  if (piece.min === 0 && max > 1) throw unknown('a repetition of something that may be empty');
  if (min > mostRepetitions || (max !== Infinity && max > mostRepetitions)) {
    throw refuseSchema('pattern', `repeats something more than ${mostRepetitions} times`);
  }
  if (max < min) throw unknown('a repetition that ends before it begins');
  return {
    expression: times(piece.expression, min, max === Infinity ? undefined : max),
    min: piece.min * min,
    max: max === 0 ? 0 : piece.max * max,
    isClass: false,
    ...(piece.isClass ? { repeated: { item: piece.expression, min, max } } : {}),
  };
}

function parseBounds(cursor: Cursor): readonly [number, number] | undefined {
  const simple = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] } as const;
  const next = peek(cursor);
  if (next === '*' || next === '+' || next === '?') {
    cursor.at += 1;
    return simple[next];
  }
  if (next !== '{') return undefined;
  const end = cursor.source.indexOf('}', cursor.at);
  const [, min = '', comma = '', max = ''] =
    /^(\d{1,6})(,?)(\d{0,6})$/.exec(cursor.source.slice(cursor.at + 1, end).join('')) ?? [];
  if (min === '') throw unknown('"{" here');
  cursor.at = end + 1;
  return [Number(min), max === '' ? (comma === '' ? Number(min) : Infinity) : Number(max)];
}

function peek({ source, at }: Cursor): string | undefined {
  return source[at];
}

function take(cursor: Cursor): string {
  const char = cursor.source[cursor.at];
  if (char === undefined) throw unknown('its end');
  cursor.at += 1;
  return char;
}

function unknown(what: string): Error {
  return refuseSchema('pattern', `has ${what}, which cannot be enforced`);
}
