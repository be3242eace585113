import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A file of this machine that an image gets. */
export interface HostFile {
  readonly path: string;
  /** Its place in the image. */
  readonly target: string;
  readonly sizeBytes: number;
}

/** What names are looked up with; old C libraries load them when a program runs, so that `ldd` does not see them. */
const loadedLater = ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2'];

/**
 * The Node of this machine and the libraries it needs, for an image that no registry is needed for. Rejects where there is no `ldd`.
 */
export async function hostNodeFiles({ node, target }: { node: string; target: string }): Promise<readonly HostFile[]> {
  const { stdout } = await promisify(execFile)('ldd', [node]);
  const libraries = librariesIn(stdout);
  const c = libraries.find((path) => /\/libc\.so\.\d+$/.test(path));
  const later = c === undefined ? [] : await present(loadedLater.map((name) => join(dirname(c), name)));
  const paths = [...new Set([...libraries, ...later])];
  const all = [{ path: node, target }, ...paths.map((path) => ({ path, target: path }))];
  return await Promise.all(all.map(async (file) => ({ ...file, sizeBytes: (await stat(file.path)).size })));
}

/** The files that `ldd` names, the loader included. */
export function librariesIn(output: string): readonly string[] {
  const paths = output.split('\n').flatMap((line) => {
    const path = /(?:=>\s*)?(\/\S+)\s+\(0x[0-9a-f]+\)/.exec(line)?.[1];
    return path === undefined ? [] : [path];
  });
  return [...new Set(paths)];
}

async function present(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        () => [path],
        () => [],
      ),
    ),
  );
  return found.flat();
}
