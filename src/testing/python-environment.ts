import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exclusively, testCache, type Skip } from './test-cache.ts';

/** An environment of Python with exactly these packages (`ollama==0.6.3`), made once in the test cache. Safe in parallel test files. */
export async function pythonEnvironment(
  ...requirements: readonly string[]
): Promise<{ readonly python: string } | Skip> {
  const name = `python-${requirements.join('-').replaceAll(/[^\w.-]+/g, '-')}`;
  const folder = join(testCache(), name);
  const python = join(folder, 'bin', 'python');
  return await exclusively(name, async () => {
    if (await exists(join(folder, 'ready'))) return { python };
    await rm(folder, { recursive: true, force: true });
    const made = await run('python3', ['-m', 'venv', folder]);
    if (made !== undefined) return { skip: `python3 cannot make an environment: ${made}` };
    const pip = ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check', ...requirements];
    const installed = await run(python, pip);
    if (installed !== undefined) return { skip: `pip cannot install ${requirements.join(' ')}: ${installed}` };
    // A killed installation must not pass for a whole one.
    await writeFile(join(folder, 'ready'), '');
    return { python };
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The last line it wrote when it failed; undefined when it did not. */
async function run(program: string, args: readonly string[]): Promise<string | undefined> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  try {
    // A program that cannot be started rejects here.
    const [code] = (await once(child, 'close')) as [number | null];
    return code === 0 ? undefined : (text.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    return String(error);
  }
}
