import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostName, judge, mayManage } from './http/guard.ts';
import { startApi, type ApiUnderTest } from './testing/api-under-test.ts';

const rules = { origins: ['https://app.example'], allowedHosts: ['gantry.lan'] };

describe('the guard', () => {
  it.each([
    ['localhost', true],
    ['LOCALHOST:12434', true],
    ['app.localhost:1', true],
    ['127.0.0.1:12434', true],
    ['127.8.9.1', true],
    ['[::1]:12434', true],
    ['0.0.0.0:12434', true],
    ['model-runner.docker.internal', true],
    ['host.docker.internal:12434', true],
    ['Gantry.LAN:80', true],
    ['evil.example', false],
    ['evil.example:12434', false],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['evil-localhost', false],
    ['192.168.1.5', false],
    ['localhost@evil.example', false],
    ['localhost/evil', false],
    ['', false],
    [undefined, false],
  ])('over TCP, with the host %s: %s', (host, allowed) => {
    expect(judge({ door: 'tcp', host, origin: undefined }, rules).allowed).toBe(allowed);
  });

  it('does not mind the host on the unix socket, and minds the origin there too', () => {
    expect(judge({ door: 'socket', host: 'anything', origin: undefined }, rules).allowed).toBe(true);
    expect(judge({ door: 'socket', host: 'x', origin: 'https://evil.example' }, rules).allowed).toBe(false);
  });

  it.each([
    [undefined, true],
    ['http://localhost', true],
    ['http://localhost:3000', true],
    ['https://127.0.0.1:8443', true],
    ['http://[::1]:5173', true],
    ['https://app.example', true],
    ['http://app.example', false],
    ['https://app.example:444', false],
    ['http://evil.example', false],
    ['http://localhost.evil.example', false],
    ['http://localhost:3000.evil.example', false],
    ['http://localhost@evil.example', false],
    ['null', false],
    ['', false],
    ['file://', false],
  ])('with the origin %s: %s', (origin, allowed) => {
    expect(judge({ door: 'tcp', host: 'localhost', origin }, rules).allowed).toBe(allowed);
  });

  it('lets every origin in when the settings say so in words', () => {
    expect(judge({ door: 'tcp', host: 'localhost', origin: 'http://x.example' }, { ...rules, origins: ['*'] })).toEqual(
      {
        allowed: true,
        origin: 'http://x.example',
      },
    );
  });

  it('reads host names with and without port, brackets and final dot', () => {
    expect(['a.b:1', '[::1]', 'A.B.', 'a b', '[x]'].map(hostName)).toEqual(['a.b', '::1', 'a.b', undefined, undefined]);
  });
});

describe('managing this machine from a browser', () => {
  const ours = { door: 'tcp', host: '127.0.0.1:12434', origin: 'http://127.0.0.1:12434' } as const;
  const asks = (facts: { origin?: string; verb?: string; fetchSite?: string; client?: string }): boolean =>
    mayManage({ ...ours, origin: undefined, verb: 'PATCH', fetchSite: undefined, client: undefined, ...facts });

  it('is for the page that this server served', () => {
    expect(asks({ origin: ours.origin, fetchSite: 'same-origin', client: 'dashboard' })).toBe(true);
    expect(asks({ verb: 'GET', fetchSite: 'same-origin' })).toBe(true);
  });

  it('is not for another page of this machine, whatever it sends', () => {
    expect(asks({ origin: 'http://127.0.0.1:3000', client: 'dashboard' })).toBe(false);
    expect(asks({ origin: 'http://localhost:12434', client: 'dashboard' })).toBe(false);
    expect(asks({ verb: 'GET', fetchSite: 'same-site' })).toBe(false);
    expect(asks({ verb: 'GET', fetchSite: 'cross-site' })).toBe(false);
  });

  it('needs the header that no form can send', () => {
    expect(asks({ origin: ours.origin, fetchSite: 'same-origin' })).toBe(false);
  });

  it('is not for pages that may use models because the settings name them, and is for what is no browser', () => {
    expect(asks({ origin: 'https://app.example', client: 'dashboard' })).toBe(false);
    expect(asks({})).toBe(true);
  });

  it('lets a page in that was loaded by the address of this machine', () => {
    const caller = { door: 'tcp', host: '192.168.1.5:12434', localAddress: '192.168.1.5' } as const;
    expect(judge({ ...caller, origin: 'http://192.168.1.5:12434' }, rules).allowed).toBe(true);
    expect(judge({ ...caller, origin: 'http://192.168.1.5:8080' }, rules).allowed).toBe(false);
  });
});

describe('every route', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApi({ settings: { origins: ['https://app.example'] } });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const routes = [
    ['GET', '/'],
    ['GET', '/version'],
    ['GET', '/models'],
    ['POST', '/models/create'],
    ['DELETE', '/models/ai/smollm2'],
    ['POST', '/models/ai/smollm2/tag?repo=a&tag=b'],
    ['GET', '/v1/models'],
    ['POST', '/v1/chat/completions'],
    ['POST', '/engines/v1/chat/completions'],
    ['POST', '/engines/llama.cpp/v1/embeddings'],
    ['GET', '/engines/ps'],
    ['POST', '/engines/unload'],
    ['GET', '/gantry/status'],
    ['POST', '/gantry/stop'],
    ['POST', '/gantry/runtimes/install'],
    ['GET', '/nope'],
    ['GET', '/exp/vDD4.40/models'],
  ] as const;

  it.each(routes)('%s %s refuses a name that is not ours (DNS rebinding)', async (method, path) => {
    const answer = await api.ask(path, { method, headers: { host: 'evil.example:12434' }, body: '{"from":"x"}' });
    expect(answer).toMatchObject({ status: 403, text: 'Host not allowed\n' });
  });

  it.each(routes)('%s %s refuses a page from elsewhere', async (method, path) => {
    const answer = await api.ask(path, { method, headers: { origin: 'http://evil.example' }, body: '{}' });
    expect(answer).toMatchObject({ status: 403, text: 'Origin not allowed\n' });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers['vary']).toBe('Origin');
  });

  it.each(routes)('%s %s answers the preflight of an allowed page', async (method, path) => {
    const answer = await api.ask(path, {
      method: 'OPTIONS',
      headers: {
        origin: 'http://localhost:3000',
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization, content-type',
        'access-control-request-private-network': 'true',
      },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-allow-private-network': 'true',
    });
    expect(answer.headers['access-control-allow-methods']).toContain(method);
    expect(answer.headers['vary']).toContain('Origin');
  });

  it.each(routes)('%s %s refuses the preflight of any other page', async (_method, path) => {
    const answer = await api.ask(path, { method: 'OPTIONS', headers: { origin: 'http://evil.example' } });
    expect(answer.status).toBe(403);
  });

  it('was not carried out for anybody who was refused', () => {
    expect(api.stops).toEqual([]);
    expect(api.inference.acquired).toEqual([]);
    expect(api.models.stored).toHaveLength(1);
    expect(api.runtimes.calls).toEqual([]);
  });

  it('names the allowed origin in ordinary answers', async () => {
    const answer = await api.ask('/models', { headers: { origin: 'https://app.example' } });
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe('https://app.example');
  });

  it('lets no page take an answer for a picture, a script or a style of its own', async () => {
    for (const origin of [{}, { origin: 'https://app.example' }, { origin: 'http://evil.example' }]) {
      expect((await api.ask('/models', { headers: origin })).headers).toMatchObject({
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
    }
  });

  it('serves the unix socket whatever the host is called', async () => {
    expect((await api.askSocket('/models', { headers: { host: 'evil.example' } })).status).toBe(200);
  });
});
