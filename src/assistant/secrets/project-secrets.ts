import { isSensitive } from '../permissions/path-risk.ts';
import { listFiles } from '../tools/files/list-files.ts';
import { readContent } from '../tools/files/read-file.ts';
import type { WorkingFolder } from '../tools/files/working-folder.ts';
import { secretValues } from './hide-secrets.ts';

const closed: ReadonlySet<string> = new Set([
  '.git',
  'node_modules',
  'vendor',
  'target',
  '.venv',
  'venv',
  '__pycache__',
]);
const mostFiles = 20;
const maxBytes = 256 * 1024;

/** Values that the project keeps in its `.env` files, so that they are known wherever they turn up. */
export async function projectSecrets(
  folder: WorkingFolder,
  { signal }: { readonly signal: AbortSignal },
): Promise<readonly string[]> {
  const place = { path: '', exists: true };
  const { files } = await listFiles(folder, place, { signal, depth: 3, maxEntries: 5000, withIgnored: true, closed });
  const named = files.filter(
    ({ path, kind }) => kind === 'file' && /(^|\/)\.env[^/]*$/.test(path) && isSensitive(path),
  );
  const values: string[] = [];
  for (const { path } of named.slice(0, mostFiles)) {
    const content = await readContent(folder, { path, exists: true }, { maxBytes }).catch(() => undefined);
    if (content) values.push(...secretValues(content.bytes.toString('utf8')));
  }
  return values;
}
