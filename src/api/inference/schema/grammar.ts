/** A grammar in llama.cpp's notation (GBNF), as data: so that what can never end is found before a model runs into it. */
export type Expression =
  | { readonly kind: 'text'; readonly value: string }
  /** A character class, in the notation: `[a-z]`. */
  | { readonly kind: 'class'; readonly notation: string }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'sequence'; readonly items: readonly Expression[] }
  | { readonly kind: 'choice'; readonly options: readonly Expression[] }
  | { readonly kind: 'times'; readonly item: Expression; readonly min: number; readonly max: number | undefined };

export type Rules = Map<string, Expression>;

/** llama.cpp reads a higher maximum as none, and refuses a higher minimum. */
export const mostRepetitions = 1000;

export const text = (value: string): Expression => ({ kind: 'text', value });
export const oneOf = (notation: string): Expression => ({ kind: 'class', notation });
export const rule = (name: string): Expression => ({ kind: 'rule', name });
export const sequence = (...items: readonly Expression[]): Expression => ({ kind: 'sequence', items });
export const choice = (options: readonly Expression[]): Expression =>
  options.length === 1 && options[0] ? options[0] : { kind: 'choice', options };
export const times = (item: Expression, min: number, max?: number): Expression => ({ kind: 'times', item, min, max });
export const optional = (item: Expression): Expression => times(item, 0, 1);
/** Matches no text at all, and not the empty one either. */
export const never: Expression = { kind: 'choice', options: [] };
export const nothing: Expression = { kind: 'sequence', items: [] };

/** Drops every choice that can never come to an end. Undefined when that leaves nothing of `root`. */
export function prune(rules: Rules, root: string): Rules | undefined {
  const ending = new Set<string>();
  for (let grown = true; grown;) {
    grown = false;
    for (const [name, expression] of rules) {
      if (ending.has(name) || !canEnd(expression, ending)) continue;
      ending.add(name);
      grown = true;
    }
  }
  if (!ending.has(root)) return undefined;
  const kept: Rules = new Map();
  const visit = (name: string): void => {
    const expression = rules.get(name);
    if (kept.has(name) || !expression) return;
    kept.set(name, nothing);
    const short = shorten(expression, ending);
    kept.set(name, short);
    for (const used of namesIn(short)) visit(used);
  };
  visit(root);
  return kept;
}

function canEnd(expression: Expression, ending: ReadonlySet<string>): boolean {
  switch (expression.kind) {
    case 'text':
    case 'class':
      return true;
    case 'rule':
      return ending.has(expression.name);
    case 'sequence':
      return expression.items.every((item) => canEnd(item, ending));
    case 'choice':
      return expression.options.some((option) => canEnd(option, ending));
    case 'times':
      return expression.min === 0 || canEnd(expression.item, ending);
  }
}

function shorten(expression: Expression, ending: ReadonlySet<string>): Expression {
  switch (expression.kind) {
    case 'sequence':
      return sequence(...expression.items.map((item) => shorten(item, ending)));
    case 'choice':
      return choice(
        expression.options.filter((option) => canEnd(option, ending)).map((option) => shorten(option, ending)),
      );
    case 'times':
      return canEnd(expression.item, ending) ? { ...expression, item: shorten(expression.item, ending) } : nothing;
    default:
      return expression;
  }
}

function* namesIn(expression: Expression): Generator<string> {
  if (expression.kind === 'rule') yield expression.name;
  if (expression.kind === 'sequence') for (const item of expression.items) yield* namesIn(item);
  if (expression.kind === 'choice') for (const option of expression.options) yield* namesIn(option);
  if (expression.kind === 'times') yield* namesIn(expression.item);
}

/** The grammar as llama.cpp reads it; the rule `root` is where it begins. */
export function printGrammar(rules: Rules): string {
  const lines: string[] = [];
  let named = 0;
  // A long repetition of more than a name counts as too many rules.
  const name = (item: Expression): string => {
    named += 1;
    const given = `t${named}`;
    lines.push(`${given} ::= ${print(item, { place: 'alone', name })}`);
    return given;
  };
  for (const [title, expression] of rules) lines.push(`${title} ::= ${print(expression, { place: 'alone', name })}`);
  return `${lines.join('\n')}\n`;
}

interface Printing {
  readonly place: 'alone' | 'within';
  /** Makes a rule of an expression and gives its name. */
  readonly name: (item: Expression) => string;
}

const longRepetition = 20;

function print(expression: Expression, printing: Printing): string {
  const alone = (one: Expression): string => print(one, { ...printing, place: 'alone' });
  const within = (one: Expression): string => print(one, { ...printing, place: 'within' });
  const grouped = (inner: string): string => (printing.place === 'alone' ? inner : `(${inner})`);
  switch (expression.kind) {
    case 'text':
      return `"${escapeText(expression.value)}"`;
    case 'class':
      return expression.notation;
    case 'rule':
      return expression.name;
    case 'sequence': {
      const [only] = expression.items;
      if (!only) return '""';
      return expression.items.length === 1 ? print(only, printing) : grouped(expression.items.map(within).join(' '));
    }
    case 'choice':
      return grouped(expression.options.map(alone).join(' | '));
    case 'times': {
      const { item, min, max } = expression;
      const isName = item.kind === 'rule' || item.kind === 'class';
      if (!isName && Math.max(min, max ?? 0) > longRepetition) return `${printing.name(item)}${count(min, max)}`;
      return `${item.kind === 'times' ? `(${alone(item)})` : within(item)}${count(min, max)}`;
    }
  }
}

function count(min: number, max: number | undefined): string {
  if (max === undefined) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function escapeText(value: string): string {
  return value.replaceAll(/["\\\p{Cc}]/gu, (char) =>
    /["\\]/.test(char) ? `\\${char}` : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
