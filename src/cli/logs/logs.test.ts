import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, type FakeDaemon } from '../testing/fake-daemon.ts';
import { FakeOutput, runForTest } from '../testing/run-for-test.ts';
import { createManualClock } from '#testing';
import { createTail } from '#core';
import { formatLogLine } from './format.ts';

let daemon: FakeDaemon;
let path: string;
beforeEach(async () => {
  daemon = await createFakeDaemon({ start: false });
  await mkdir(daemon.paths.logs, { recursive: true });
  path = join(daemon.paths.logs, 'daemon.log');
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

const entry = (msg: string, more: object = {}): string =>
  `${JSON.stringify({ level: 30, time: 1_800_000_000_000, pid: 1, hostname: 'h', msg, ...more })}\n`;

describe('gantry logs', () => {
  it('prints the daemon’s log, rotated files first, without a daemon', async () => {
    await writeFile(`${path}.2`, entry('first'));
    await writeFile(`${path}.1`, entry('second'));
    await writeFile(path, entry('third', { component: 'api', ms: 3 }));
    await writeFile(join(daemon.paths.logs, 'runner-abc.log'), 'llama says hi\n');
    const { code, stdout } = await runForTest(daemon, ['logs']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/^[-\d]+ [:.\d]+ /, ''))).toEqual([
      'INFO  first',
      'INFO  second',
      'INFO  third component=api ms=3',
    ]);
    expect((await runForTest(daemon, ['logs', '--runners'])).stdout).toContain('runner-abc | llama says hi\n');
  });

  it('prints the lines as they are with --json', async () => {
    await writeFile(path, entry('x'));
    expect((await runForTest(daemon, ['logs', '--json'])).stdout).toBe(entry('x'));
  });

  it('asks a daemon elsewhere for its logs', async () => {
    await using remote = await createFakeDaemon();
    remote.on('GET /logs?follow=false&no-engines=true', (response) => void response.end('[2026] \u001b[31mhello\n'));
    remote.on('GET /logs?follow=true&no-engines=false', (response) => void response.end('[2026] both\n'));
    await writeFile(path, entry('not this'));
    const env = { GANTRY_HOST: `unix://${remote.paths.socket}` };
    const { code, stdout } = await runForTest(daemon, ['logs'], { env });
    expect([code, stdout]).toEqual([0, '[2026] hello\n']);
    expect((await runForTest(daemon, ['logs', '-f', '--runners'], { env })).stdout).toBe('[2026] both\n');
  });

  it('says when there is nothing yet', async () => {
    const { code, stderr } = await runForTest(daemon, ['logs'], { env: { GANTRY_LANG: 'zh' } });
    expect([code, stderr]).toEqual([0, `${daemon.paths.logs} 中还没有日志。\n`]);
  });

  it('goes on with -f over a rotation, until Ctrl-C, which is no failure', async () => {
    await writeFile(path, entry('one'));
    const clock = createManualClock();
    let press = (): void => {};
    const stdout = new FakeOutput();
    const arrived = (text: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!stdout.text.includes(text)) return;
          stdout.off('data', look);
          resolve();
        };
        stdout.on('data', look);
        look();
      });
    // Time passes whenever the command waits for it.
    const waiting = { ...clock, schedule: (ms: number, act: () => void) => hurry(clock.schedule(ms, act), clock, ms) };
    const running = runForTest(daemon, ['logs', '-f', '--json'], {
      stdout,
      clock: waiting,
      onInterrupt: (listener) => {
        press = listener;
        return () => {};
      },
    });
    await arrived('one');
    await appendFile(path, entry('two').slice(0, 10));
    await appendFile(path, entry('two').slice(10));
    await arrived('two');
    await rename(path, `${path}.1`);
    await writeFile(path, entry('three'));
    await arrived('three');
    press();
    expect((await running).code).toBe(0);
    expect(stdout.text).toBe(entry('one') + entry('two') + entry('three'));
  });
});

function hurry(cancel: () => void, clock: { advance(ms: number): void }, ms: number): () => void {
  const soon = setImmediate(() => clock.advance(ms));
  return () => {
    clearImmediate(soon);
    cancel();
  };
}

describe('a tail', () => {
  it('loses nothing that was written between its last look and the rotation', async () => {
    await writeFile(path, 'a\n');
    await using tail = createTail(path);
    expect(await tail.read()).toEqual(['a']);
    await appendFile(path, 'b\nwithout end');
    await rename(path, `${path}.1`);
    await writeFile(path, 'c\n');
    expect(await tail.read()).toEqual(['b', 'without end', 'c']);
  });

  it('does not cut characters in two', async () => {
    const bytes = Buffer.from('模型\n');
    await writeFile(path, bytes.subarray(0, 4));
    await using tail = createTail(path);
    expect(await tail.read()).toEqual([]);
    await appendFile(path, bytes.subarray(4));
    expect(await tail.read()).toEqual(['模型']);
  });

  it('waits for a file that is not there yet', async () => {
    await using tail = createTail(path);
    expect(await tail.read()).toEqual([]);
    await writeFile(path, 'x\n');
    expect(await tail.read()).toEqual(['x']);
  });
});

describe('a log line', () => {
  const plain = { colors: false, prefix: '' };

  it('shows the sentence of an error and quotes what has spaces', () => {
    const text = entry('start failed', { level: 50, err: { message: 'It broke.', stack: 'x' }, path: '/a b' });
    expect(formatLogLine(text.trim(), plain)).toMatch(/ ERROR start failed err="It broke." path="\/a b"$/);
  });

  it('of a model process is shown as it is, without its control characters', () => {
    expect(formatLogLine('\u001B[31mllama\u001B[0m {', plain)).toBe('llama {');
    expect(formatLogLine('{"not json', plain)).toBe('{"not json');
  });
});
