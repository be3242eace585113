import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rateDockerfile } from '../src/dockerfile/index.ts';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const bundle = fileURLToPath(new URL('../dist/gantry.js', import.meta.url));

function dockerfileOf(lines: number): string {
  let text = '# syntax=docker/dockerfile:1\nFROM node:22 AS build\nWORKDIR /app\n';
  while (text.split('\n').length < lines - 4) {
    text +=
      'RUN apt-get update && apt-get install -y --no-install-recommends \\\n    curl=1 git \\\n && curl -fsSL https://example.com/a.tar.gz | tar xz \\\n && rm -rf /var/lib/apt/lists/*\nENV A=b C=d\nCOPY package.json ./\nRUN npm ci\n';
  }
  return `${text}FROM node:22\nCOPY --from=build /app /app\nCMD ["node", "x"]\n`;
}

function timeCommand(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve(performance.now() - startedAt) : reject(new Error(`${args.join(' ')} ended with ${code}`)),
    );
  });
}

/** Rating a file of 200 lines in a warm process, as a whole command, and a thousand files in one command. */
export async function benchDockerfile(): Promise<BenchRow[]> {
  const source = dockerfileOf(200);
  const warm: number[] = [];
  for (let round = 0; round < 240; round += 1) {
    const startedAt = performance.now();
    rateDockerfile(source);
    if (round >= 40) warm.push(performance.now() - startedAt);
  }
  const folder = mkdtempSync(join(tmpdir(), 'gantry-bench-dockerfile-'));
  try {
    const one = join(folder, 'one', 'Dockerfile');
    mkdirSync(join(folder, 'one'));
    writeFileSync(one, source);
    const small = dockerfileOf(40);
    for (let index = 0; index < 1_000; index += 1) {
      mkdirSync(join(folder, 'many', String(index)), { recursive: true });
      writeFileSync(join(folder, 'many', String(index), 'Dockerfile'), small);
    }
    const command: number[] = [];
    const node: number[] = [];
    for (let round = 0; round < 20; round += 1) {
      node.push(await timeCommand(['-e', '0']));
      command.push(await timeCommand([bundle, 'ai', 'rate', '--json', one]));
    }
    const many = [await timeCommand([bundle, 'ai', 'rate', '--json', join(folder, 'many')])];
    return [
      row('rating a Dockerfile of 200 lines, warm', percentiles(warm), 10),
      {
        ...row('gantry ai rate, whole command', percentiles(command), 250),
        reference: formatPercentiles(percentiles(node), 'ms'),
      },
      row('gantry ai rate, 1,000 files of 40 lines', percentiles(many), 5_000),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(name: string, ours: ReturnType<typeof percentiles>, limitMs: number): BenchRow {
  const ratio = ours.p50 / limitMs;
  return {
    name,
    ours: formatPercentiles(ours, 'ms'),
    reference: `${limitMs} ms`,
    ratio,
    target: '≤ 1',
    met: ratio <= 1,
  };
}
