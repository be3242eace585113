import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = 40;

function timeCommand(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(command, args, { stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0
        ? resolve(performance.now() - startedAt)
        : reject(new Error(`${command} ${args.join(' ')} ended with ${code}`)),
    );
  });
}

/** `gantry --version`, as the bundle and through the clone's own script, against Node doing nothing. */
export async function benchStartup(): Promise<BenchRow[]> {
  const bundle = join(root, 'dist/gantry.js');
  const script = join(root, 'gantry');
  // Builds the bundle when it is missing or older than the sources.
  spawnSync(script, ['--version'], { stdio: 'ignore' });
  if (!existsSync(bundle)) throw new Error('The bundle could not be built; see: ./gantry --version');
  const samples = { node: [] as number[], bundle: [] as number[], script: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    samples.node.push(await timeCommand(process.execPath, ['-e', '0']));
    samples.bundle.push(await timeCommand(process.execPath, [bundle, '--version']));
    samples.script.push(await timeCommand(script, ['--version']));
  }
  const reference = percentiles(samples.node);
  return (['bundle', 'script'] as const).map((kind) => {
    const ours = percentiles(samples[kind]);
    const ratio = ours.p50 / reference.p50;
    return {
      name: kind === 'bundle' ? 'gantry --version (installed) ÷ node -e 0' : './gantry --version (clone) ÷ node -e 0',
      ours: formatPercentiles(ours, 'ms'),
      reference: formatPercentiles(reference, 'ms'),
      ratio,
      target: '≤ 1.50',
      met: ratio <= 1.5,
    };
  });
}
