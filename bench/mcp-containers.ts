import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { silentLog, systemClock } from '#core';
import { createDocker } from '#docker';
import { createContainers, createPool, type McpContainers, type RpcMessage } from '#mcp';
import { launchOf, secretsOf, talkTo, type Talk } from '../tests/mcp-containers.ts';
import { everythingPackage, mcpPackageImage, mcpScriptImage } from '../tests/mcp-images.ts';
import { scriptServer } from '../tests/mcp-script-server.ts';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const runs = 20;
const open = { network: { kind: 'open' } } as const;
const warmUps = 2;

/** Calls into fresh containers: from the pool, without it, and as `docker run` with the Docker CLI does it. */
export async function benchMcpContainers(): Promise<BenchRow[]> {
  const docker = createDocker({
    env: process.env,
    userHome: process.env['HOME'] ?? '',
    dockerConfig: '/nonexistent',
    ownSocket: '/nonexistent',
    log: silentLog,
  });
  const answers = await docker.version().catch(() => undefined);
  if (!answers) {
    console.error('  skipped: no Docker Engine answers');
    return [];
  }
  const containers = createContainers({
    docker,
    secrets: secretsOf({}),
    home: `/bench/mcp/${process.pid}`,
    node: process.execPath,
    clock: systemClock,
    log: silentLog,
  });
  try {
    const script = await mcpScriptImage(scriptServer);
    const everything = await mcpPackageImage(everythingPackage);
    return [...(await benchColdCalls(containers, script)), await benchEverything(containers, everything)];
  } finally {
    await containers.close();
  }
}

async function benchColdCalls(containers: McpContainers, image: string): Promise<BenchRow[]> {
  const pool = createPool<Talk>({
    start: (_server, { signal }) => talkTo(containers.transport, launchOf(image, open), { signal }),
    stop: ({ connection }) => connection.close(),
    clock: systemClock,
    log: silentLog,
  });
  pool.configure(new Map([['script', { mode: 'fresh', warm: 2, revision: '1', maxInstances: 8, idleMs: 60_000 }]]));
  const untilWarm = async (): Promise<void> => {
    while ((pool.status()[0]?.idle ?? 0) < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    // What was started last has what it needs of the machine, and what ended is gone.
    await new Promise((resolve) => setTimeout(resolve, 500));
  };
  const samples = { pooled: [] as number[], unpooled: [] as number[], byHand: [] as number[] };
  const take = {
    async pooled() {
      await untilWarm();
      return await timed(async () => {
        const lease = await pool.acquire('script', { session: 's' });
        await lease.instance.call('claim');
        return () => Promise.resolve(lease.release());
      });
    },
    async unpooled() {
      return await timed(async () => {
        const talk = await talkTo(containers.transport, launchOf(image, open));
        return () => talk.connection.close();
      });
    },
    async byHand() {
      return await timed(() => dockerRun(image));
    },
  };
  try {
    (await pool.acquire('script', { session: 's' })).release();
    for (let run = 0; run < runs + warmUps; run++) {
      for (const name of ['pooled', 'unpooled', 'byHand'] as const) {
        await untilWarm();
        const ms = await take[name]();
        if (run >= warmUps) samples[name].push(ms);
      }
    }
  } finally {
    await pool.close();
  }
  const [pooled, unpooled, byHand] = [samples.pooled, samples.unpooled, samples.byHand].map(percentiles);
  if (!pooled || !unpooled || !byHand) return [];
  const reference = formatPercentiles(byHand, 'ms');
  return [
    {
      name: 'MCP call into a fresh container of the pool',
      ours: formatPercentiles(pooled, 'ms'),
      reference,
      ratio: pooled.p50 / byHand.p50,
      target: 'p50 <= 60 ms',
      met: pooled.p50 <= 60,
      note: 'The reference is docker run of the same image and its initialize, without a call.',
    },
    {
      name: 'MCP server started and initialised, without the pool',
      ours: formatPercentiles(unpooled, 'ms'),
      reference,
      ratio: unpooled.p50 / byHand.p50,
      target: '<= 1.10',
      met: unpooled.p50 / byHand.p50 <= 1.1,
    },
  ];
}

async function benchEverything(containers: McpContainers, image: string): Promise<BenchRow> {
  const ours: number[] = [];
  const byHand: number[] = [];
  for (let run = 0; run < runs + warmUps; run++) {
    const perCall = await timed(async () => {
      const talk = await talkTo(
        containers.transport,
        launchOf(image, { ...open, limits: { cpus: 1, memoryBytes: 2 ** 31, pids: 256 } }),
      );
      await talk.call('echo', { message: 'hi' });
      return () => talk.connection.close();
    });
    const reference = await timed(() => dockerRun(image));
    if (run < warmUps) continue;
    ours.push(perCall);
    byHand.push(reference);
  }
  const [mine, reference] = [percentiles(ours), percentiles(byHand)];
  return {
    name: 'server-everything, a container for each call',
    ours: formatPercentiles(mine, 'ms'),
    reference: formatPercentiles(reference, 'ms'),
    ratio: mine.p50 / reference.p50,
    target: 'p50 <= 700 ms',
    met: mine.p50 <= 700,
    note: 'Start, initialize and one call; the reference is docker run and its initialize.',
  };
}

/** How long it takes until the work is done; its end is not part of it. */
async function timed(work: () => Promise<() => Promise<void>>): Promise<number> {
  const startedAt = performance.now();
  const end = await work();
  const ms = performance.now() - startedAt;
  await end();
  return ms;
}

/** What a gateway does that leaves containers to the Docker CLI. */
async function dockerRun(image: string): Promise<() => Promise<void>> {
  const name = `gantry-bench-mcp-${process.pid}`;
  const limits = ['--cpus', '1', '--memory', '2Gb'];
  const options = ['--rm', '-i', '--init', '--security-opt', 'no-new-privileges', '--pull', 'never', ...limits];
  const child = spawn('docker', ['run', '--name', name, ...options, image], { stdio: ['pipe', 'pipe', 'ignore'] });
  const gone = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
  for await (const line of lines) if ((JSON.parse(line) as RpcMessage).id === 1) break;
  return async () => {
    child.stdin.end();
    await once(spawn('docker', ['rm', '-f', name], { stdio: 'ignore' }), 'exit');
    await gone;
  };
}
