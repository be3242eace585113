import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearedStorageBody, storageBody, storagePartIds } from '#contract';
import { startApi, type Answer, type ApiUnderTest } from '../testing/api-under-test.ts';

let api: ApiUnderTest;
let cleared: string[];
beforeEach(async () => {
  cleared = [];
  api = await startApi({
    storage: {
      list: () => Promise.resolve(storagePartIds.map((id) => ({ id, bytes: 5, files: 1, clearable: id === 'logs' }))),
      clear: (id) => {
        cleared.push(id);
        return Promise.resolve(7);
      },
    },
  });
});
afterEach(() => api[Symbol.asyncDispose]());

const clear = (body: string): Promise<Answer> => api.ask('/gantry/storage/clear', { method: 'POST', body });

describe('the disk over the API', () => {
  it('is shown, and cleared part by part, each once', async () => {
    const { parts } = storageBody.parse(JSON.parse((await api.ask('/gantry/storage')).text));
    expect(parts.map(({ id }) => id)).toEqual(storagePartIds);
    const answer = await clear('{"parts":["logs","requests","logs"]}');
    expect(clearedStorageBody.parse(JSON.parse(answer.text))).toMatchObject({ freedBytes: 14 });
    expect(cleared).toEqual(['logs', 'requests']);
  });

  it.each([
    '',
    '{',
    '[]',
    '{"parts":[]}',
    '{"parts":"logs"}',
    '{"parts":["models"]}',
    '{"parts":["../x"]}',
    '{"parts":["logs"],"force":true}',
    `{"parts":[${'"logs",'.repeat(30)}"logs"]}`,
    `${'['.repeat(5000)}${']'.repeat(5000)}`,
  ])('refuses what is not such a list, and clears nothing: %#', async (body) => {
    const { status, text } = await clear(body);
    expect(status).toBe(400);
    expect(text).toMatch(/what is to be cleared|nested deeper/);
    expect(cleared).toEqual([]);
  });
});
