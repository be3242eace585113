import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import type { Peer } from '../protocol/peer.ts';
import type { CallOutcome, JsonObject, RpcError } from '../types.ts';
import { shakeHands, type Handshake } from './handshake.ts';

type Answer = JsonObject | RpcError | AppError;

/** A server that answers by method, in order; the methods it was asked are noted. */
function serverOf(answers: Readonly<Record<string, readonly Answer[]>>): { peer: Peer; asked: string[] } {
  const asked: string[] = [];
  const left = new Map(Object.entries(answers).map(([method, list]) => [method, [...list]]));
  const request = async (method: string): Promise<CallOutcome> => {
    asked.push(method);
    const answer = left.get(method)?.shift();
    if (answer === undefined) return { kind: 'error', error: { code: -32_601, message: 'Method not found' } };
    if (answer instanceof AppError) throw answer;
    if ('code' in answer && typeof answer.code === 'number') return { kind: 'error', error: answer as RpcError };
    return { kind: 'result', result: answer as JsonObject };
  };
  const peer = { request, notify: (method: string) => void asked.push(method), receive: () => {}, end: () => {} };
  return { peer: peer as unknown as Peer, asked };
}

const abilities = { sampling: false, roots: false, elicitation: false } as never;
const shake = (peer: Peer, discoverFirst: boolean): Promise<Handshake> =>
  shakeHands(peer, { abilities, quietMs: 1000, discoverFirst });

const legacy = { protocolVersion: '2025-11-25', serverInfo: { name: 'old' }, capabilities: { tools: {} } };
const modern = { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } };

describe('meeting a server', () => {
  it('of the older era begins with initialize, so that none ends at what it does not know', async () => {
    const { peer, asked } = serverOf({ initialize: [legacy] });
    expect(await shake(peer, false)).toMatchObject({ era: 'legacy', protocolVersion: '2025-11-25' });
    expect(asked).toEqual(['initialize', 'notifications/initialized']);
  });

  it.each([
    ['does not know initialize', { code: -32_601, message: 'Method not found' }],
    ['speaks no version that was asked for', { code: -32_022, message: 'Unsupported protocol version' }],
    ['wants headers that initialize has not', { code: -32_020, message: 'Missing MCP-Protocol-Version header' }],
    ['answers with the stateless version', { ...legacy, protocolVersion: '2026-07-28' }],
  ])('that %s is asked what it is', async (_what, answer) => {
    const { peer, asked } = serverOf({ initialize: [answer], 'server/discover': [modern] });
    expect(await shake(peer, false)).toMatchObject({ era: 'modern' });
    expect(asked).toEqual(['initialize', 'server/discover']);
  });

  it('over HTTP begins with the question that both eras answer', async () => {
    const { peer, asked } = serverOf({ 'server/discover': [modern] });
    expect(await shake(peer, true)).toMatchObject({ era: 'modern' });
    expect(asked).toEqual(['server/discover']);
  });

  it.each([
    ['refuses it', { code: -32_000, message: 'Bad Request: No session' }],
    ['is silent about it', new AppError('mcp.server_unavailable', 'It is silent.')],
    ['speaks no version of that era that is known', { supportedVersions: ['2027-01-01'] }],
  ])('over HTTP that %s is one of the older era', async (_what, answer) => {
    const { peer, asked } = serverOf({ 'server/discover': [answer], initialize: [legacy] });
    expect(await shake(peer, true)).toMatchObject({ era: 'legacy' });
    expect(asked).toEqual(['server/discover', 'initialize', 'notifications/initialized']);
  });

  it('that refuses once a version it supports is asked once more', async () => {
    const refusal = { code: -32_022, message: 'Unsupported', data: { supported: ['2026-07-28'] } };
    const once = serverOf({ 'server/discover': [refusal, modern] });
    expect(await shake(once.peer, true)).toMatchObject({ era: 'modern' });
    const always = serverOf({ 'server/discover': [refusal, refusal], initialize: [refusal] });
    await expect(shake(always.peer, true)).rejects.toMatchObject({ code: 'mcp.server_failed' });
    expect(always.asked.filter((method) => method === 'server/discover').length).toBeLessThanOrEqual(4);
  });

  it('that wants a sign-in is not asked another way', async () => {
    const { peer, asked } = serverOf({ 'server/discover': [new AppError('mcp.oauth_required', 'Sign in.')] });
    await expect(shake(peer, true)).rejects.toMatchObject({ code: 'mcp.oauth_required' });
    expect(asked).toEqual(['server/discover']);
  });
});
