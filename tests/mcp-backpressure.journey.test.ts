import { readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerMissing } from './docker-engine.ts';
import { runCommand } from './harness.ts';
import { startMcpDaemon, type McpDaemon, type ServerEntry } from './mcp-daemon.ts';
import { mcpScriptImage } from './mcp-images.ts';
import { startPouringServer, type PouringServer } from './mcp-pouring-server.ts';
import { scriptServer } from './mcp-script-server.ts';

const missing = await dockerMissing();
const cannot = missing !== undefined || process.platform !== 'linux';
const count = 80_000;
const mebibyte = 1_048_576;

/** What a process has written so far, to whatever it is. */
function written(pid: string): number {
  return Number(/^wchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1] ?? 0);
}

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

describe.skipIf(cannot)('a server that tells more than its client reads', () => {
  let daemon: McpDaemon;
  let remote: PouringServer;
  beforeAll(async () => {
    remote = await startPouringServer();
    const image = await mcpScriptImage(scriptServer);
    const env = [{ name: 'TOOLS', value: 'pour' }];
    const tap: ServerEntry = { name: 'tap', image, env, longLived: true };
    daemon = await startMcpDaemon({
      profiles: {
        default: [tap],
        stateless: [{ ...tap, longLived: false }],
        far: [{ name: 'far', remote: { url: remote.url, transport_type: 'streamable-http' } }],
      },
      env: { DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS: '1' },
    });
  });
  afterAll(async () => {
    await daemon.stop();
    await remote[Symbol.asyncDispose]();
  });

  function post(
    body: { readonly method: string; readonly params: object },
    { profile = 'default', headers = {} }: { profile?: string; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<IncomingMessage> {
    const common = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const address = new URL(`/mcp?profile=${profile}`, daemon.current().url);
    return new Promise((resolve, reject) => {
      request(address, { method: 'POST', headers: { ...common, ...headers } }, resolve)
        .once('error', reject)
        .end(JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }));
    });
  }

  /** The headers of a session. */
  async function openSession(profile?: string): Promise<Readonly<Record<string, string>>> {
    const clientInfo = { name: 'slow', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    const opened = await post({ method: 'initialize', params }, { ...(profile && { profile }) });
    opened.resume();
    return { 'mcp-session-id': String(opened.headers['mcp-session-id']) };
  }

  const pour = { name: 'pour', arguments: { count }, _meta: { progressToken: 'p' } };

  /** Asks for it all without reading any of it. */
  async function call(kind: 'sessions' | 'no sessions', profile?: string): Promise<IncomingMessage> {
    if (kind === 'sessions') {
      const headers = await openSession(profile);
      return (await post({ method: 'tools/call', params: pour }, { ...(profile && { profile }), headers })).pause();
    }
    const key = (name: string): string => `io.modelcontextprotocol/${name}`;
    const _meta = {
      ...pour._meta,
      [key('protocolVersion')]: '2026-07-28',
      [key('clientInfo')]: { name: 'slow', version: '1' },
      [key('clientCapabilities')]: {},
    };
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'pour' };
    const body = { method: 'tools/call', params: { ...pour, _meta } };
    return (await post(body, { ...(profile && { profile }), headers })).pause();
  }

  async function processesOfServers(): Promise<readonly string[]> {
    const filters = ['--filter', `label=gantry.mcp.home=${daemon.home}`, '--filter', 'label=gantry.mcp=server'];
    const { stdout } = await runCommand(['docker', 'ps', '-q', ...filters]);
    const ids = stdout.split('\n').filter((id) => id !== '');
    const tops = await Promise.all(ids.map((id) => runCommand(['docker', 'top', id, '-o', 'pid,args'])));
    return tops.map((top) => /^(\d+)\s+\/bin\/node/m.exec(top.stdout)?.[1] ?? '').filter((pid) => pid !== '');
  }

  it.each<[string, 'sessions' | 'no sessions', string]>([
    ['in a container', 'sessions', 'default'],
    ['in a container of a call without a session', 'no sessions', 'stateless'],
    ['that runs elsewhere', 'sessions', 'far'],
    ['that runs elsewhere, asked without a session,', 'no sessions', 'far'],
  ])(
    '%s waits for it, and costs no memory meanwhile; nothing of what it said is lost',
    { timeout: 300_000 },
    async (_where, kind, profile) => {
      const client = await daemon.connect({ profile });
      await expect.poll(async () => (await client.listTools()).tools.length, { timeout: 60_000 }).toBeGreaterThan(1);
      await client.close();
      const before = residentBytes(daemon.current().pid);
      const earlier = new Map((await processesOfServers()).map((pid) => [pid, written(pid)]));
      const answer = await call(kind, profile);
      const pids = await processesOfServers();
      const amount = (): number => {
        if (profile === 'far') return remote.written();
        return pids.reduce((sum, pid) => sum + written(pid) - (earlier.get(pid) ?? 0), 0);
      };
      await expect.poll(amount, { timeout: 120_000 }).toBeGreaterThan(mebibyte);
      // It stands still: between two looks that are further apart than it needs to write all of it, it wrote nothing.
      let last = -1;
      const isStill = (): boolean => {
        const now = amount();
        const isSame = now === last;
        last = now;
        return isSame;
      };
      await expect.poll(isStill, { timeout: 120_000, interval: 3000 }).toBe(true);
      expect(last).toBeLessThan(40 * mebibyte);
      expect(residentBytes(daemon.current().pid) - before).toBeLessThan(80 * mebibyte);

      let heard = 0;
      let result: unknown;
      for await (const line of createInterface({ input: answer })) {
        if (!line.startsWith('data: {')) continue;
        const message = JSON.parse(line.slice('data: '.length)) as { params?: { progress: number }; result?: unknown };
        if (message.params) {
          heard += 1;
          expect(message.params.progress).toBe(heard);
        } else ({ result } = message);
      }
      expect(heard).toBe(count);
      expect(result).toMatchObject({ content: [{ text: String(count) }] });
      expect(residentBytes(daemon.current().pid) - before).toBeLessThan(150 * mebibyte);
    },
  );

  it('does not keep the server of a client that left', { timeout: 120_000 }, async () => {
    const before = await processesOfServers();
    const headers = await openSession();
    const answer = (await post({ method: 'tools/call', params: pour }, { headers })).pause();
    const others = async (): Promise<readonly string[]> =>
      (await processesOfServers()).filter((pid) => !before.includes(pid));
    expect(await others()).toHaveLength(1);
    const ended = await fetch(new URL('/mcp', daemon.current().url), { method: 'DELETE', headers });
    expect(ended.status).toBe(204);
    await expect.poll(others, { timeout: 60_000 }).toEqual([]);
    answer.destroy();
  });
});
