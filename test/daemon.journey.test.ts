import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon, type TestDaemonOptions } from '#testing';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

describe('the daemon', () => {
  let home: string;
  let running: TestDaemon[];
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'gantry-journey-'));
    running = [];
  });
  afterEach(async () => {
    for (const daemon of running) {
      daemon.kill('SIGKILL');
      await daemon.exited;
    }
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  });

  async function start(options: TestDaemonOptions = {}): Promise<TestDaemon> {
    const daemon = await startTestDaemon({ home, ...options });
    running.push(daemon);
    return daemon;
  }

  function get(to: { socketPath: string } | { port: string }, path: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      request({ ...to, path, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
      })
        .once('error', reject)
        .end();
    });
  }

  it('serves on a socket of its owner and on loopback, says so in one line, and writes a log', async () => {
    const daemon = await start();
    expect(daemon.output()).toBe(`Gantry serves at unix://${daemon.socket} and ${daemon.url}\n`);
    expect(statSync(daemon.socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'run')).mode & 0o777).toBe(0o700);
    const status = JSON.parse((await get({ socketPath: daemon.socket }, '/gantry/status')).text) as object;
    expect(status).toMatchObject({
      pid: daemon.pid,
      home,
      state: 'running',
      addresses: [`unix://${daemon.socket}`, daemon.url],
    });
    expect((await get({ port: new URL(daemon.url).port }, '/')).text).toBe('Docker Model Runner is running');
    daemon.kill('SIGTERM');
    expect(await daemon.exited).toEqual({ code: 0, signal: null });
    expect(existsSync(daemon.socket)).toBe(false);
    expect(existsSync(join(home, 'daemon.lock'))).toBe(false);
    const events = readFileSync(join(home, 'logs/gantry.log'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg);
    expect(events[0]).toBe('ready');
    expect(events.at(-1)).toBe('stopped');
  });

  it('refuses to be the second on the same home, naming the first', async () => {
    const daemon = await start();
    await expect(start()).rejects.toThrow(new RegExp(`process ${daemon.pid}, at ${daemon.socket}`));
    expect((await get({ socketPath: daemon.socket }, '/version')).status).toBe(200);
  });

  it('lets a second start in the background pass, because what was wanted is there', async () => {
    await start();
    const second = spawn(process.execPath, ['--import', 'tsx', main, 'serve', '--background'], {
      env: { ...process.env, GANTRY_HOME: home, GANTRY_PORT: '0' },
      stdio: 'ignore',
    });
    expect(await once(second, 'exit')).toEqual([0, null]);
  });

  it('takes over from one that was killed: lock and socket files are stale', async () => {
    const first = await start();
    first.kill('SIGKILL');
    await first.exited;
    expect(existsSync(first.socket)).toBe(true);
    const second = await start();
    expect((await get({ socketPath: second.socket }, '/version')).status).toBe(200);
  });

  it('says which port is in use and how to choose another', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    try {
      await expect(start({ env: { GANTRY_PORT: String(port) } })).rejects.toThrow(
        new RegExp(`Port ${port} on 127.0.0.1 is in use.*(server.port|GANTRY_PORT)`, 's'),
      );
      expect(existsSync(join(home, 'daemon.lock'))).toBe(false);
    } finally {
      taken.close();
    }
  });

  it('uses no port at all when told 0', async () => {
    const daemon = await start({ env: { GANTRY_PORT: '0' } });
    expect(daemon.url).toBe('');
    expect((await get({ socketPath: daemon.socket }, '/version')).status).toBe(200);
  });

  it('refuses an address that others can reach', async () => {
    writeFileSync(join(home, 'settings.yaml'), 'server:\n  host: 0.0.0.0\n');
    await expect(start()).rejects.toThrow(/this machine only/);
  });

  it('refuses settings it does not understand', async () => {
    writeFileSync(join(home, 'settings.yaml'), 'server:\n  prot: 1\n');
    await expect(start()).rejects.toThrow(/settings.yaml is not valid.*prot/s);
    expect(readFileSync(join(home, 'logs/gantry.log'), 'utf8')).toContain('settings.invalid');
  });

  it('stops when asked through the API, and answers before it does', async () => {
    const daemon = await start();
    const answer = await new Promise<number>((resolve, reject) => {
      request({ socketPath: daemon.socket, path: '/gantry/stop', method: 'POST', agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .once('error', reject)
        .end();
    });
    expect(answer).toBe(202);
    expect(await daemon.exited).toEqual({ code: 0, signal: null });
  });

  it('ends a pull that is under way when it stops, and says that it can be resumed', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    const asked = once(silent, 'request');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const daemon = await start();
    const answer = new Promise<string>((resolve, reject) => {
      const pull = request(
        { socketPath: daemon.socket, path: '/models/create', method: 'POST', agent: false },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.once('end', () => resolve(text));
        },
      );
      pull.setHeader('accept', 'application/vnd.gantry+json');
      pull.once('error', reject);
      pull.end(JSON.stringify({ from: `127.0.0.1:${port}/ai/slow:latest` }));
    });
    await asked;
    daemon.kill('SIGTERM');
    expect(await answer).toContain('daemon.stopping');
    expect(await daemon.exited).toEqual({ code: 0, signal: null });
    silent.closeAllConnections();
    silent.close();
  });
});
