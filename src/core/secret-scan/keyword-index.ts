/**
 * Finds all of many keywords in one pass (Aho and Corasick, 1975), whatever the case of ASCII letters, in the Latin-1 bytes of a text.
 * Characters beyond come out as others: at worst a keyword is seen where there is none, and its pattern does not match there.
 */
export interface KeywordIndex {
  /** Calls `found` with the number of a keyword and where it begins, in the order in which they end. */
  scan(bytes: Uint8Array, found: (keyword: number, start: number) => void): void;
}

interface Node {
  readonly next: Map<number, Node>;
  readonly number: number;
  readonly depth: number;
  readonly keywords: number[];
  fallback: Node | undefined;
}

export function createKeywordIndex(keywords: readonly string[]): KeywordIndex {
  const lower = keywords.map((keyword) => keyword.toLowerCase());
  const { classes, count } = classesOf(lower);
  const nodes = buildTree(lower, classes);
  const { jumps, outputs } = compile(nodes, count);
  const lengths = lower.map(({ length }) => length);
  const hasOutput = Uint8Array.from(outputs, (output) => (output === undefined ? 0 : 1));
  return {
    scan(bytes, found) {
      let state = 0;
      for (let index = 0; index < bytes.length; index += 1) {
        state = jumps[state * count + (classes[bytes[index] ?? 0] ?? 0)] ?? 0;
        if (hasOutput[state] === 0) continue;
        for (const keyword of outputs[state] ?? []) found(keyword, index + 1 - (lengths[keyword] ?? 0));
      }
    },
  };
}

/** Characters that no keyword has are one class: 0. */
function classesOf(keywords: readonly string[]): { classes: Uint8Array; count: number } {
  const classes = new Uint8Array(256);
  let count = 1;
  for (const character of new Set(keywords.join(''))) {
    const code = character.charCodeAt(0);
    classes[code] = count;
    classes[character.toUpperCase().charCodeAt(0)] = count;
    count += 1;
  }
  return { classes, count };
}

function buildTree(keywords: readonly string[], classes: Uint8Array): readonly Node[] {
  const nodes: Node[] = [];
  const add = (depth: number): Node => {
    const node: Node = { next: new Map(), number: nodes.length, depth, keywords: [], fallback: undefined };
    nodes.push(node);
    return node;
  };
  const root = add(0);
  for (const [number, keyword] of keywords.entries()) {
    let node = root;
    for (const character of keyword) {
      const symbol = classes[character.charCodeAt(0)] ?? 0;
      const next = node.next.get(symbol) ?? add(node.depth + 1);
      node.next.set(symbol, next);
      node = next;
    }
    node.keywords.push(number);
  }
  return nodes;
}

function compile(
  nodes: readonly Node[],
  count: number,
): { jumps: Uint16Array; outputs: readonly (readonly number[] | undefined)[] } {
  const jumps = new Uint16Array(nodes.length * count);
  // A node's fallback is less deep than itself, so in this order it is complete before it is needed.
  for (const node of nodes.toSorted((one, other) => one.depth - other.depth)) {
    const { fallback } = node;
    if (fallback) node.keywords.push(...fallback.keywords);
    for (let symbol = 0; symbol < count; symbol += 1) {
      const next = node.next.get(symbol);
      const missed = fallback === undefined ? 0 : (jumps[fallback.number * count + symbol] ?? 0);
      jumps[node.number * count + symbol] = next?.number ?? missed;
      if (next) next.fallback = nodes[node.depth === 0 ? 0 : missed];
    }
  }
  return { jumps, outputs: nodes.map(({ keywords }) => (keywords.length > 0 ? keywords : undefined)) };
}
