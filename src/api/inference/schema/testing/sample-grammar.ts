import type { Expression, Rules } from '../grammar.ts';

/** A text that the grammar admits, by chance: `random` gives numbers from 0 to 1. For tests. */
export function sampleGrammar(rules: Rules, random: () => number): string {
  let budget = 400;
  const pick = (count: number): number => Math.min(count - 1, Math.floor(random() * count));
  const write = (expression: Expression): string => {
    budget -= 1;
    switch (expression.kind) {
      case 'text':
        return expression.value;
      case 'class':
        return sampleClass(expression.notation, pick);
      case 'rule': {
        const found = rules.get(expression.name);
        if (!found) throw new Error(`There is no rule ${expression.name}.`);
        return write(found);
      }
      case 'sequence':
        return expression.items.map(write).join('');
      case 'choice': {
        const index = budget > 0 ? pick(expression.options.length) : shortest(expression.options, rules);
        const option = expression.options[index];
        if (!option) throw new Error('A choice has no options.');
        return write(option);
      }
      case 'times': {
        const { item, min, max = min + 3 } = expression;
        const span = Math.min(max - min, 12);
        let written = '';
        for (let count = min + (budget > 0 ? pick(span + 1) : 0); count > 0; count -= 1) written += write(item);
        return written;
      }
    }
  };
  const root = rules.get('root');
  if (!root) throw new Error('There is no rule root.');
  return write(root);
}

function shortest(options: readonly Expression[], rules: Rules): number {
  const depths = options.map((option) => depthOf(option, { rules, limit: 12 }));
  return depths.indexOf(Math.min(...depths));
}

function depthOf(expression: Expression, { rules, limit }: { rules: Rules; limit: number }): number {
  if (limit <= 0) return 1000;
  const inner = (one: Expression): number => depthOf(one, { rules, limit: limit - 1 });
  switch (expression.kind) {
    case 'rule':
      return 1 + inner(rules.get(expression.name) ?? { kind: 'text', value: '' });
    case 'sequence':
      return 1 + Math.max(0, ...expression.items.map(inner));
    case 'choice':
      return 1 + Math.min(...expression.options.map(inner));
    case 'times':
      return expression.min === 0 ? 0 : 1 + inner(expression.item);
    default:
      return 0;
  }
}

const likelyCharacters = 'abcxyzABCZ0123456789 _.-:/,;\'"\\+[]{}T漢é😀\n\u2028!#$%&()*<=>?@^`|~';

function sampleClass(notation: string, pick: (count: number) => number): string {
  const source = notation.replaceAll(/\\U([0-9a-f]{8})/g, (_, hex: string) => `\\u{${hex.replace(/^0+(?=.)/, '')}}`);
  const matcher = new RegExp(`^${source.replace(/\[(\^?)-/, '[$1\\-')}$`, 'u');
  const likely = Array.from(likelyCharacters).filter((char) => matcher.test(char));
  const char = likely[pick(likely.length)];
  if (char !== undefined) return char;
  for (let code = 1; code < 0x1_00_00; code += 1) {
    if (matcher.test(String.fromCodePoint(code))) return String.fromCodePoint(code);
  }
  throw new Error(`Nothing is in ${notation}.`);
}
