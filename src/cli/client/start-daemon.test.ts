import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { delay } from '#core';
import { createFakeDaemon, json, statusBody, type FakeDaemon } from '../testing/fake-daemon.ts';
import { createInstantClock } from '../testing/instant-clock.ts';
import { runForTest } from '../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon({ start: false });
  daemon.on('GET /models', json([]));
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

const list = ['list', '--json'];

describe('a command that needs the daemon', () => {
  it('starts it, once, and goes on when it answers', async () => {
    let starts = 0;
    const startDaemon = async (): Promise<void> => {
      starts += 1;
      await daemon.listen();
    };
    const outcome = await runForTest(daemon, list, { startDaemon, clock: createInstantClock() });
    expect(outcome).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    expect(starts).toBe(1);
  });

  it('says so when that takes more than a second', async () => {
    const clock = createInstantClock();
    const startDaemon = async (): Promise<void> => {
      while (clock.monotonic() < 1500) await delay(50, { clock });
      await daemon.listen();
    };
    const { code, stdout, stderr } = await runForTest(daemon, list, { startDaemon, clock });
    expect([code, stdout, stderr]).toEqual([0, '[]\n', 'Starting the Gantry daemon…\n']);
  });

  it('does not start one beside a daemon that is stopping, but waits and starts it then', async () => {
    await daemon.listen();
    let asked = 0;
    daemon.on('GET /gantry/status', (response, request) => {
      asked += 1;
      if (asked === 3) response.once('close', () => void daemon.close());
      json({ ...statusBody, state: 'stopping' })(response, request) as void;
    });
    const startDaemon = async (): Promise<void> => {
      expect(asked).toBeGreaterThanOrEqual(3);
      daemon.on('GET /gantry/status', json(statusBody));
      await daemon.listen();
    };
    const { code, stdout } = await runForTest(daemon, list, { startDaemon, clock: createInstantClock() });
    expect([code, stdout]).toEqual([0, '[]\n']);
  });

  it('tells the daemon’s own reason, from its log, when it ends instead of serving', async () => {
    const clock = createInstantClock();
    await mkdir(daemon.paths.logs, { recursive: true });
    const entries = [
      { level: 50, time: clock.now() - 60_000, msg: 'an older failure', err: { message: 'Something old.' } },
      { level: 30, time: clock.now(), msg: 'starting' },
      { level: 50, time: clock.now() + 1, msg: 'start failed', err: { message: 'Port 12434 is in use.' } },
    ];
    await writeFile(join(daemon.paths.logs, 'daemon.log'), entries.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const startDaemon = async (): Promise<void> => {
      throw new Error('The daemon ended with code 8.');
    };
    const { code, stdout, stderr } = await runForTest(daemon, list, { startDaemon, clock });
    expect([code, stdout]).toEqual([8, '']);
    expect(stderr).toBe(
      'Error: The Gantry daemon did not start: Port 12434 is in use.\nHint: See what it says with: gantry serve\n',
    );
  });

  it('gives up after 30 s and names the socket', async () => {
    const { code, stderr } = await runForTest(daemon, list, {
      startDaemon: async () => {},
      clock: createInstantClock(),
      env: { GANTRY_LANG: 'zh' },
    });
    expect(code).toBe(8);
    expect(stderr).toContain(`错误：Gantry 守护进程启动失败：30 秒内未能在 ${daemon.paths.socket} 上响应`);
  });
});
