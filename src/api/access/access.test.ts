import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock, createRandom } from '#testing';
import type { Log } from '#core';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { needsKey } from './access-control.ts';

const bearer = (secret: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${secret}` },
});

describe('who needs a key', () => {
  const rules = { access: 'auto', bridgeAccess: 'open' } as const;
  const from = (localAddress: string | undefined, remoteAddress = localAddress): Parameters<typeof needsKey>[0] => ({
    door: 'tcp',
    localAddress,
    remoteAddress,
  });

  it.each([
    ['127.0.0.1', false],
    ['127.1.2.3', false],
    ['::1', false],
    ['::ffff:127.0.0.1', false],
    ['192.168.1.5', true],
    ['::ffff:10.0.0.1', true],
    ['fe80::1', true],
    ['127.evil', true],
    [undefined, true],
  ])('at %s: %s', (address, needed) => {
    expect(needsKey(from(address), rules)).toBe(needed);
    expect(needsKey(from(address), { ...rules, access: 'open' })).toBe(false);
    expect(needsKey(from(address), { ...rules, access: 'keys' })).toBe(true);
  });

  it('is whoever comes from elsewhere, whatever address they ask', () => {
    expect(needsKey(from('127.0.0.1', '10.0.0.9'), rules)).toBe(true);
  });

  it('is no owner at the socket, and containers when the settings say so', () => {
    const socket = { ...from(undefined), door: 'socket' as const };
    const bridge = { ...from('172.17.0.1'), door: 'bridge' as const };
    expect(needsKey(socket, { access: 'keys', bridgeAccess: 'keys' })).toBe(false);
    expect(needsKey(bridge, { access: 'keys', bridgeAccess: 'open' })).toBe(false);
    expect(needsKey(bridge, { access: 'open', bridgeAccess: 'keys' })).toBe(true);
  });
});

describe('a daemon that asks for keys', () => {
  let api: ApiUnderTest;
  const clock = createManualClock();
  const lines: string[] = [];
  const log: Log = {
    debug: () => undefined,
    info: (text, fields) => lines.push(`${text} ${JSON.stringify(fields)}`),
    warn: (text, fields) => lines.push(`${text} ${JSON.stringify(fields)}`),
    error: (text, fields) => lines.push(`${text} ${JSON.stringify(fields)}`),
    child: () => log,
  };
  const secretOf = async (scope: 'infer' | 'models' | 'admin'): Promise<string> =>
    (await api.keys.create({ name: scope, scopes: [scope] })).secret;

  beforeEach(async () => {
    lines.length = 0;
    api = await startApi({ settings: { access: 'keys' }, clock, log });
  });
  afterEach(() => api[Symbol.asyncDispose]());

  it('answers those that have one, in each way to send it', async () => {
    const secret = await secretOf('infer');
    expect((await api.ask('/v1/models')).status).toBe(401);
    expect((await api.ask('/v1/models', bearer(secret))).status).toBe(200);
    expect((await api.ask('/v1/models', { headers: { authorization: `bearer  ${secret}` } })).status).toBe(200);
    expect((await api.ask('/anthropic/v1/models', { headers: { 'x-api-key': secret } })).status).toBe(200);
    expect((await api.ask('/api/tags', bearer(secret))).status).toBe(200);
    expect((await api.askSocket('/gantry/settings')).status).toBe(200);
    expect(api.keys.list()[0]?.lastUsedAt).toBe(clock.now());
  });

  it('refuses in the words of the API that was asked', async () => {
    const openAi = await api.ask('/v1/chat/completions', { method: 'POST', body: '{}' });
    expect([openAi.status, openAi.headers['www-authenticate']]).toEqual([401, 'Bearer realm="Gantry"']);
    expect(JSON.parse(openAi.text)).toMatchObject({
      error: { type: 'authentication_error', message: expect.any(String) },
    });
    const anthropic = await api.ask('/anthropic/v1/messages', { method: 'POST', body: '{}' });
    expect([anthropic.status, JSON.parse(anthropic.text)]).toEqual([
      401,
      expect.objectContaining({ type: 'error', error: expect.objectContaining({ type: 'authentication_error' }) }),
    ]);
    const ollama = await api.ask('/api/tags');
    expect([ollama.status, JSON.parse(ollama.text)]).toEqual([401, { error: expect.stringContaining('API key') }]);
    const models = await api.ask('/models');
    expect([models.status, models.headers['content-type']]).toEqual([401, 'text/plain; charset=utf-8']);
    expect((await api.ask('/no/such/path')).status).toBe(401);
  });

  it('holds keys to their scopes', async () => {
    const [infer, models, admin] = [await secretOf('infer'), await secretOf('models'), await secretOf('admin')];
    const refused = await api.ask('/models/ai/smollm2', { method: 'DELETE', ...bearer(infer) });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('does not have the scope models')]);
    expect((await api.ask('/gantry/settings', bearer(models))).status).toBe(403);
    expect((await api.ask('/gantry/settings', bearer(admin))).status).toBe(200);
    expect((await api.ask('/no/such/path', bearer(infer))).status).toBe(403);
    expect((await api.ask('/no/such/path', bearer(admin))).status).toBe(404);
    expect((await api.ask('/models/ai/smollm2', { method: 'DELETE', ...bearer(models) })).status).toBe(200);
  });

  it('refuses keys that are wrong, removed or expired, and says which', async () => {
    const { secret } = await api.keys.create({ name: 'guest', scopes: ['infer'], expiresInMs: 1000 });
    expect((await api.ask('/v1/models', bearer('sk-anything'))).text).toContain('no such API key');
    clock.advance(1000);
    const expired = await api.ask('/v1/models', bearer(secret));
    expect([expired.status, expired.text]).toEqual([401, expect.stringContaining('guest has expired')]);
    await api.keys.remove('guest');
    expect((await api.ask('/v1/models', bearer(secret))).text).toContain('no such API key');
  });

  it('answers preflights, which carry no key', async () => {
    const headers = {
      origin: 'http://localhost:3000',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
      'access-control-request-private-network': 'true',
    };
    const answer = await api.ask('/v1/chat/completions', { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-headers': 'authorization,content-type',
      'access-control-allow-private-network': 'true',
    });
    const { origin } = headers;
    const refused = await api.ask('/v1/models', { headers: { origin } });
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, origin]);
  });

  it('logs who was let in, now and then who was not, and never a key', async () => {
    const secret = await secretOf('infer');
    await api.ask('/v1/models', bearer(secret));
    for (let count = 0; count < 20; count += 1) await api.ask('/v1/models', bearer(`gantry_guess${count}`));
    const refusals = (): string[] => lines.filter((line) => line.startsWith('access refused'));
    expect(refusals()).toHaveLength(1);
    clock.advance(10_000);
    await api.ask('/v1/models');
    expect(refusals()[1]).toContain('"unsaid":19');
    expect(lines.some((line) => line.includes('"key":"infer"'))).toBe(true);
    expect(lines.join('\n')).not.toContain(secret.slice(7));
    expect(lines.join('\n')).not.toContain('guess');
  });

  it('lets no header pass for a key: none of 5000 gives 200 or 500', async () => {
    const secret = await secretOf('infer');
    const random = createRandom(10);
    const pieces = [
      'Bearer',
      'bearer',
      'Basic',
      ' ',
      '  ',
      '\t',
      ',',
      secret.slice(0, -1),
      secret.slice(7),
      'gantry_',
      '"',
      '=',
      'é',
      ';',
    ];
    const statuses = new Map<number, number>();
    for (let count = 0; count < 5000; count += 1) {
      const text = Array.from({ length: 1 + random.below(5) }, () => pieces[random.below(pieces.length)]).join('');
      const name = ['authorization', 'x-api-key', 'proxy-authorization', 'cookie'][random.below(4)] ?? '';
      const bytes = `GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${name}: ${text}\r\n\r\n`;
      const status = Number((await api.raw(Buffer.from(bytes, 'latin1'))).slice(9, 12));
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses.keys()]).toEqual([401]);
  });
});

describe('a daemon that asks nobody on this machine', () => {
  it('takes any key of other services, and refuses one of ours that is wrong', async () => {
    await using api = await startApi();
    expect((await api.ask('/v1/models', bearer('not-needed'))).status).toBe(200);
    expect((await api.ask('/v1/models', { headers: { 'x-api-key': 'sk-ant-1' } })).status).toBe(200);
    expect((await api.ask('/v1/models', bearer('gantry_wrong'))).status).toBe(401);
    const { secret } = await api.keys.create({ name: 'a', scopes: ['infer'] });
    expect((await api.ask('/v1/models', bearer(secret))).status).toBe(200);
    expect((await api.ask('/gantry/settings', bearer(secret))).status).toBe(403);
  });

  it('makes, lists and removes keys, and not for web pages', async () => {
    await using api = await startApi();
    const body = JSON.stringify({ name: 'laptop', scopes: ['infer'], expiresInMs: 60_000 });
    const made = await api.ask('/gantry/keys', { method: 'POST', body });
    expect([made.status, made.headers['cache-control']]).toEqual([201, 'no-store']);
    const { secret } = JSON.parse(made.text) as { secret: string };
    expect((await api.ask('/gantry/keys', { method: 'POST', body })).status).toBe(409);
    expect((await api.ask('/gantry/keys', { method: 'POST', body: '{"name":"b","scopes":["all"]}' })).status).toBe(400);
    const origin = { headers: { origin: 'http://localhost:3000' } };
    expect((await api.ask('/gantry/keys', { method: 'POST', body, ...origin })).status).toBe(403);
    expect((await api.ask('/gantry/keys', origin)).status).toBe(403);

    const list = await api.ask('/gantry/keys');
    expect(list.text).not.toContain(secret);
    expect(JSON.parse(list.text)).toEqual([
      expect.objectContaining({ name: 'laptop', scopes: ['infer'], lastUsedAt: null, expired: false }),
    ]);
    expect((await api.ask('/gantry/keys/laptop', { method: 'DELETE' })).status).toBe(204);
    expect((await api.ask('/gantry/keys/laptop', { method: 'DELETE' })).status).toBe(404);
    expect((await api.ask('/v1/models', bearer(secret))).status).toBe(401);
  });
});
