import type { Random } from './random.ts';

/** JSON as it is written, so that what no value can hold can be written too: two equal keys, numbers without end. */
type Node =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly entries: readonly Entry[] };
type Entry = readonly [key: string, value: Node];
type Change = (node: Node, random: Random) => Node;

const plain = (text: string): Node => ({ kind: 'plain', text });

const oddTexts: readonly string[] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e308',
  '1e400',
  '-1e400',
  '1e-320',
  '9007199254740993',
  '18446744073709551616',
  '""',
  '" "',
  String.raw`"\u0000"`,
  String.raw`"\ud800"`,
  String.raw`"a\udfffb"`,
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '"auto"',
  '"NaN"',
  '"../../etc/passwd"',
  '"%00"',
  '"sha256:zz"',
  '"\u{1f600}"',
  JSON.stringify('x'.repeat(3000)),
];
const oddKeys: readonly string[] = [
  '__proto__',
  'constructor',
  'toString',
  'toJSON',
  'then',
  'length',
  '',
  '\u0000',
  'model',
];

const odd: Change = (_node, random) => plain(random.pick(oddTexts));

const deep: Change = (node, random) => {
  const depth = random.chance(0.3) ? 20_000 : 1 + random.below(50);
  const [open, close] = random.chance(0.5) ? ['[', ']'] : ['{"a":', '}'];
  return plain(open.repeat(depth) + textOf(node) + close.repeat(depth));
};

const less: Change = (node, random) => {
  if (node.kind === 'object') return { ...node, entries: without(node.entries, random) };
  return node.kind === 'list' ? { ...node, items: without(node.items, random) } : plain('null');
};

const more: Change = (node, random) => {
  const added: Entry = [random.pick(oddKeys), odd(node, random)];
  return { kind: 'object', entries: node.kind === 'object' ? [...node.entries, added] : [added] };
};

/** The last of two equal keys wins; the first is what a careless reader sees. */
const twice: Change = (node, random) => {
  if (node.kind !== 'object' || node.entries.length === 0) return { kind: 'list', items: [node] };
  const [key, value] = random.pick(node.entries);
  const other: Entry = [key, odd(value, random)];
  return { ...node, entries: random.chance(0.5) ? [other, ...node.entries] : [...node.entries, other] };
};

const many: Change = (node, random) => {
  const item = node.kind === 'list' && node.items.length > 0 ? random.pick(node.items) : node;
  return { kind: 'list', items: Array.from({ length: 1 + random.below(300) }, () => item) };
};

/** A text a little longer, shorter or stranger, a number a little off. */
const nearby: Change = (node, random) => {
  if (node.kind !== 'plain') return plain(JSON.stringify(textOf(node)));
  if (!node.text.startsWith('"')) return plain(String(Number(node.text) + random.pick([1, -1, 0.5, 1e6, -1e6])));
  const text = JSON.parse(node.text) as string;
  const at = random.below(text.length + 1);
  return plain(
    JSON.stringify(text.slice(0, at) + random.pick(['', '\u0000', '\ud83d', '\u202e', '{{', '<|im_end|>', '\n'])),
  );
};

const changes: readonly Change[] = [odd, odd, deep, less, more, more, twice, many, nearby, nearby, nearby];

const noise: readonly string[] = ['', ' ', 'null', '[]', '"text"', '7', '{', '{}', '[{}]', '{"model":', 'model=x&n=1'];

/** An example with a few of its places changed, so that it gets deeper than noise would; sometimes its bytes are damaged too. */
export function fuzzedBody(example: unknown, random: Random): Buffer {
  if (random.chance(0.015)) return Buffer.from(random.pick(noise));
  let node = nodeOf(example);
  for (let left = random.chance(0.75) ? 1 : 3; left > 0; left -= 1) node = changedSomewhere(node, random);
  const bytes = Buffer.from(textOf(node));
  return random.chance(0.06) ? damaged(bytes, random) : bytes;
}

/** One byte too few, one that is no UTF-8, a NUL, a mark of byte order, or twice the same. */
function damaged(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  return random.pick([
    () => bytes.subarray(0, -1),
    () => before,
    () => Buffer.concat([before, Buffer.from([random.pick([0xff, 0xc0, 0x80, 0xed])]), after]),
    () => Buffer.concat([before, Buffer.from([0]), after]),
    () => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
    () => Buffer.concat([bytes, bytes]),
  ])();
}

function changedSomewhere(node: Node, random: Random): Node {
  const children = node.kind === 'list' ? node.items.length : node.kind === 'object' ? node.entries.length : 0;
  if (children === 0 || random.chance(0.25)) return random.pick(changes)(node, random);
  let at = random.below(children);
  // Without its model a request gets nowhere.
  if (node.kind === 'object' && node.entries[at]?.[0] === 'model') at = random.below(children);
  if (node.kind === 'list') {
    return { ...node, items: node.items.map((item, index) => (index === at ? changedSomewhere(item, random) : item)) };
  }
  if (node.kind !== 'object') return node;
  const entries = node.entries.map(([key, value], index): Entry => [
    key,
    index === at ? changedSomewhere(value, random) : value,
  ]);
  return { ...node, entries };
}

function without<T>(list: readonly T[], random: Random): readonly T[] {
  return list.toSpliced(random.below(list.length), 1);
}

function nodeOf(value: unknown): Node {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(nodeOf) };
  if (typeof value !== 'object' || value === null) return plain(JSON.stringify(value));
  return { kind: 'object', entries: Object.entries(value).map(([key, inner]): Entry => [key, nodeOf(inner)]) };
}

function textOf(node: Node): string {
  switch (node.kind) {
    case 'plain':
      return node.text;
    case 'list':
      return `[${node.items.map(textOf).join(',')}]`;
    case 'object':
      return `{${node.entries.map(([key, value]) => `${JSON.stringify(key)}:${textOf(value)}`).join(',')}}`;
  }
}
