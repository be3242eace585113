import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from './clock.ts';
import { createLogger, type Logger, type LoggerOptions } from './logger.ts';

const fields = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

describe('the log', () => {
  let directory: string;
  let scheduled: Array<() => void>;
  let open: Logger[];
  const clock: Clock = {
    now: () => Date.parse('2026-01-02T03:04:05.678Z'),
    monotonic: () => 0,
    schedule(_delay, action) {
      scheduled.push(action);
      return () => (scheduled = scheduled.filter((other) => other !== action));
    },
  };

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gantry-log-'));
    scheduled = [];
    open = [];
  });
  afterEach(() => {
    for (const log of open) log.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function start(options: Partial<LoggerOptions> = {}): Logger {
    const log = createLogger({ directory, level: 'info', maxBytes: 100_000, maxFiles: 3, clock, ...options });
    open.push(log);
    return log;
  }
  const read = (name = 'gantry.log'): string[] => readFileSync(join(directory, name), 'utf8').trimEnd().split('\n');

  it('writes one JSON object a line, with time, level, event, and the fields of its parents', () => {
    const log = start();
    log.child({ component: 'scheduler' }).info('runner ready', { pid: 7 });
    log.flush();
    expect(fields(read()[0] ?? '')).toEqual({
      time: '2026-01-02T03:04:05.678Z',
      level: 'info',
      msg: 'runner ready',
      component: 'scheduler',
      pid: 7,
    });
  });

  it('leaves out what is below its level', () => {
    const log = start({ level: 'warn' });
    log.info('quiet');
    log.warn('loud');
    log.flush();
    expect(read()).toHaveLength(1);
  });

  it('takes another level and other limits, and removes the files that are too many', () => {
    const log = start({ maxBytes: 1000, maxFiles: 4 });
    const child = log.child({ component: 'x' });
    for (let index = 0; index < 100; index += 1) child.info('line', { index });
    log.flush();
    log.configure({ level: 'error', maxBytes: 100_000, maxFiles: 2 });
    expect(readdirSync(directory).toSorted()).toEqual(['gantry.log', 'gantry.log.1']);
    child.warn('quiet');
    log.configure({ level: 'debug', maxBytes: 100_000, maxFiles: 2 });
    for (let index = 0; index < 100; index += 1) child.debug('loud', { index });
    log.flush();
    expect(readdirSync(directory).toSorted()).toEqual(['gantry.log', 'gantry.log.1']);
    expect(read().filter((line) => line.includes('loud')).length).toBeGreaterThan(90);
    expect(read().join('')).not.toContain('quiet');
  });

  it('has an error on disk before the call returns', () => {
    start().error('broken', { error: new Error('why', { cause: new Error('deeper') }) });
    expect(fields(read()[0] ?? '')).toMatchObject({ error: { message: 'why', cause: { message: 'deeper' } } });
  });

  it('writes what waits when its timer fires', () => {
    start().info('later');
    expect(scheduled).toHaveLength(1);
    scheduled[0]?.();
    expect(read()).toHaveLength(1);
  });

  it.each([
    ['authorization', 'Bearer abc'],
    ['Authorization', 'Basic abc'],
    ['bearer-token', 'abc'],
    ['HF_TOKEN', 'abc'],
    ['password', 'abc'],
    ['apiKey', 'abc'],
    ['set-cookie', 'abc'],
    ['clientSecret', 'abc'],
  ])('blanks a field named %s, however deep', (name, value) => {
    const log = start();
    log.info('request', { headers: { [name]: value } });
    log.flush();
    expect(fields(read()[0] ?? '')).toMatchObject({ headers: { [name]: '[redacted]' } });
  });

  it('blanks credentials inside texts and keeps ordinary fields', () => {
    const log = start();
    log.info('called https://me:hunter2@host/x with Bearer abcdef123456', { max_tokens: 16, tokens: 3 });
    log.flush();
    const line = read()[0] ?? '';
    expect(line).not.toMatch(/hunter2|abcdef123456/);
    expect(fields(line)).toMatchObject({ max_tokens: 16, tokens: 3 });
  });

  it('bounds a line, whatever its fields are', () => {
    const log = start({ maxBytes: 10_000_000 });
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const wide = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`f${index}`, 'x'.repeat(5000)]));
    for (const value of ['x'.repeat(1_000_000), circular, wide, 10n, () => 1]) log.info('odd', { value });
    log.flush();
    expect(read()).toHaveLength(5);
    for (const line of read()) expect(line.length).toBeLessThanOrEqual(16_384);
  });

  it('does not let a field pass for the level or the event', () => {
    const log = start();
    log.info('true', { msg: 'forged', level: 'error' });
    log.flush();
    expect(fields(read()[0] ?? '')).toMatchObject({ msg: 'true', level: 'info' });
  });

  it('rotates by size and keeps the number of files it was told', () => {
    const log = start({ maxBytes: 1000, maxFiles: 3 });
    for (let index = 0; index < 100; index += 1) log.info('line', { index });
    log.flush();
    expect(readdirSync(directory).toSorted()).toEqual(['gantry.log', 'gantry.log.1', 'gantry.log.2']);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).size).toBeLessThanOrEqual(1000);
    const kept = ['gantry.log.2', 'gantry.log.1', 'gantry.log']
      .flatMap((name) => read(name))
      .map((line) => fields(line)['index']);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => 100 - kept.length + index));
  });

  it('keeps one file when one is all it may keep', () => {
    const log = start({ maxBytes: 300, maxFiles: 1 });
    for (let index = 0; index < 20; index += 1) log.info('line', { index });
    log.flush();
    expect(readdirSync(directory)).toEqual(['gantry.log']);
  });

  it('goes on after the disk refused, and says how many lines that cost', () => {
    const blocked = join(directory, 'logs');
    writeFileSync(blocked, 'a file where the folder should be');
    const log = start({ directory: blocked });
    log.info('lost');
    log.flush();
    rmSync(blocked);
    log.info('kept');
    log.flush();
    expect(read('logs/gantry.log').map(fields)).toMatchObject([{ msg: 'log lines lost', lines: 1 }, { msg: 'kept' }]);
  });

  it('makes files only their owner can read', () => {
    start().error('mine');
    expect(statSync(join(directory, 'gantry.log')).mode & 0o777).toBe(0o600);
  });
});
