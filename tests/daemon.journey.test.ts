import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ggufBytes,
  isRunning,
  startTestDaemon,
  tinyModelMetadata,
  tinyModelTensors,
  writeFakeRuntime,
  type FakeRuntimeBehaviour,
  type TestDaemon,
  type TestDaemonOptions,
  gantryProgram,
} from '#testing';

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
      addresses: expect.arrayContaining([`unix://${daemon.socket}`, daemon.url, `unix://${home}/run/docker.sock`]),
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
    const second = spawn(process.execPath, [...gantryProgram, 'serve', '--background'], {
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

  it('opens no address that others can reach without a key, serves this machine and says why', async () => {
    writeFileSync(join(home, 'settings.yaml'), 'server:\n  host: 0.0.0.0\n');
    const daemon = await start();
    expect(daemon.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    const status = await get({ socketPath: daemon.socket }, '/gantry/status');
    expect(JSON.parse(status.text)).toMatchObject({
      access: { mode: 'auto', keys: 0, refused: expect.stringContaining('there is no API key') },
    });
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

  describe('with an answer under way', () => {
    /** A daemon on a fake runtime that has begun to stream; `rest` is the whole answer when it ends. */
    async function answering(
      behaviour: FakeRuntimeBehaviour,
    ): Promise<{ daemon: TestDaemon; rest: Promise<string>; runner: number }> {
      const program = await writeFakeRuntime(join(home, 'bin/llama-server'), behaviour);
      const weights = join(home, 'tiny.gguf');
      writeFileSync(weights, ggufBytes({ metadata: tinyModelMetadata, tensors: tinyModelTensors }));
      writeFileSync(join(home, 'settings.yaml'), `inference:\n  runtime: ${program}\n`);
      const daemon = await start();
      const imported = await send(daemon, '/models/create', { from: 'test/tiny', gguf: weights });
      expect(await imported.rest).toContain('success');
      const { first, rest } = await send(daemon, '/v1/chat/completions', {
        model: 'test/tiny',
        messages: [{ role: 'user', content: 'hi' }],
        stream: true,
      });
      expect(first).toContain('data:');
      const [row] = JSON.parse((await get({ socketPath: daemon.socket }, '/engines/ps')).text) as { pid: number }[];
      return { daemon, rest, runner: row?.pid ?? 0 };
    }

    function send(daemon: TestDaemon, path: string, body: object): Promise<{ first: string; rest: Promise<string> }> {
      return new Promise((resolve, reject) => {
        const outgoing = request({ socketPath: daemon.socket, path, method: 'POST', agent: false }, (response) => {
          let text = '';
          const rest = new Promise<string>((done) => {
            response.once('close', () => done(text));
          });
          response.on('error', () => undefined);
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
            resolve({ first: text, rest });
          });
        });
        outgoing.once('error', reject);
        outgoing.end(JSON.stringify(body));
      });
    }

    const slow = { answer: ['One', ' two', ' three'], pieceMs: 300 };
    const endless = { answer: ['One', ' two'], pieceMs: 60_000 };

    it('finishes it on SIGTERM, then stops the runner and itself', async () => {
      const { daemon, rest, runner } = await answering(slow);
      daemon.kill('SIGTERM');
      expect(await rest).toContain('[DONE]');
      expect(await daemon.exited).toEqual({ code: 0, signal: null });
      expect(isRunning(runner)).toBe(false);
    });

    it('gives up on it at the second signal', async () => {
      const { daemon, rest, runner } = await answering(endless);
      daemon.kill('SIGTERM');
      // The socket answers to the end; signals sent at once could arrive in any order.
      await vi.waitFor(
        async () => expect((await get({ socketPath: daemon.socket }, '/gantry/status')).text).toContain('"stopping"'),
        { timeout: 10_000, interval: 20 },
      );
      daemon.kill('SIGINT');
      expect(await rest).not.toContain('[DONE]');
      expect((await daemon.exited).code).toBe(130);
      expect(isRunning(runner)).toBe(false);
      expect(existsSync(daemon.socket)).toBe(false);
    });

    it('leaves no runner behind when it is killed', async () => {
      const { daemon, runner } = await answering(endless);
      expect(isRunning(runner)).toBe(true);
      daemon.kill('SIGKILL');
      await daemon.exited;
      await vi.waitFor(() => expect(isRunning(runner)).toBe(false), { timeout: 10_000, interval: 20 });
    });
  });
});
