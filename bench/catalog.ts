import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { generatedCatalog } from '#testing';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const bundle = fileURLToPath(new URL('../dist/gantry.js', import.meta.url));
const servers = 300;
const rounds = 9;
const longestMs = 1000;

/** A catalogue of 300 servers that uses every field, from a file and from the store, until it is said of each what would run. */
export async function benchCatalog(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-catalog-bench-'));
  try {
    const file = join(folder, 'generated.yaml');
    const catalog: unknown = JSON.parse(JSON.stringify(generatedCatalog(servers)));
    await writeFile(file, stringify(catalog));
    const run = async (...args: string[]): Promise<number> => {
      const env = { ...process.env, GANTRY_HOME: join(folder, 'home'), DOCKER_CONFIG: join(folder, 'docker') };
      const started = performance.now();
      const options = { env, maxBuffer: 64 << 20 };
      const { stdout } = await promisify(execFile)(process.execPath, [bundle, 'mcp', 'catalog', ...args], options);
      if (!stdout.includes(`${servers}`)) throw new Error(`Not ${servers} servers: ${stdout.slice(0, 200)}`);
      return performance.now() - started;
    };
    await run('import', file, '--as', 'generated');
    const times = { file: [] as number[], store: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      times.file.push(await run('import', file, '--as', 'generated', '--dry-run'));
      times.store.push(await run('show', 'generated'));
    }
    return [rowOf('catalog of 300 servers, YAML', times.file), rowOf('catalog of 300 servers, stored', times.store)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function rowOf(name: string, samples: readonly number[]): BenchRow {
  const found = percentiles(samples);
  const ratio = found.p50 / longestMs;
  return {
    name,
    ours: formatPercentiles(found, 'ms'),
    reference: `${longestMs} ms`,
    ratio,
    target: '<= 1 s, p50',
    met: ratio <= 1,
    note: 'a whole command, from its start until it is said of each server what would run',
  };
}
