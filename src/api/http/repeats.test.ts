import { describe, expect, it } from 'vitest';
import { startApi } from '../testing/api-under-test.ts';
import { createRepeats } from './repeats.ts';

const request = (key?: string) => ({
  headers: { 'x-gantry-client': 'dashboard', ...(key !== undefined && { 'idempotency-key': key }) },
});

describe('a request that is sent again', () => {
  it('is refused for five minutes, and others are not', () => {
    let now = 0;
    const repeats = createRepeats({ monotonic: () => now });
    repeats.note(request('first-key'));
    repeats.note(request('other-key'));
    now = 299_000;
    expect(() => repeats.note(request('first-key'))).toThrow(expect.objectContaining({ code: 'request.repeated' }));
    now = 301_000;
    repeats.note(request('first-key'));
  });

  it('is known by a key of a fitting form alone', () => {
    const repeats = createRepeats({ monotonic: () => 0 });
    for (const key of [undefined, '', 'short', 'x'.repeat(65), 'with space']) {
      repeats.note(request(key));
      repeats.note(request(key));
    }
  });

  it('by another client is heard, which does so when it was refused', () => {
    const repeats = createRepeats({ monotonic: () => 0 });
    const { headers } = request('of-another-client');
    const theirs = { headers: { 'idempotency-key': headers['idempotency-key'] ?? '' } };
    repeats.note(theirs);
    repeats.note(theirs);
  });

  it('costs a bounded memory: the oldest of very many are forgotten', () => {
    const repeats = createRepeats({ monotonic: () => 0 });
    for (let count = 0; count <= 10_000; count += 1) repeats.note(request(`key-number-${count}`));
    repeats.note(request('key-number-0'));
    expect(() => repeats.note(request('key-number-10000'))).toThrow();
  });

  it('is carried out once', async () => {
    await using api = await startApi();
    const headers = { ...request('once-and-only').headers, 'content-type': 'application/json' };
    const ask = () => api.ask('/gantry/stop', { method: 'POST', headers, body: '{}' });
    expect((await ask()).status).toBeLessThan(300);
    const again = await ask();
    expect(again.status).toBe(409);
    expect(again.text).toContain('This request came before');
    expect(api.stops).toHaveLength(1);
  });
});
