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
  const libraries = await hostLibraries([node]);
  const all = [{ path: node, target }, ...libraries.map((path) => ({ path, target: path }))];
  return await Promise.all(all.map(async (file) => ({ ...file, sizeBytes: (await stat(file.path)).size })));
}

/** The libraries that programs and libraries of this machine need, and those of `later` that are beside the C library. */
export async function hostLibraries(
  files: readonly string[],
  { later = [] }: { readonly later?: readonly string[] } = {},
): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ldd', [...files], { maxBuffer: 8 << 20 });
  const libraries = librariesIn(stdout);
  const c = libraries.find((path) => /\/libc\.so\.\d+$/.test(path));
  const names = [...loadedLater, ...later];
  const beside = c === undefined ? [] : await present(names.map((name) => join(dirname(c), name)));
  return [...new Set([...libraries, ...beside])];
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
