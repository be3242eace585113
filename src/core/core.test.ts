import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatGoDuration, formatIecSize, formatSize, gantryPaths, parseDurationMs, tryProcessLock } from '#core';

describe('tryProcessLock', () => {
  async function lockPath(): Promise<string> {
    return join(await mkdtemp(join(tmpdir(), 'gantry-lock-')), 'a.lock');
  }

  it('gives the lock to one of many at a time and names the owner to the others', async () => {
    const path = await lockPath();
    const attempts = await Promise.all(Array.from({ length: 20 }, () => tryProcessLock(path)));
    expect(attempts.filter((attempt) => attempt.acquired)).toHaveLength(1);
    for (const attempt of attempts) if (!attempt.acquired) expect(attempt.owner.pid).toBe(process.pid);
  });

  it('can be taken again after its release and leaves no file', async () => {
    const path = await lockPath();
    const first = await tryProcessLock(path);
    if (first.acquired) await first.lock.release();
    expect(await readdir(join(path, '..'))).toEqual([]);
    expect((await tryProcessLock(path)).acquired).toBe(true);
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 7, startedAt: '' })],
    ['an earlier process with the same pid', JSON.stringify({ pid: process.pid, startedAt: 'boot:1' })],
    ['nobody we can read', 'not json'],
  ])('is taken over from %s', async (_name, text) => {
    const path = await lockPath();
    await writeFile(path, text);
    const attempts = await Promise.all(Array.from({ length: 8 }, () => tryProcessLock(path)));
    expect(attempts.filter((attempt) => attempt.acquired)).toHaveLength(1);
    expect(await readFile(path, 'utf8')).toContain(`"pid":${process.pid}`);
  });
});

describe('units', () => {
  it.each([
    [96_577_000, '92.10MiB', '96.58MB'],
    [512, '512B', '512B'],
    [270_600_000, '258.06MiB', '270.6MB'],
  ])('writes %d bytes as %s and %s', (bytes, iec, decimal) => {
    expect(formatIecSize(bytes)).toBe(iec);
    expect(formatSize(bytes)).toBe(decimal);
  });

  it.each([
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['-1', -1000],
    ['0', 0],
    ['1.5s', 1500],
    ['soon', undefined],
    ['', undefined],
  ])('reads the duration %j as %s ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  it('writes durations as Go does', () => {
    expect([300_000, 3_600_000, 30_000, 500, 0].map(formatGoDuration)).toEqual([
      '5m0s',
      '1h0m0s',
      '30s',
      '500ms',
      '0s',
    ]);
  });
});

describe('gantryPaths', () => {
  it('puts logs where MODEL_RUNNER_LOG_DIR says', () => {
    expect(gantryPaths({ GANTRY_HOME: '/g' }).logs).toBe('/g/logs');
    expect(gantryPaths({ GANTRY_HOME: '/g', MODEL_RUNNER_LOG_DIR: '/var/log/m' }).logs).toBe('/var/log/m');
  });

  it('keeps sockets addressable when the home path is very long', () => {
    const paths = gantryPaths({ GANTRY_HOME: `/tmp/${'x'.repeat(150)}` });
    expect(Buffer.byteLength(paths.socket)).toBeLessThan(104);
    expect(paths.run).not.toContain('xxx');
    expect(gantryPaths({ GANTRY_HOME: `/tmp/${'x'.repeat(150)}` }).run).toBe(paths.run);
  });
});
