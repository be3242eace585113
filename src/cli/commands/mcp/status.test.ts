import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, json, type Answer, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { runForTest, type Outcome } from '../../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(() => daemon[Symbol.asyncDispose]());

const status = (...words: string[]): Promise<Outcome> => runForTest(daemon, ['mcp', 'status', ...words]);

const facts = {
  type: 'server',
  origin: 'starter',
  tools: 9,
  prompts: 0,
  resources: 0,
  templates: 0,
  calls: 12,
  failures: 0,
  latencyMs: { last: 3, mean: 4.5 },
  lastCallAt: 1_799_999_940_000,
};
const good = { ...facts, name: 'memory', state: 'known' };
const bad = {
  ...facts,
  name: 'files',
  state: 'failed',
  tools: 0,
  calls: 0,
  latencyMs: undefined,
  lastCallAt: undefined,
  error: { code: 'mcp.server_failed', message: 'files ended with code 3: no\u001b[2J key', hint: 'Give it one.' },
};
const gateway = (profile: string, ...servers: object[]) => ({ profile, servers, warnings: [] });

async function record(...calls: object[]): Promise<void> {
  const folder = join(daemon.paths.home, 'mcp', 'calls');
  await mkdir(folder, { recursive: true });
  const whole = { id: 'i', session: 's', client: { name: 'c', version: '1' }, kind: 'tool', name: 'read' };
  const lines = calls.map((call) => JSON.stringify({ ...whole, argumentBytes: 2, resultBytes: 2, ...call }));
  await writeFile(join(folder, 'calls.log'), lines.map((line) => `${line}\n`).join(''));
}

describe('mcp status', () => {
  it('says what the gateways of the daemon know of each server, errors last', async () => {
    daemon.on('GET /gantry/mcp/status', json({ gateways: [gateway('default', good, bad)] }));
    const { code, stdout } = await status();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SERVER +STATE +TOOLS +CALLS +FAILED +ON AVERAGE +LAST CALL$/m);
    expect(stdout).toMatch(/^memory +ready +9 +12 +0 +4\.5 ms +\S.* ago$/m);
    expect(stdout).toMatch(/^files +failed +0 +0 +0 +- +-$/m);
    expect(stdout).toMatch(/\nfiles: files ended with code 3: no.* key\n {2}Give it one\.\n$/);
    expect(stdout).not.toContain('\u001b');
  });

  it('names profiles where several are in use, and tells of one alone when asked', async () => {
    daemon.on('GET /gantry/mcp/status', json({ gateways: [gateway('default', good), gateway('work', bad)] }));
    expect((await status()).stdout).toMatch(/^work +files +failed/m);
    const { stdout } = await status('--profile', 'work', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      source: 'gateway',
      gateways: [{ profile: 'work', servers: [{ name: 'files', error: { code: 'mcp.server_failed' } }] }],
    });
  });

  it('tells what calls are on record when no gateway of the daemon runs', async () => {
    daemon.on('GET /gantry/mcp/status', json({ gateways: [] }));
    expect(await status()).toMatchObject({ code: 0, stdout: expect.stringContaining('No server is enabled') });
    const time = '2027-01-15T07:58:00.000Z';
    await record(
      { server: 'files', outcome: 'ok', durationMs: 10, time },
      { server: 'files', outcome: 'tool_error', durationMs: 20, time },
      { server: 'files', outcome: 'error', error: 'it was gone', durationMs: 30, time },
    );
    const { stdout, stderr } = await status();
    expect(stderr).toContain('No gateway of the daemon is running');
    expect(stdout).toMatch(/^files +not enabled +- +3 +1 +20 ms +\S/m);
    expect(stdout).toMatch(/^files: it was gone$/m);
  });

  it('needs no daemon for that, and starts none', async () => {
    await daemon.close();
    await record({ server: 'files', outcome: 'ok', durationMs: 10, time: '2027-01-15T07:58:00.000Z' });
    const { code, stdout } = await status('--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      source: 'calls',
      profile: 'default',
      servers: [
        {
          name: 'files',
          state: 'not_enabled',
          calls: 1,
          failures: 0,
          latencyMs: { last: 10, mean: 10 },
          lastCallAt: Date.parse('2027-01-15T07:58:00.000Z'),
        },
      ],
    });
  });
});

describe('mcp logs', () => {
  const route = 'GET /gantry/mcp/profiles/default/servers/files/logs';
  const events = (...all: readonly (readonly [string, unknown])[]): Answer => {
    const text = all.map(([event, data]) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('');
    return (response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
  };
  const lines = [
    ['connected', {}],
    ['line', { at: 1_799_999_940_000, line: 'no\u001b[2J key' }],
  ] as const;

  it('shows what a server printed, so that it can only be read', async () => {
    daemon.on(route, events(...lines));
    const { code, stdout } = await runForTest(daemon, ['mcp', 'logs', 'files']);
    expect([code, stdout]).toEqual([0, '2027-01-15T07:59:00.000Z no key\n']);
    expect(daemon.requests.at(-1)?.url).toMatch(/\?follow=false$/);
    const { stdout: json } = await runForTest(daemon, ['mcp', 'logs', 'files', '--json']);
    expect(JSON.parse(json)).toEqual({ at: '2027-01-15T07:59:00.000Z', line: 'no\u001b[2J key' });
  });

  it('goes on when told to, and says why it ended', async () => {
    const error = { code: 'daemon.not_running', message: 'The daemon stops.' };
    daemon.on(route, events(...lines, ['error', error]));
    const { code, stdout, stderr } = await runForTest(daemon, ['mcp', 'logs', 'files', '--follow']);
    expect(code).not.toBe(0);
    expect(stdout).toContain('no key');
    expect(stderr).toContain('The daemon stops.');
    expect(daemon.requests.at(-1)?.url).toMatch(/\?follow=true$/);
  });

  it('says that nothing was printed', async () => {
    daemon.on(route, events(['connected', {}]));
    const { code, stdout, stderr } = await runForTest(daemon, ['mcp', 'logs', 'files']);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('has printed nothing');
  });
});
