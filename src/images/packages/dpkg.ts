import type { Package } from '../types.ts';

/** Paragraphs of `Field: value` lines; lines that begin with a space go on. */
export function* paragraphs(text: string): Generator<ReadonlyMap<string, string>> {
  for (const block of text.split(/\n\s*\n/)) {
    const fields = new Map<string, string>();
    let last = '';
    for (const line of block.split('\n')) {
      if (/^\s/.test(line)) {
        if (last !== '') fields.set(last, `${fields.get(last) ?? ''}\n${line.trim()}`);
        continue;
      }
      const colon = line.indexOf(':');
      if (colon <= 0) continue;
      last = line.slice(0, colon);
      fields.set(last, line.slice(colon + 1).trim());
    }
    if (fields.size > 0) yield fields;
  }
}

/** `/var/lib/dpkg/status`, and the single paragraphs of distroless images in `status.d/`. */
export function readDpkg(text: string, path: string): readonly Package[] {
  return [...paragraphs(text)].flatMap((fields) => {
    const [name, version] = [fields.get('Package'), fields.get('Version')];
    const status = fields.get('Status');
    if (!name || !version || (status !== undefined && !status.endsWith(' installed'))) return [];
    return [
      { kind: 'deb' as const, name, version, architecture: fields.get('Architecture'), source: sourceOf(fields), path },
    ];
  });
}

/** `Source: glibc` or `Source: gcc-12 (12.2.0-14)`; without it the package is its own source. */
export function sourceOf(fields: ReadonlyMap<string, string>): { name: string; version: string } {
  const version = fields.get('Version') ?? '';
  const match = /^(\S+)(?:\s+\(([^)]+)\))?/.exec(fields.get('Source') ?? '');
  return { name: match?.[1] ?? fields.get('Package') ?? '', version: match?.[2] ?? version };
}
