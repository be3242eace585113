import { createReadStream, type ReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { damaged, type TarEntry } from './read-tar.ts';

/** `blobs/sha256/…` of a layout, and a folder for each layer in the old form. */
const deepest = 3;
const mostFiles = 10_000;

/** The files of a folder as an archive would bring them. Links are left out: they could lead anywhere. */
export async function* readFolder(folder: string, path = '', depth = 0): AsyncGenerator<TarEntry, void, void> {
  let count = 0;
  for (const name of (await readdir(join(folder, path))).toSorted()) {
    count += 1;
    if (count > mostFiles) throw damaged('it has too many entries');
    const inner = path === '' ? name : `${path}/${name}`;
    const full = join(folder, inner);
    const facts = await lstat(full);
    if (facts.isDirectory() && depth < deepest) yield* readFolder(folder, inner, depth + 1);
    if (!facts.isFile()) continue;
    let opened: ReadStream | undefined;
    yield {
      path: inner,
      sizeBytes: facts.size,
      kind: 'file',
      mode: facts.mode,
      linkTarget: '',
      content: {
        [Symbol.asyncIterator]() {
          opened = createReadStream(full, { highWaterMark: 1024 * 1024 });
          return opened[Symbol.asyncIterator]();
        },
      },
    };
    // What nobody read to its end.
    opened?.destroy();
  }
}
