import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { silentLog } from '#core';
import { createManifestStore, fingerprintOf, readContent } from '#mcp';
import { formatPercentiles, percentiles, type BenchRow } from './rows.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const calls = 1000;
const parallelCalls = 6000;
const sessions = 64;
const callsEach = 200;
const starts = 7;
const tool = { name: 'test_simple_text', arguments: {} };

/** The gateway over streamable HTTP before a server that answers at once, against the same server without it. */
export async function benchMcpGateway(): Promise<BenchRow[]> {
  const child = fork(join(root, 'bench/instant-mcp-gateway.ts'), { execArgv: ['--import', 'tsx'] });
  try {
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    const client = createClient(port);
    const rows = [await warmCalls(client), await inFlight(client), await manySessions(client, child)];
    client.close();
    return [...rows, await readyTime()];
  } finally {
    child.disconnect();
    await once(child, 'exit');
  }
}

type Session = Readonly<Record<string, string>>;

function createClient(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 128 });
  function post(body: object, session: Session = {}): Promise<{ text: string; session: Session }> {
    return new Promise((resolve, reject) => {
      const data = JSON.stringify(body);
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: 'Bearer bench',
        'content-length': Buffer.byteLength(data),
        ...session,
      };
      const outgoing = request(
        { host: '127.0.0.1', port, path: '/mcp', method: 'POST', agent, headers },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.once('end', () =>
            resolve({ text, session: { 'mcp-session-id': String(response.headers['mcp-session-id']) } }),
          );
        },
      );
      outgoing.once('error', reject);
      outgoing.end(data);
    });
  }
  let lastId = 1;
  return {
    async open(): Promise<Session> {
      const clientInfo = { name: 'bench', version: '1' };
      const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
      const { session } = await post({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
      await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, session);
      return session;
    },
    async call(session: Session): Promise<number> {
      lastId += 1;
      const startedAt = performance.now();
      const { text } = await post({ jsonrpc: '2.0', id: lastId, method: 'tools/call', params: tool }, session);
      if (!text.includes('simple text')) throw new Error(text);
      return performance.now() - startedAt;
    },
    close: () => agent.destroy(),
  };
}
type Client = ReturnType<typeof createClient>;

