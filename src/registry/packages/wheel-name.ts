/** Parts of a wheel's file name (binary distribution format specification). Tags may hold several, joined with dots. */
export interface WheelName {
  readonly distribution: string;
  readonly version: string;
  /** Build number; empty when there is none. */
  readonly build: string;
  readonly pythonTag: string;
  readonly abiTag: string;
  readonly platformTag: string;
}

/** Undefined when the name is not a wheel's. */
export function parseWheelFilename(filename: string): WheelName | undefined {
  if (!filename.endsWith('.whl')) return undefined;
  const parts = filename.slice(0, -'.whl'.length).split('-');
  const [distribution = '', version = ''] = parts;
  const [pythonTag = '', abiTag = '', platformTag = ''] = parts.slice(-3);
  const build = parts.length === 6 ? (parts[2] ?? '') : '';
  const isComplete = (parts.length === 5 || /^\d/.test(build)) && parts.every((part) => /^[\w.!+]+$/.test(part));
  return isComplete ? { distribution, version, build, pythonTag, abiTag, platformTag } : undefined;
}

/** PEP 503: runs of `-`, `_` and `.` are one `-`, case does not count. */
export function normalizeDistribution(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/** Version in a file name of `distribution`, or undefined when the file is not one of its wheels or source archives. */
export function versionOfFile(filename: string, distribution: string): string | undefined {
  const wanted = normalizeDistribution(distribution);
  const wheel = parseWheelFilename(filename);
  if (wheel) return normalizeDistribution(wheel.distribution) === wanted ? wheel.version : undefined;
  const stem = /^(.+)\.(?:tar\.gz|tgz|zip|tar\.bz2|tar\.xz)$/i.exec(filename)?.[1] ?? '';
  const dashes = [...stem.matchAll(/-/g)].map(({ index }) => index);
  const split = dashes.find((at) => normalizeDistribution(stem.slice(0, at)) === wanted);
  const version = split === undefined ? '' : stem.slice(split + 1);
  return /^[\w.!+-]+$/.test(version) ? version : undefined;
}

/** Whether two spellings mean one PEP 440 version: `1.0` and `v1.0.0`, `2026.01` and `2026.1`. */
export function isSameVersion(a: string, b: string): boolean {
  return canonicalVersion(a) === canonicalVersion(b);
}

function canonicalVersion(text: string): string {
  const [, epoch = '', release = '', rest = ''] =
    /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(.*)$/.exec(text.trim().toLowerCase()) ?? [];
  if (release === '') return text.trim().toLowerCase();
  const numbers = release.split('.').map((number) => number.replace(/^0+(?=\d)/, ''));
  while (numbers.length > 1 && numbers.at(-1) === '0') numbers.pop();
  return `${Number(epoch)}!${numbers.join('.')}${rest.replace(/[-_]/g, '.')}`;
}
