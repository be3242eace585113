import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContainers, createPool, type Pool } from '#mcp';
import { createRandom } from '#testing';
import { describe, expect, it } from 'vitest';
import { dockerMissing } from './docker-engine.ts';
import { root, runCommand } from './harness.ts';
import { launchOf, partsOf, secretsOf, talkTo, testClock, testDocker, testLog, type Talk } from './mcp-containers.ts';
import { mcpScriptImage } from './mcp-images.ts';
import { scriptServer } from './mcp-script-server.ts';

const missing = await dockerMissing();

function containersOf(home: string): ReturnType<typeof createContainers> {
  return createContainers({
    docker: testDocker(),
    secrets: secretsOf({}),
    home,
    node: process.execPath,
    clock: testClock,
    log: testLog,
    limits: { endMs: 300, termMs: 300 },
  });
}

async function startHolder(image: string, home: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./children/mcp-holder.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, image, home], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (said.includes('held')) return child;
  }
  throw new Error(`The child ended: ${said}`);
}

/** Processes of all containers of a home, as this machine numbers them. */
async function processesOf(home: string): Promise<readonly string[]> {
  const { stdout } = await runCommand(['docker', 'ps', '-q', '--filter', `label=gantry.mcp.home=${home}`]);
  const tops = await Promise.all(
    stdout
      .split('\n')
      .filter((id) => id !== '')
      .map((id) => runCommand(['docker', 'top', id, '-o', 'pid'])),
  );
  return tops.flatMap((top) => top.stdout.match(/\d+/g) ?? []);
}

describe.skipIf(missing !== undefined)('what is left on the Engine', () => {
  it('of processes that were killed, with servers, networks, proxies and starts under way, is nothing', async () => {
    const home = `/test/mcp-leftovers/${process.pid}`;
    const image = await mcpScriptImage(scriptServer);
    const processes: string[] = [];
    for (let round = 0; round < 2; round++) {
      const child = await startHolder(image, home);
      processes.push(...(await processesOf(home)));
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(processes.length).toBeGreaterThanOrEqual(8);
    expect((await partsOf(home)).length).toBeGreaterThan(0);

    const containers = containersOf(home);
    await containers.sweep();
    await expect.poll(() => partsOf(home), { timeout: 20_000 }).toEqual([]);
    // A zombie would still be there.
    expect(processes.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
    await containers.close();
  });

  it('while its owner lives stays, whoever else looks', async () => {
    const home = `/test/mcp-living/${process.pid}`;
    const image = await mcpScriptImage(scriptServer);
    const child = await startHolder(image, home);
    const before = await runCommand([
      'docker',
      'ps',
      '-q',
      '--filter',
      `label=gantry.mcp.session=held`,
      '--filter',
      `label=gantry.mcp.home=${home}`,
    ]);
    const others = containersOf(home);
    expect(await others.sweep()).toBe(0);
    const after = await runCommand([
      'docker',
      'ps',
      '-q',
      '--filter',
      `label=gantry.mcp.session=held`,
      '--filter',
      `label=gantry.mcp.home=${home}`,
    ]);
    expect(after.stdout).toBe(before.stdout);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await others.sweep();
    await expect.poll(() => partsOf(home), { timeout: 20_000 }).toEqual([]);
    await others.close();
  });

  it(
    'after a thousand calls of which many were given up is nothing, and never more than allowed',
    { timeout: 900_000 },
    async () => {
      const home = `/test/mcp-thousand/${process.pid}`;
      const image = await mcpScriptImage(scriptServer);
      const containers = containersOf(home);
      const random = createRandom(7);
      const limit = 12;
      let alive = 0;
      let most = 0;
      const pool: Pool<Talk> = createPool<Talk>({
        async start(_server, { signal }) {
          alive += 1;
          most = Math.max(most, alive);
          try {
            return await talkTo(containers.transport, launchOf(image), { signal });
          } catch (error) {
            alive -= 1;
            throw error;
          }
        },
        async stop({ connection }) {
          await connection.close();
          alive -= 1;
        },
        clock: testClock,
        log: testLog,
        limits: { maxInstances: limit },
      });
      pool.configure(
        new Map([['script', { mode: 'fresh', warm: 2, revision: '1', maxInstances: limit, idleMs: 5000 }]]),
      );
      const outcomes = { answered: 0, givenUp: 0, other: [] as unknown[] };
      let left = 1000;

      async function call(): Promise<void> {
        const signal = random.below(10) < 6 ? AbortSignal.timeout(random.below(400)) : undefined;
        try {
          const lease = await pool.acquire('script', { session: 's', ...(signal && { signal }) });
          try {
            // It counts its calls: nobody used it before.
            expect(await lease.instance.call('claim')).toBe('1');
            outcomes.answered += 1;
          } finally {
            lease.release();
          }
        } catch (error) {
          if (signal?.aborted) outcomes.givenUp += 1;
          else outcomes.other.push(error);
        }
      }

      async function client(): Promise<void> {
        while (left > 0) {
          left -= 1;
          await call();
        }
      }
      await Promise.all(Array.from({ length: 8 }, client));
      await pool.close();
      await containers.close();
      expect(outcomes.other).toEqual([]);
      expect(outcomes.answered + outcomes.givenUp).toBe(1000);
      expect(outcomes.answered).toBeGreaterThan(100);
      expect(outcomes.givenUp).toBeGreaterThan(100);
      expect(most).toBeLessThanOrEqual(limit);
      await expect.poll(() => partsOf(home), { timeout: 20_000 }).toEqual([]);
    },
  );
});