/** The server itself over its pipes. */
async function direct(): Promise<{ call(): Promise<number>; stop(): void }> {
  const child = spawn(process.execPath, [join(root, 'tests/children/conformance-server.js')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, () => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id } = JSON.parse(line) as { id: number };
    waiting.get(id)?.();
    waiting.delete(id);
  });
  let lastId = 0;
  const ask = (method: string, params: object): Promise<void> =>
    new Promise((resolve) => {
      lastId += 1;
      waiting.set(lastId, resolve);
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params })}\n`);
    });
  await ask('initialize', { protocolVersion: '2025-06-18' });
  return {
    async call() {
      const startedAt = performance.now();
      await ask('tools/call', tool);
      return performance.now() - startedAt;
    },
    stop: () => void child.kill(),
  };
}

async function warmCalls(client: Client): Promise<BenchRow> {
  const session = await client.open();
  const straight = await direct();
  for (let n = 0; n < 100; n += 1) await Promise.all([client.call(session), straight.call()]);
  const through: number[] = [];
  const without: number[] = [];
  for (let n = 0; n < calls; n += 1) {
    through.push(await client.call(session));
    without.push(await straight.call());
  }
  straight.stop();
  const [ours, theirs] = [percentiles(through), percentiles(without)];
  const added = { p50: ours.p50 - theirs.p50, p99: ours.p99 - theirs.p99 };
  return {
    name: 'MCP call, warm',
    ours: formatPercentiles(ours, 'ms'),
    reference: `${formatPercentiles(theirs, 'ms')} straight to the server`,
    ratio: ours.p50 / theirs.p50,
    target: 'adds ≤ 3 ms at p50, ≤ 15 ms at p99',
    met: added.p50 <= 3 && added.p99 <= 15,
  };
}

async function rate(clients: readonly (() => Promise<number>)[], total: number): Promise<number> {
  let left = total;
  const startedAt = performance.now();
  await Promise.all(
    clients.map(async (call) => {
      while (left > 0) {
        left -= 1;
        await call();
      }
    }),
  );
  return (total / (performance.now() - startedAt)) * 1000;
}

async function inFlight(client: Client): Promise<BenchRow> {
  const session = await client.open();
  await client.call(session);
  const perSecond = await rate(
    Array.from({ length: 8 }, () => () => client.call(session)),
    parallelCalls,
  );
  return {
    name: 'MCP calls, 8 in flight in one session',
    ours: `${Math.round(perSecond)}/s`,
    reference: '1300/s',
    ratio: perSecond / 1300,
    target: '≥ 1.0',
    met: perSecond >= 1300,
  };
}

async function manySessions(client: Client, child: ChildProcess): Promise<BenchRow> {
  const open: Session[] = [];
  for (let n = 0; n < sessions; n += 1) {
    const session = await client.open();
    await client.call(session);
    open.push(session);
  }
  const perSecond = await rate(
    open.map((session) => () => client.call(session)),
    sessions * callsEach,
  );
  child.send('memory');
  const [{ rssBytes }] = (await once(child, 'message')) as [{ rssBytes: number }];
  const mib = Math.round(rssBytes / 1_048_576);
  return {
    name: `MCP calls, ${sessions} sessions × ${callsEach}`,
    ours: `${Math.round(perSecond)}/s, ${mib} MiB`,
    reference: '1000/s, 250 MiB',
    ratio: perSecond / 1000,
    target: '≥ 1.0, and no more memory',
    met: perSecond >= 1000 && mib <= 250,
  };
}

/** From the start of the built program to the answer to `tools/list`, 20 servers enabled and remembered, none running. */
async function readyTime(): Promise<BenchRow> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-bench-ready-'));
  const names = Array.from({ length: 20 }, (_, n) => `server${n}`);
  const registry = Object.fromEntries(names.map((name) => [name, { type: 'server', image: `local/${name}:1` }]));
  const catalog = join(folder, 'catalog.yaml');
  await writeFile(catalog, JSON.stringify({ registry }));
  const store = createManifestStore(join(folder, 'home/mcp/manifests'), { log: silentLog });
  const { entries } = readContent(JSON.stringify({ registry }), { where: catalog });
  for (const { server } of entries) {
    const tools = Array.from({ length: 10 }, (_, n) => ({
      name: `${server.name}_tool${n}`,
      description: 'Does something. '.repeat(20),
      inputSchema: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } } },
    }));
    const manifest = { era: 'legacy', serverInfo: {}, capabilities: { tools: {} }, instructions: undefined } as const;
    await store.save(fingerprintOf({ entry: server, config: {} }), {
      imageDigest: undefined,
      manifests: { none: { ...manifest, tools, prompts: [], resources: [], templates: [] } },
    });
  }
  const times: number[] = [];
  for (let n = 0; n < starts; n += 1) times.push(await timeToList({ folder, catalog, names }));
  await rm(folder, { recursive: true, force: true });
  const found = percentiles(times);
  return {
    name: 'MCP gateway ready, 20 servers remembered',
    ours: `${Math.round(found.p50)} ms`,
    reference: '300 ms',
    ratio: found.p50 / 300,
    target: '≤ 1.0',
    met: found.p50 <= 300,
  };
}

async function timeToList({
  folder,
  catalog,
  names,
}: {
  folder: string;
  catalog: string;
  names: readonly string[];
}): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [join(root, 'dist/gantry.js'), 'mcp', 'gateway', 'run', '--catalog', catalog, '--servers', names.join(',')],
    { env: { ...process.env, GANTRY_HOME: join(folder, 'home') }, stdio: ['pipe', 'pipe', 'ignore'] },
  );
  const lines = createInterface({ input: child.stdout });
  const clientInfo = { name: 'bench', version: '1' };
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  for (const message of [
    { jsonrpc: '2.0', id: 1, method: 'initialize', params },
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', id: 2, method: 'tools/list' },
  ])
    child.stdin.write(`${JSON.stringify(message)}\n`);
  for await (const line of lines) if ((JSON.parse(line) as { id?: number }).id === 2) break;
  const took = performance.now() - startedAt;
  child.stdin.end();
  child.kill();
  return took;
}
