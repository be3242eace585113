/** Versions as dpkg orders them: epoch, then upstream version and revision by turns of text and number; `~` sorts before all. */
export function compareDebVersions(one: string, other: string): number {
  const [a, b] = [split(one), split(other)];
  return a.epoch - b.epoch || compareParts(a.upstream, b.upstream) || compareParts(a.revision, b.revision);
}

function split(version: string): { epoch: number; upstream: string; revision: string } {
  const colon = version.indexOf(':');
  const rest = version.slice(colon + 1);
  const dash = rest.lastIndexOf('-');
  return {
    epoch: colon < 0 ? 0 : Number(version.slice(0, colon)) || 0,
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '0' : rest.slice(dash + 1),
  };
}

function compareParts(one: string, other: string): number {
  let [a, b] = [one, other];
  while (a !== '' || b !== '') {
    const [textA = '', textB = ''] = [/^\D*/.exec(a)?.[0], /^\D*/.exec(b)?.[0]];
    for (let at = 0; at < Math.max(textA.length, textB.length); at += 1) {
      const difference = weight(textA[at]) - weight(textB[at]);
      if (difference !== 0) return difference;
    }
    [a, b] = [a.slice(textA.length), b.slice(textB.length)];
    const [digitsA = '', digitsB = ''] = [/^\d*/.exec(a)?.[0], /^\d*/.exec(b)?.[0]];
    const difference = compareDigits(digitsA, digitsB);
    if (difference !== 0) return difference;
    [a, b] = [a.slice(digitsA.length), b.slice(digitsB.length)];
  }
  return 0;
}

/** Numbers of any length. */
function compareDigits(one: string, other: string): number {
  const [a, b] = [one.replace(/^0+/, ''), other.replace(/^0+/, '')];
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** `~` before the end, the end before letters, letters before the rest. */
function weight(character: string | undefined): number {
  if (character === '~') return -1;
  if (character === undefined) return 0;
  return /[a-z]/i.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

const suffixes = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];

/** Versions as apk orders them: `1.2.3a_rc1_p2-r4`. */
export function compareApkVersions(one: string, other: string): number {
  const [a, b] = [apkParts(one), apkParts(other)];
  for (let at = 0; at < Math.max(a.numbers.length, b.numbers.length); at += 1) {
    const [x, y] = [a.numbers[at], b.numbers[at]];
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1;
    const difference = compareDigits(x, y);
    if (difference !== 0) return difference;
  }
  if (a.letter !== b.letter) return a.letter < b.letter ? -1 : 1;
  for (let at = 0; at < Math.max(a.suffixes.length, b.suffixes.length); at += 1) {
    const [x, y] = [a.suffixes[at] ?? ['', '0'], b.suffixes[at] ?? ['', '0']];
    const difference = suffixes.indexOf(x[0]) - suffixes.indexOf(y[0]) || compareDigits(x[1], y[1]);
    if (difference !== 0) return difference;
  }
  return compareDigits(a.revision, b.revision);
}

function apkParts(version: string): {
  numbers: readonly string[];
  letter: string;
  suffixes: readonly (readonly [string, string])[];
  revision: string;
} {
  const match = /^([\d.]+)([a-z]?)((?:_[a-z]+\d*)*)(?:-r(\d+))?/.exec(version);
  const found = [...(match?.[3] ?? '').matchAll(/_([a-z]+)(\d*)/g)];
  return {
    numbers: (match?.[1] ?? '').split('.'),
    letter: match?.[2] ?? '',
    suffixes: found.map(([, name = '', number = '']) => [name, number || '0'] as const),
    revision: match?.[4] ?? '0',
  };
}
