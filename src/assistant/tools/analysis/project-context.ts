import { posix } from 'node:path';
import { readServices, type ProjectContext } from '#dockerfile';
import { listFiles } from '../files/list-files.ts';
import { readContent } from '../files/read-file.ts';
import type { WorkingFolder } from '../files/working-folder.ts';

/** Their names say what they are; rules need no look inside. */
const closed: ReadonlySet<string> = new Set([
  '.git',
  'node_modules',
  'target',
  '.venv',
  'venv',
  '__pycache__',
  '.hg',
  '.terraform',
  'vendor',
]);
const telling = /^(?:package\.json|requirements(?:[.-]\w+)?\.txt|Cargo\.toml|.*\.sh|docker-entrypoint.*|entrypoint.*)$/;
const composeFiles = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const maxTextBytes = 256 * 1024;

/** What stands around a Dockerfile of the working directory, as far as its rules look. */
export async function projectContext(
  folder: WorkingFolder,
  dockerfile: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<ProjectContext> {
  const above = posix.dirname(dockerfile);
  const base = above === '.' ? '' : above;
  const inner = (path: string): string => (base === '' ? path : path.slice(base.length + 1));
  const outer = (path: string): string => (base === '' ? path : `${base}/${path}`);
  const place = { path: base, exists: true };
  const { files, isCut } = await listFiles(folder, place, {
    signal,
    depth: 6,
    maxEntries: 5000,
    withIgnored: true,
    closed,
  });
  const read = async (path: string) =>
    await readContent(folder, { path, exists: true }, { maxBytes: maxTextBytes }).catch(() => undefined);
  const texts: Record<string, string> = {};
  const executables: string[] = [];
  for (const { path, kind } of files) {
    const relative = inner(path);
    if (kind !== 'file' || relative.split('/').length > 3 || !telling.test(posix.basename(path))) continue;
    const content = await read(path);
    if (!content) continue;
    texts[relative] = content.bytes.toString('utf8');
    if ((content.mode & 0o111) !== 0) executables.push(relative);
  }
  const paths = files.map(({ path }) => inner(path));
  const compose = composeFiles.find((name) => paths.includes(name));
  const services = compose === undefined ? undefined : await read(outer(compose));
  const ignored = (await read(`${dockerfile}.dockerignore`)) ?? (await read(outer('.dockerignore')));
  return {
    paths,
    isCut,
    dockerignore: ignored?.bytes.toString('utf8'),
    sizesBytes: Object.fromEntries(files.map(({ path, sizeBytes }) => [inner(path), sizeBytes])),
    texts,
    executables,
    services: services ? await readServices(services.bytes.toString('utf8'), posix.basename(dockerfile)) : [],
  };
}
