import { dirname, relative } from 'node:path';
import type { DockerfileListBody } from '#contract';

const mostRated = 200;
const mostFolders = 20_000;

export interface ListWishes {
  readonly root: string;
  readonly path: string;
  readonly signal: AbortSignal;
}

/** The Dockerfiles below a folder. Links that lead out of the root are left out. @throws AppError `request.*` */
export async function listDockerfiles({ root, path, signal }: ListWishes): Promise<DockerfileListBody> {
  const { createConfigReader, createContextReader, pathInside, rateDockerfile, readSource, searchDockerfiles } =
    await import('#dockerfile');
  const folder = await pathInside(root, path);
  let unreadable = 0;
  const onUnreadable = (): void => void (unreadable += 1);
  const { files: found, isCut } = await searchDockerfiles(folder, signal, { mostFolders, onUnreadable });
  const [contexts, configs] = [createContextReader(signal), createConfigReader()];
  const files: DockerfileListBody['files'] = [];
  for (const file of found.slice(0, mostRated)) {
    signal.throwIfAborted();
    const isInside = await pathInside(root, file).then(
      () => true,
      () => false,
    );
    if (!isInside) continue;
    const rating = await readSource(file)
      .then(async (text) => {
        const config = await configs.of(dirname(file));
        return rateDockerfile(text, { ...config.options, context: await contexts.of(file) });
      })
      .catch(() => undefined);
    const name = relative(folder, file);
    const errors = rating?.findings.filter(({ severity }) => severity === 'error').length ?? 0;
    files.push({
      path: file,
      name,
      rating: rating ? { score: rating.score, grade: rating.grade, errors, findings: rating.findings.length } : null,
    });
  }
  return { folder, files, left: Math.max(0, found.length - mostRated), isCut, unreadable };
}
