import type { Package } from '../types.ts';

/** `/lib/apk/db/installed`, and the file APKINDEX, which has the same form: one letter, a colon, the value. */
export function readApk(text: string, path: string): readonly Package[] {
  return text.split(/\n\n+/).flatMap((block) => {
    const fields = new Map<string, string>();
    // Files of the package follow its fields; their letters come again and do not count.
    for (const line of block.split('\n'))
      if (line[1] === ':' && !fields.has(line[0] ?? '')) fields.set(line[0] ?? '', line.slice(2));
    const [name, version] = [fields.get('P'), fields.get('V')];
    if (!name || !version) return [];
    return [
      {
        kind: 'apk' as const,
        name,
        version,
        architecture: fields.get('A'),
        licence: fields.get('L'),
        source: { name: fields.get('o') ?? name, version },
        path,
      },
    ];
  });
}
