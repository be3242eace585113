import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BenchRow } from './rows.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const limitBytes = 90e6;
const settleMs = 15_000;

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ socketPath, path: '/version' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    probe.on('error', () => resolve(false));
    probe.end();
  });
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** Resident memory of the bundled daemon that has nothing to do. Linux only: it reads /proc. */
export async function benchIdle(): Promise<BenchRow[]> {
  const home = await mkdtemp(join(tmpdir(), 'gantry-idle-'));
  const daemon = spawn(process.execPath, [join(root, 'dist/gantry.js'), 'serve'], {
    env: { ...process.env, GANTRY_HOME: home, GANTRY_PORT: '0' },
    stdio: 'ignore',
  });
  const exited = once(daemon, 'exit');
  try {
    for (let tries = 0; !(await answers(join(home, 'run/gantry.sock'))); tries += 1) {
      if (tries > 200 || daemon.exitCode !== null) throw new Error('The daemon did not start; try: ./gantry serve');
      await sleep(50);
    }
    await sleep(settleMs);
    const bytes = await residentBytes(daemon.pid ?? 0);
    return [
      {
        name: 'idle daemon, resident memory',
        ours: `${(bytes / 1e6).toFixed(1)} MB`,
        reference: '90 MB',
        ratio: bytes / limitBytes,
        target: '≤ 1.00',
        met: bytes <= limitBytes,
      },
    ];
  } finally {
    daemon.kill('SIGTERM');
    await exited;
    await rm(home, { recursive: true, force: true });
  }
}
