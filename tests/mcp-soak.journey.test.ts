import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { Client } from '@modelcontextprotocol/client';
import { createRandom } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerMissing } from './docker-engine.ts';
import { runCommand } from './harness.ts';
import { partsOf } from './mcp-containers.ts';
import { callText, leave, startMcpDaemon, type McpDaemon } from './mcp-daemon.ts';
import { mcpScriptImage } from './mcp-images.ts';
import { scriptServer } from './mcp-script-server.ts';

const missing = await dockerMissing();
const calls = 1000;
const sessions = 50;
const workers = 8;
/** Calls that were made when the daemon is killed. */
const kills = [300, 650];

/** Of every process that runs for a home's containers, and its children in there. */
async function processesOf(home: string): Promise<readonly string[]> {
  const { stdout } = await runCommand(['docker', 'ps', '-q', '--filter', `label=gantry.mcp.home=${home}`]);
  const ids = stdout.split('\n').filter((id) => id !== '');
  const tops = await Promise.all(ids.map((id) => runCommand(['docker', 'top', id, '-o', 'pid'])));
  return tops.flatMap((top) => top.stdout.match(/\d+/g) ?? []);
}

/** Children of these processes that ended and were not looked after. */
function zombiesOf(parents: readonly string[]): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const [state, parent = ''] = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return state === 'Z' && parents.includes(parent);
    } catch {
      return false;
    }
  });
}

const cannot = missing !== undefined || process.platform !== 'linux';

describe.skipIf(cannot)('a daemon that is killed twice in its work', () => {
  let daemon: McpDaemon;
  beforeAll(async () => {
    const image = await mcpScriptImage(scriptServer);
    const env = [{ name: 'TOOLS', value: 'claim,hang,crash' }];
    daemon = await startMcpDaemon({
      profiles: {
        default: [
          { name: 'each', image, env, prefix: 'each' },
          { name: 'kept', image, env, prefix: 'kept', longLived: true },
          { name: 'guarded', image, env, prefix: 'guarded', longLived: true, allowHosts: ['example.test:443'] },
        ],
      },
    });
  });
  afterAll(() => daemon.stop());

  it('leaves no container, network or process behind, whatever its clients do', { timeout: 900_000 }, async () => {
    const random = createRandom(20_261_125);
    const outcomes = { answered: 0, cancelled: 0, killed: 0, crashed: 0, other: [] as string[] };
    const daemons = [daemon.current().pid];
    const processes = new Set<string>();
    let made = 0;
    let opened = 0;
    let life = new AbortController();
    let restarting: Promise<void> = Promise.resolve();

    async function kill(): Promise<void> {
      for (const pid of await processesOf(daemon.home)) processes.add(pid);
      const restarted = daemon.killAndRestart();
      life.abort(new Error('The daemon was killed.'));
      await restarted;
      life = new AbortController();
      daemons.push(daemon.current().pid);
    }

    async function call(client: Client): Promise<void> {
      made += 1;
      if (kills.includes(made)) restarting = kill();
      const killed = life.signal;
      const server = ['each', 'each', 'each', 'kept', 'kept', 'kept', 'kept', 'guarded'][random.below(8)];
      const tool = random.below(40) === 0 ? 'crash' : random.below(10) === 0 ? 'hang' : 'claim';
      const isGivenUp = tool === 'hang' || random.below(10) < 4;
      const givenUp = isGivenUp ? AbortSignal.timeout(random.below(600)) : undefined;
      const signal = AbortSignal.any([killed, ...(givenUp ? [givenUp] : [])]);
      try {
        const { content } = await client.callTool({ name: `${server}__${tool}` }, { signal });
        expect(content).toMatchObject([{ type: 'text', text: expect.stringMatching(/^\d+$/) }]);
        outcomes.answered += 1;
      } catch (error) {
        if (killed.aborted) outcomes.killed += 1;
        else if (givenUp?.aborted) outcomes.cancelled += 1;
        // A server that crashes takes the other calls of its session along, and is tried again after a pause.
        else if (/code 7|out of ideas|cannot be started at present/.test(String(error))) outcomes.crashed += 1;
        else outcomes.other.push(String(error));
      }
    }

    async function session(): Promise<void> {
      await restarting;
      const killed = life.signal;
      const transport = random.below(3) === 0 ? 'sse' : 'streaming';
      opened += 1;
      try {
        const client = await daemon.connect({ transport });
        for (let left = Math.ceil(calls / sessions); left > 0 && !killed.aborted && made < calls; left -= 1) {
          await call(client);
        }
        // Half of them leave without a word.
        if (random.below(2) === 0 || killed.aborted) await client.close();
        else await leave(client);
      } catch (error) {
        if (!killed.aborted) outcomes.other.push(String(error));
      }
    }

    async function worker(): Promise<void> {
      while (made < calls || opened < sessions) await session();
    }

    // So that what each server has is known, and the first call is one.
    const first = await daemon.connect();
    await expect.poll(() => callText(first, 'guarded__claim'), { timeout: 60_000 }).toMatch(/^\d+$/);
    await leave(first);
    await Promise.all(Array.from({ length: workers }, worker));
    await restarting;
    console.log({ ...outcomes, made, opened, processes: processes.size });

    expect(outcomes.other).toEqual([]);
    expect(outcomes.answered).toBeGreaterThan(calls / 4);
    expect(outcomes.cancelled).toBeGreaterThan(calls / 10);
    expect(outcomes.killed).toBeGreaterThan(0);
    expect(opened).toBeGreaterThanOrEqual(sessions);
    expect(daemons.length).toBe(3);

    // What the killed ones left is gone while the last one runs; what it has itself goes with it.
    const isThere = (pid: string): boolean => existsSync(`/proc/${pid}`);
    expect(processes.size).toBeGreaterThan(0);
    await expect.poll(() => [...processes].filter(isThere), { timeout: 60_000 }).toEqual([]);
    const ours = daemons.map(String);
    expect(zombiesOf(ours)).toEqual([]);
    expect(ours.slice(0, 2).filter(isThere)).toEqual([]);
    const last = await processesOf(daemon.home);
    daemon.current().kill('SIGTERM');
    await daemon.current().exited;
    expect(await partsOf(daemon.home)).toEqual([]);
    expect([...last, ...ours].filter(isThere)).toEqual([]);
  });
});
