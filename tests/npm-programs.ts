import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exclusively, testCache, type Skip } from '#testing';
import { runCommand } from './harness.ts';

/** Packages from npm, some for another Node.js, in a folder of their own, made once in the test cache: programs that tests run and Gantry never does. */
export async function npmPrograms(...packages: readonly string[]): Promise<{ readonly folder: string } | Skip> {
  const name = `npm-${packages.join('-').replaceAll(/[^\w.-]+/g, '-')}`;
  const folder = join(testCache(), name);
  return await exclusively(name, async () => {
    if (await exists(join(folder, 'ready'))) return { folder };
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{"private":true}\n');
    const installed = await runCommand(
      ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false', ...packages],
      {
        cwd: folder,
      },
    );
    if (installed.code !== 0)
      return { skip: `npm cannot install ${packages.join(' ')}: ${installed.stderr.slice(-300)}` };
    // A killed installation must not pass for a whole one.
    await writeFile(join(folder, 'ready'), '');
    return { folder };
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
