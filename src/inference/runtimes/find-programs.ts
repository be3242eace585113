import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

export interface FoundProgram {
  readonly path: string;
  /** Changes when the program is replaced. */
  readonly fingerprint: string;
}

/** Programs called `name` on PATH, in its order, each once. Relative folders of PATH are skipped: they mean another program in another folder. */
export async function findPrograms(name: string, searchPath: string | undefined): Promise<readonly FoundProgram[]> {
  const found: FoundProgram[] = [];
  const seen = new Set<string>();
  for (const folder of (searchPath ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const program = await programAt(join(folder, name));
    if (!program) continue;
    const target = await realpath(program.path);
    if (seen.has(target)) continue;
    seen.add(target);
    found.push(program);
  }
  return found;
}

/** The executable regular file at `path`, or undefined. */
export async function programAt(path: string): Promise<FoundProgram | undefined> {
  try {
    const info = await stat(path);
    if (!info.isFile()) return undefined;
    await access(path, constants.X_OK);
    return { path, fingerprint: `${info.ino}:${info.size}:${info.mtimeMs}` };
  } catch {
    return undefined;
  }
}
