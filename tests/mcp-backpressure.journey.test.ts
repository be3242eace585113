import { readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerMissing } from './docker-engine.ts';
import { runCommand } from './harness.ts';
import { startMcpDaemon, type McpDaemon } from './mcp-daemon.ts';
import { mcpScriptImage } from './mcp-images.ts';
import { scriptServer } from './mcp-script-server.ts';

const missing = await dockerMissing();
const cannot = missing !== undefined || process.platform !== 'linux';
const count = 150_000;
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
  beforeAll(async () => {
    const image = await mcpScriptImage(scriptServer);
    const env = [{ name: 'TOOLS', value: 'pour,claim' }];
    daemon = await startMcpDaemon({ profiles: { default: [{ name: 'tap', image, env, longLived: true }] } });
  });
  afterAll(() => daemon.stop());

  function post(body: object, session?: string): Promise<IncomingMessage> {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
    };
    return new Promise((resolve, reject) => {
      request(new URL('/mcp', daemon.current().url), { method: 'POST', headers }, resolve)
        .once('error', reject)
        .end(JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }));
    });
  }

  async function processOfServer(): Promise<string> {
    const filters = ['--filter', `label=gantry.mcp.home=${daemon.home}`, '--filter', 'label=gantry.mcp=server'];
    const { stdout } = await runCommand(['docker', 'ps', '-q', ...filters]);
    const top = await runCommand(['docker', 'top', stdout.trim(), '-o', 'pid,args']);
    return /^(\d+)\s+\/bin\/node/m.exec(top.stdout)?.[1] ?? '';
  }

  it('waits for it, and costs no memory meanwhile; nothing of what it said is lost', { timeout: 300_000 }, async () => {
    const clientInfo = { name: 'slow', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    const opened = await post({ method: 'initialize', params });
    const session = String(opened.headers['mcp-session-id']);
    opened.resume();
    (await post({ id: 2, method: 'tools/call', params: { name: 'claim' } }, session)).resume();
    const before = residentBytes(daemon.current().pid);

    const call = { name: 'pour', arguments: { count }, _meta: { progressToken: 'p' } };
    const answer = await post({ id: 3, method: 'tools/call', params: call }, session);
    answer.pause();
    const pid = await processOfServer();
    // It stands still: between two looks that are further apart than it needs to write all of it, it wrote nothing.
    let last = -1;
    const isStill = (): boolean => {
      const now = written(pid);
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
  });

  it('does not keep the server of a client that left', { timeout: 120_000 }, async () => {
    const clientInfo = { name: 'gone', version: '1' };
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    const opened = await post({ method: 'initialize', params });
    const session = String(opened.headers['mcp-session-id']);
    opened.resume();
    const call = { name: 'pour', arguments: { count }, _meta: { progressToken: 'p' } };
    const answer = await post({ id: 3, method: 'tools/call', params: call }, session);
    answer.pause();
    const headers = { 'mcp-session-id': session };
    const ended = await fetch(new URL('/mcp', daemon.current().url), { method: 'DELETE', headers });
    expect(ended.status).toBe(204);
    const filters = ['--filter', `label=gantry.mcp.home=${daemon.home}`, '--filter', `label=gantry.mcp=server`];
    const running = async () => (await runCommand(['docker', 'ps', '-q', ...filters])).stdout.trim().split('\n').length;
    // That of the session before stays: nobody ended it.
    await expect.poll(running, { timeout: 60_000 }).toBe(1);
    answer.destroy();
  });
});
