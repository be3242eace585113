import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApi, type Api } from './api.ts';

/** An API whose requests are lost until `answers` has one for them. */
function lossy(answers: readonly (Response | undefined)[]): { api: Api; keys: (string | null)[]; waits: number[] } {
  const keys: (string | null)[] = [];
  const waits: number[] = [];
  let next = 0;
  const api = createApi({
    async fetch(_path, init) {
      keys.push(new Headers(init?.headers).get('idempotency-key'));
      const answer = answers[keys.length - 1];
      if (!answer) throw new TypeError('network error');
      return answer;
    },
    key: () => undefined,
    tell: async ({ message }) => ({ message, hint: undefined }),
    newKey: () => `key-${(next += 1)}`,
    pause: async (ms) => void waits.push(ms),
    onUnauthorized: () => undefined,
  });
  return { api, keys, waits };
}

const body = z.object({ ok: z.boolean() });
const well = (): Response => Response.json({ ok: true });

describe('a request that the browser lost', () => {
  it('is sent again by the same name when it changes something', async () => {
    const { api, keys, waits } = lossy([undefined, undefined, well()]);
    expect(await api.json({ path: '/x', method: 'POST', body: {} }, body)).toEqual({ ok: true });
    expect(keys).toEqual(['key-1', 'key-1', 'key-1']);
    expect(waits).toEqual([100, 500]);
  });

  it('is given up in the end, and the next has another name', async () => {
    const { api, keys } = lossy([undefined, undefined, undefined, undefined, well()]);
    await expect(api.send({ path: '/x', method: 'DELETE' })).rejects.toMatchObject({ code: 'unreachable' });
    await api.send({ path: '/x', method: 'DELETE' });
    expect(keys).toEqual(['key-1', 'key-1', 'key-1', 'key-1', 'key-2']);
  });

  it('is not sent again when it only asks, or when nobody waits for it any more', async () => {
    const { api, keys } = lossy([]);
    await expect(api.json({ path: '/x' }, body)).rejects.toMatchObject({ code: 'unreachable' });
    expect(keys).toEqual([null]);
    const gone = AbortSignal.abort(new Error('gone'));
    await expect(api.send({ path: '/x', method: 'POST', signal: gone })).rejects.toBeInstanceOf(TypeError);
    expect(keys).toEqual([null, 'key-1']);
  });
});
