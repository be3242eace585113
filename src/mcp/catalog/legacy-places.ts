import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A catalogue of an older toolkit (contract mcp-toolkit §1.3), which may be read and taken over. */
export interface LegacyCatalog {
  readonly name: string;
  readonly displayName: string | undefined;
  readonly url: string | undefined;
  readonly path: string;
}

const index = z.looseObject({
  catalogs: z
    .record(z.string(), z.looseObject({ displayName: z.string().nullish(), url: z.string().nullish() }))
    .nullish(),
});
const largestIndexBytes = 1 << 20;

/** What is in `~/.docker/mcp/catalogs`; `dockerConfig` is `~/.docker`. */
export async function legacyCatalogs(dockerConfig: string): Promise<readonly LegacyCatalog[]> {
  const folder = join(dockerConfig, 'mcp', 'catalogs');
  const [files, text] = await Promise.all([
    readdir(folder).catch(() => []),
    readFile(join(dockerConfig, 'mcp', 'catalog.json'), 'utf8').catch(() => ''),
  ]);
  const known = new Map(Object.entries(parseIndex(text)));
  return files
    .flatMap((file) => {
      const [, name] = /^(.+)\.ya?ml$/.exec(file) ?? [];
      if (name === undefined) return [];
      const { displayName, url } = known.get(name) ?? {};
      return [{ name, displayName: displayName ?? undefined, url: url ?? undefined, path: join(folder, file) }];
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function parseIndex(text: string): NonNullable<z.output<typeof index>['catalogs']> {
  if (text.length > largestIndexBytes) return {};
  try {
    return index.safeParse(JSON.parse(text)).data?.catalogs ?? {};
  } catch {
    return {};
  }
}
