import { appendFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '#testing';
import { createLogReader, type LogReader } from './log-reader.ts';

const at = (second: number): string => `2026-01-02T03:04:0${second}.000Z`;
const entry = (second: number, msg: string, more: object = {}): string =>
  `${JSON.stringify({ time: at(second), level: 'info', msg, ...more })}\n`;

describe('the logs as one text', () => {
  let folder: string;
  let clock: ManualClock;
  let reader: LogReader;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-logs-'));
    clock = createManualClock();
    reader = createLogReader({ folder, clock });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const whole = async (engines: boolean): Promise<string> => {
    let text = '';
    const { signal } = new AbortController();
    for await (const part of reader.read({ engines, follow: false, signal })) text += part;
    return text;
  };

  it('holds the lines of all files in the order of their times', async () => {
    await writeFile(join(folder, 'gantry.log.1'), entry(1, 'first'));
    await writeFile(join(folder, 'gantry.log'), entry(3, 'third', { a: 'b c', n: 1 }));
    await writeFile(join(folder, 'runner.log'), `${at(2)} ai/x: second\nand on\n${at(4)} ai/x: fourth\n`);
    expect(await whole(true)).toBe(
      [
        `[${at(1)}] time=${at(1)} level=INFO msg="first"`,
        `[${at(2)}] ai/x: second`,
        `[${at(2)}] and on`,
        `[${at(3)}] time=${at(3)} level=INFO msg="third" a="b c" n=1`,
        `[${at(4)}] ai/x: fourth`,
        '',
      ].join('\n'),
    );
    expect(await whole(false)).not.toContain('ai/x');
  });

  it('goes on with new lines over a rotation until it is told to stop', async () => {
    const log = join(folder, 'gantry.log');
    await writeFile(log, entry(1, 'one'));
    const stop = new AbortController();
    const parts = reader.read({ engines: true, follow: true, signal: stop.signal })[Symbol.asyncIterator]();
    expect((await parts.next()).value).toContain('msg="one"');
    await appendFile(log, entry(2, 'two'));
    await rename(log, `${log}.1`);
    await writeFile(log, entry(3, 'three'));
    const next = parts.next();
    // Timers are set after the file was read; time moves on until there is one.
    const turn = setInterval(() => clock.advance(250), 1);
    expect((await next).value).toMatch(/msg="two"\n.*msg="three"\n$/);
    clearInterval(turn);
    stop.abort();
    expect((await parts.next()).done).toBe(true);
  });

  it('knows whether there is a log at all', async () => {
    expect(await reader.exists()).toBe(false);
    await writeFile(join(folder, 'gantry.log'), 'not structured\n');
    expect(await reader.exists()).toBe(true);
    expect(await whole(true)).toBe('not structured\n');
  });
});
