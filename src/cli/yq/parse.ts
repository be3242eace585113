import { notUnderstood } from './problems.ts';

/** An expression that picks something out of a document: the part of yq's language that scripts use to look at it. */
export type Expression =
  | { readonly kind: 'self' }
  | { readonly kind: 'value'; readonly value: string | number | boolean | null }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'item'; readonly of: Expression; readonly index: number }
  | { readonly kind: 'each'; readonly of: Expression }
  | { readonly kind: 'pipe'; readonly from: Expression; readonly to: Expression }
  | { readonly kind: 'compare'; readonly left: Expression; readonly right: Expression; readonly isEqual: boolean }
  | { readonly kind: 'keys' | 'length' }
  | { readonly kind: 'map' | 'select'; readonly by: Expression };

interface Token {
  readonly text: string;
  readonly position: number;
  readonly value?: string | number;
}

const longest = 2000;
const deepest = 40;
const tokenPattern =
  /\s+|(?<name>[A-Za-z_][\w-]*)|(?<text>"(?:[^"\\]|\\.)*")|(?<number>-?\d+(?:\.\d+)?)|(?<sign>==|!=|[.[\]()|])/uy;

/** @throws AppError `request.invalid` naming the first part that does not belong to what is understood */
export function parseExpression(source: string): Expression {
  if (source.length > longest) throw notUnderstood('…', longest);
  const tokens = tokensOf(source);
  let next = 0;
  let depth = 0;

  const peek = (): string => tokens[next]?.text ?? '';
  const refuse = (): never => {
    const token = tokens[next];
    throw notUnderstood(token?.text ?? '', token?.position ?? source.length);
  };
  const take = (text: string): boolean => {
    if (peek() !== text || tokens[next]?.value !== undefined) return false;
    next += 1;
    return true;
  };
  const expect = (text: string): void => {
    if (!take(text)) refuse();
  };

  function pipe(): Expression {
    depth += 1;
    if (depth > deepest) refuse();
    let left = comparison();
    while (take('|')) left = { kind: 'pipe', from: left, to: comparison() };
    depth -= 1;
    return left;
  }

  function comparison(): Expression {
    const left = postfix(term());
    const isEqual = take('==');
    if (!isEqual && !take('!=')) return left;
    return { kind: 'compare', left, right: postfix(term()), isEqual };
  }

  function term(): Expression {
    const token = tokens[next];
    if (token?.value !== undefined) {
      next += 1;
      return { kind: 'value', value: token.value };
    }
    if (take('(')) {
      const inner = pipe();
      expect(')');
      return inner;
    }
    if (peek() === '.') {
      const after = tokens[next + 1];
      // What follows the dot itself, as in `.name`, is read with the dot.
      if (after !== undefined && isNameLike(after)) return { kind: 'self' };
      next += 1;
      return { kind: 'self' };
    }
    return word();
  }

  function word(): Expression {
    const name = peek();
    if (name === 'keys' || name === 'length') {
      next += 1;
      return { kind: name };
    }
    if (name === 'map' || name === 'select') {
      next += 1;
      expect('(');
      const by = pipe();
      expect(')');
      return { kind: name, by };
    }
    const value = constants.get(name);
    if (value === undefined) return refuse();
    next += 1;
    return { kind: 'value', value };
  }

  function postfix(start: Expression): Expression {
    let of = start;
    for (;;) {
      if (take('.')) {
        if (peek() === '[') continue;
        const token = tokens[next];
        if (token === undefined || !isNameLike(token)) return refuse();
        next += 1;
        of = { kind: 'member', of, name: String(token.value ?? token.text) };
      } else if (take('[')) {
        const value = tokens[next]?.value;
        if (take(']')) {
          of = { kind: 'each', of };
          continue;
        }
        if (typeof value === 'string') of = { kind: 'member', of, name: value };
        else if (typeof value === 'number' && Number.isInteger(value)) of = { kind: 'item', of, index: value };
        else refuse();
        next += 1;
        expect(']');
      } else return of;
    }
  }

  const parsed = pipe();
  if (next < tokens.length) refuse();
  return parsed;
}

const constants = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function isNameLike({ text, value }: Token): boolean {
  return typeof value === 'string' || /^[A-Za-z_]/.test(text);
}

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < source.length) {
    tokenPattern.lastIndex = position;
    const match = tokenPattern.exec(source);
    if (!match) throw notUnderstood(source.slice(position, position + 1), position);
    const [text] = match;
    const { text: quoted, number } = match.groups ?? {};
    if (quoted !== undefined) tokens.push({ text, position, value: unquoted(quoted, position) });
    else if (number !== undefined) tokens.push({ text, position, value: Number(number) });
    else if (text.trim() !== '') tokens.push({ text, position });
    position += text.length;
  }
  return tokens;
}

function unquoted(text: string, position: number): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw notUnderstood(text, position);
  }
}
