import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestFromHex, silentLog, type Digest } from '#core';
import { createRecorder } from './recorder.ts';
import { defaultLimits, createRequestStore } from './request-store.ts';
import type { Recording, RequestRecord } from './types.ts';

const id = (digit: string): Digest => digestFromHex(digit.repeat(64));
const record = (number: number, response = 'r'): RequestRecord => ({
  id: `x_${number}`,
  model: 'ai/x',
  method: 'POST',
  url: '/v1/chat/completions',
  response,
  timestamp: number,
  status_code: 200,
  duration_ms: 1,
});

describe('recorded requests on disk', () => {
  let parent: string;
  let folder: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'gantry-requests-'));
    folder = join(parent, 'requests');
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  const file = (digit: string): string => join(folder, `${digit.repeat(64)}.jsonl`);
  const numbers = (records: readonly RequestRecord[] = []): readonly number[] =>
    records.map(({ timestamp }) => timestamp);

  it('are there for the next daemon, for their owner alone', async () => {
    const store = createRequestStore(folder);
    await store.add(id('a'), record(1));
    await store.add(id('b'), record(2));
    const next = createRequestStore(folder);
    expect((await next.list()).map(({ modelId }) => modelId).toSorted()).toEqual([id('a'), id('b')]);
    expect(await next.list(id('a'))).toEqual([{ modelId: id('a'), records: [record(1)] }]);
    expect((await stat(file('a'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  it('survive a process that was killed while it wrote', async () => {
    const store = createRequestStore(folder);
    await store.add(id('a'), record(1));
    await appendFile(file('a'), '{"id":"x_2","timest');
    await writeFile(join(folder, `${'a'.repeat(64)}.jsonl.7.abc.tmp`), 'half');
    const next = createRequestStore(folder);
    await next.add(id('a'), record(3));
    expect(numbers((await next.list(id('a')))[0]?.records)).toEqual([1, 3]);
    expect(await readdir(folder)).toEqual([`${'a'.repeat(64)}.jsonl`]);
  });

  it('are the youngest of each model, within its bytes', async () => {
    const store = createRequestStore(folder, { ...defaultLimits, recordsPerModel: 3, bytesPerModel: 4000 });
    for (let number = 1; number <= 50; number += 1) {
      await store.add(id('a'), record(number, 'r'.repeat(number * 20)));
      expect((await stat(file('a'))).size).toBeLessThan(6000);
    }
    expect(numbers((await store.list())[0]?.records).at(-1)).toBe(50);
    expect((await store.list())[0]?.records.length).toBeLessThanOrEqual(3);
  });

  it('give way model by model, the one asked longest ago first', async () => {
    const store = createRequestStore(folder, { ...defaultLimits, totalBytes: 1200 });
    for (const digit of ['a', 'b', 'a', 'c']) await store.add(id(digit), record(1, 'r'.repeat(200)));
    expect((await store.list()).map(({ modelId }) => modelId)).toEqual([id('a'), id('c')]);
    expect((await readdir(folder)).length).toBe(2);
  });

  it('can be cleared, for one model or for all', async () => {
    const store = createRequestStore(folder);
    await store.add(id('a'), record(1));
    await store.add(id('b'), record(1));
    await store.clear(id('a'));
    expect((await store.list()).map(({ modelId }) => modelId)).toEqual([id('b')]);
    await store.clear();
    expect(await store.list()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('are not written when recording is off, and are told to who listens', async () => {
    let how: Recording = 'on';
    const recorder = createRecorder({
      store: createRequestStore(folder),
      recording: () => how,
      log: silentLog,
    });
    const heard: string[] = [];
    const stop = recorder.listen(({ model }) => heard.push(model));
    const request = (model: string): void =>
      recorder.note({
        model,
        modelId: id('a'),
        method: 'POST',
        url: '/api/chat',
        body: Buffer.from('{"secret":"s"}'),
        answer: [],
        answerLostBytes: 0,
        error: undefined,
        status: 200,
        userAgent: undefined,
        origin: 'ollama/chat',
        startedAt: 1,
        durationMs: 1,
      });
    request('one');
    await recorder.settled();
    stop();
    request('two');
    await recorder.settled();
    how = 'off';
    request('three');
    const [{ records } = { records: [] }] = await recorder.list();
    expect(records.map(({ model }) => model)).toEqual(['one', 'two']);
    expect(heard).toEqual(['one']);
    expect(await readFile(file('a'), 'utf8')).not.toContain('"s"');
  });
});
