import { describe, expect, it } from 'vitest';
import { deferred } from '#core';
import { createManualClock } from '#testing';
import { ownStream } from './own-stream.ts';

const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' } as const;
const call = { jsonrpc: '2.0', id: 1, method: 'tools/call' } as const;

async function isWaiting(waits: Promise<void> | undefined): Promise<boolean> {
  return await Promise.race([
    waits?.then(() => false) ?? false,
    new Promise<true>((resolve) => setImmediate(resolve, true)),
  ]);
}

describe('the first request to an older server', () => {
  it('waits until the server’s own stream is open', async () => {
    const answer = deferred<Response>();
    const stream = ownStream(() => answer.promise, createManualClock());
    expect(stream.before(call)).toBeUndefined();
    expect(stream.before(initialized)).toBeUndefined();
    const opening = stream.fetch('http://x.test/mcp', { method: 'GET' });
    const waits = stream.before(call);
    expect(await isWaiting(waits)).toBe(true);
    answer.resolve(new Response(null));
    await opening;
    expect(await isWaiting(waits)).toBe(false);
    expect(stream.before(call)).toBeUndefined();
  });

  it('waits no longer where the server has none', async () => {
    const stream = ownStream(() => Promise.reject(new Error('refused')), createManualClock());
    void stream.before(initialized);
    const waits = stream.before(call);
    await expect(stream.fetch('http://x.test/mcp', { method: 'GET' })).rejects.toThrow('refused');
    expect(await isWaiting(waits)).toBe(false);
  });

  it('waits for a moment only where the server says nothing', async () => {
    const clock = createManualClock();
    const stream = ownStream(() => new Promise(() => undefined), clock);
    void stream.before(initialized);
    const waits = stream.before(call);
    clock.advance(249);
    expect(await isWaiting(waits)).toBe(true);
    clock.advance(1);
    expect(await isWaiting(waits)).toBe(false);
  });

  it('is held up by nothing else', async () => {
    const stream = ownStream(() => Promise.resolve(new Response(null)), createManualClock());
    void stream.before(initialized);
    await stream.fetch('http://x.test/mcp', { method: 'POST' });
    expect(await isWaiting(stream.before(call))).toBe(true);
  });
});
