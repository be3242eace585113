import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { createManualClock } from '#testing';
import type { CallOutcome, JsonObject, RpcMessage } from '../types.ts';
import { membersOf } from './messages.ts';
import { createPeer, type Peer, type PeerOptions } from './peer.ts';

function world(more: Partial<PeerOptions> = {}) {
  const sent: RpcMessage[] = [];
  const clock = createManualClock();
  const peer = createPeer({
    clock,
    send: (message) => sent.push(message),
    onRequest: () => Promise.resolve({ kind: 'result', result: {} }),
    onNotification: () => undefined,
    ...more,
  });
  return { sent, clock, peer };
}

const ok = (result: JsonObject = {}): CallOutcome => ({ kind: 'result', result });
const quick = { quietMs: 1000 };

/** Two peers at the two ends of one pipe, whose messages arrive in an order of the test's choosing. */
function pair(onRequest: PeerOptions['onRequest']): { client: Peer; deliver: () => boolean } {
  const queues: (() => void)[] = [];
  const clock = createManualClock();
  const later = (to: () => Peer) => (message: RpcMessage) => void queues.push(() => to().receive(message));
  const nothing = (): void => undefined;
  const client: Peer = createPeer({ clock, send: later(() => server), onRequest, onNotification: nothing });
  const server: Peer = createPeer({ clock, send: later(() => client), onRequest, onNotification: nothing });
  return {
    client,
    deliver() {
      const next = queues.shift();
      next?.();
      return next !== undefined;
    },
  };
}

describe('a JSON-RPC peer', () => {
  it('gives each answer to the request it belongs to, in whatever order answers come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }), async (order) => {
        const { peer, sent } = world();
        const results = order.map((_, index) => peer.request('tools/call', { index }, quick));
        const open = [...sent];
        for (const pick of order) {
          const [message] = open.splice(pick % open.length, 1);
          peer.receive({ jsonrpc: '2.0', id: message?.id, result: { for: message?.params?.['index'] ?? -1 } });
        }
        expect(await Promise.all(results)).toEqual(order.map((_, index) => ok({ for: index })));
      }),
    );
  });

  it('answers all that it is asked, over a pipe, in the end', async () => {
    const { client, deliver } = pair(async ({ params }) => ok({ echo: params ?? {} }));
    const results = Array.from({ length: 20 }, (_, n) => client.request('echo', { n }, quick));
    const all = Promise.all(results);
    for (let idle = 0; idle < 50; idle = deliver() ? 0 : idle + 1) await Promise.resolve();
    expect(await all).toEqual(Array.from({ length: 20 }, (_, n) => ok({ echo: { n } })));
  });

  it('withdraws a request whose client has left, and ignores the late answer', async () => {
    const { peer, sent } = world();
    const gone = new AbortController();
    const answer = peer.request('tools/call', {}, { ...quick, signal: gone.signal });
    gone.abort(new AppError('request.aborted', 'gone'));
    await expect(answer).rejects.toThrow('gone');
    expect(sent[1]).toMatchObject({ method: 'notifications/cancelled', params: { requestId: 1 } });
    peer.receive({ jsonrpc: '2.0', id: 1, result: {} });
  });

  it('never withdraws the handshake', async () => {
    const { peer, sent, clock } = world();
    const answer = peer.request('initialize', {}, quick);
    clock.advance(1000);
    await expect(answer).rejects.toMatchObject({ code: 'mcp.server_unavailable' });
    expect(sent).toHaveLength(1);
  });

  it('gives up a request that is silent too long, and says how long that was', async () => {
    const { peer, clock } = world();
    const answer = peer.request('tools/call', {}, { quietMs: 2500 });
    clock.advance(2500);
    await expect(answer).rejects.toThrow('The server did not answer tools/call within 2.5 s.');
  });

  it('takes progress for a sign of life', async () => {
    const { peer, clock, sent } = world();
    const heard: JsonObject[] = [];
    const answer = peer.request('tools/call', {}, { ...quick, onProgress: (params) => heard.push(params) });
    const token = membersOf(sent[0]?.params?.['_meta'])['progressToken'] ?? null;
    for (let step = 1; step <= 5; step += 1) {
      clock.advance(900);
      peer.receive({
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: token, progress: step },
      });
    }
    peer.receive({ jsonrpc: '2.0', id: 1, result: { done: true } });
    expect(await answer).toEqual(ok({ done: true }));
    expect(heard.map(({ progress }) => progress)).toEqual([1, 2, 3, 4, 5]);
  });

  it('does not hold silence against a server that waits for us', async () => {
    let isHeld = true;
    const { peer, clock } = world();
    const answer = peer.request('tools/call', {}, { ...quick, isHeld: () => isHeld });
    clock.advance(1000);
    clock.advance(1000);
    isHeld = false;
    clock.advance(1000);
    await expect(answer).rejects.toMatchObject({ code: 'mcp.server_unavailable' });
  });

  it('does not answer a request that was withdrawn, and tells whoever works on it', async () => {
    let signal: AbortSignal | undefined;
    const { peer, sent } = world({
      onRequest: (_request, options) => {
        signal = options.signal;
        return new Promise((resolve) => options.signal.addEventListener('abort', () => resolve(ok())));
      },
    });
    peer.receive({ jsonrpc: '2.0', id: 'a', method: 'tools/call' });
    peer.receive({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'a' } });
    await Promise.resolve();
    expect(signal?.aborted).toBe(true);
    expect(sent).toEqual([]);
  });

  it('answers with an error when there is too much to do', async () => {
    const { peer, sent } = world({ maxIncoming: 2, onRequest: () => new Promise(() => undefined) });
    for (const id of [1, 2, 3]) peer.receive({ jsonrpc: '2.0', id, method: 'ping' });
    await Promise.resolve();
    expect(sent).toMatchObject([{ id: 3, error: { message: 'More than 2 requests are under way.' } }]);
  });

  it('fails all that waits when the connection ends', async () => {
    const { peer } = world();
    const answers = [peer.request('a', {}, quick), peer.request('b', {}, quick)];
    peer.end(new AppError('mcp.server_unavailable', 'It ended with exit code 1.'));
    for (const answer of answers) await expect(answer).rejects.toThrow('exit code 1');
    await expect(peer.request('c', {}, quick)).rejects.toThrow('exit code 1');
  });
});
