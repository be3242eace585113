import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#core';
import { projectFileName, type ProjectFiles } from '../generate/detect.ts';
import { readText } from './read-context.ts';

const maxPaths = 2_000;
const skipped: ReadonlySet<string> = new Set([
  'node_modules',
  '.git',
  'target',
  '.venv',
  'venv',
  'vendor',
  '__pycache__',
  'bin',
  'obj',
]);

/** What a Dockerfile for a project is made from. @throws AppError `request.not_found` */
export async function readProject(root: string): Promise<ProjectFiles> {
  const entries = await readdir(root, { withFileTypes: true }).catch((cause: unknown) => {
    throw new AppError('request.not_found', `There is no file ${root}.`, {
      params: { reason: 'file', path: root },
      cause,
    });
  });
  const paths: string[] = [];
  const texts: Record<string, string> = {};
  const add = async (folder: string, list: typeof entries, depth: number): Promise<void> => {
    for (const entry of list.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (paths.length >= maxPaths) return;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        paths.push(`${path}/`);
        if (depth < 3 && !skipped.has(entry.name))
          await add(path, await readdir(join(root, path), { withFileTypes: true }).catch(() => []), depth + 1);
      } else if (entry.isFile()) {
        paths.push(path);
        const text = depth === 0 && projectFileName.test(entry.name) ? await readText(join(root, path)) : undefined;
        if (text !== undefined) texts[path] = text;
      }
    }
  };
  await add('', entries, 0);
  return { paths, texts };
}
