import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingListBody } from '#contract';
import { startApi, type Answer, type ApiUnderTest } from '../testing/api-under-test.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const patch = (body: unknown): Promise<Answer> =>
  api.ask('/gantry/settings', { method: 'PATCH', body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('the settings over the API', () => {
  it('are listed with their origin', async () => {
    const { status, text } = await api.ask('/gantry/settings');
    expect(status).toBe(200);
    expect(settingListBody.parse(JSON.parse(text))).toContainEqual({
      key: 'server.port',
      path: ['server', 'port'],
      default: 12_434,
      value: 12_434,
      origin: 'default',
    });
  });

  it('are changed at once, by a dotted key or by its segments, and null goes back to the default', async () => {
    const changed = await patch([
      { path: 'server.allowedHosts', value: ['gpu.lan'] },
      { path: ['modelSettings', 'ai/x:1.5', 'pin'], value: true },
    ]);
    expect(changed.status).toBe(200);
    expect(JSON.parse(changed.text)).toContainEqual({
      key: 'modelSettings.ai/x:1.5.pin',
      path: ['modelSettings', 'ai/x:1.5', 'pin'],
      value: true,
      default: null,
      origin: 'file',
    });
    expect((await api.ask('/models', { headers: { host: 'gpu.lan' } })).status).toBe(200);

    await patch([{ path: 'server.allowedHosts', value: null }]);
    expect((await api.ask('/models', { headers: { host: 'gpu.lan' } })).status).toBe(403);
  });

  it.each([
    [[{ path: 'server.prot', value: 1 }], /prot/],
    [[{ path: 'server.port', value: 'many' }], /server\.port/],
    [[{ path: '__proto__.x', value: 1 }], /settings do not accept/],
    [[{ path: '', value: 1 }], /list of/],
    [{ path: 'server.port', value: 1 }, /list of/],
    ['{', /list of/],
  ])('refuse %j and say why', async (body, reason) => {
    const { status, text } = await patch(body);
    expect(status).toBe(400);
    expect(text).toMatch(reason);
  });

  it('refuse a value that is nested without end', async () => {
    const { status, text } = await patch(
      `[{"path":"log.maxFiles","value":${'['.repeat(20_000)}${']'.repeat(20_000)}}]`,
    );
    expect({ status, text }).toMatchObject({ status: 400, text: expect.stringContaining('nested deeper') });
  });

  it('cannot be changed by a web page of another origin, also one that may ask the models', async () => {
    const origin = 'http://localhost:3000';
    const preflight = await api.ask('/gantry/settings', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'PATCH' },
    });
    expect(preflight.headers['access-control-allow-origin']).toBe(origin);
    expect(preflight.headers['access-control-allow-methods']).not.toContain('PATCH');
  });
});

describe('a Model Runner that is switched off', () => {
  beforeEach(async () => {
    await patch([{ path: 'modelRunner.enabled', value: false }]);
  });

  it.each([
    ['GET', '/'],
    ['GET', '/models'],
    ['POST', '/models/create'],
    ['GET', '/engines/status'],
    ['POST', '/engines/v1/chat/completions'],
    ['GET', '/v1/models'],
    ['GET', '/api/tags'],
  ])('answers %s %s with the sentence of docker', async (method, path) => {
    const { status, text } = await api.ask(path, { method });
    expect(status).toBe(503);
    expect(text).toContain('Docker Model Runner is not running. Please start it and try again.');
  });

  it.each(['/dashboard', '/dashboard/', '/dashboard/settings', '/mcp', '/sse', '/logs', '/metrics', '/gantry/status'])(
    "is in nobody else's way: %s",
    async (path) => {
      expect((await api.ask(path)).status).not.toBe(503);
    },
  );

  it('still says how it is and can be switched on', async () => {
    expect((await api.ask('/gantry/status')).status).toBe(200);
    expect((await patch([{ path: 'modelRunner.enabled', value: true }])).status).toBe(200);
    expect((await api.ask('/models')).status).toBe(200);
  });
});
