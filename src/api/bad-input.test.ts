import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './testing/api-under-test.ts';

const errorOf = (text: string): { code: string; message: string; param: string | null } =>
  (JSON.parse(text) as { error: { code: string; message: string; param: string | null } }).error;

describe('bad input', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    api.ask('/v1/chat/completions', { method: 'POST', body, headers });

  it.each([
    ['nothing', '', null],
    ['half JSON', '{"model":', null],
    ['an array', '[]', null],
    ['a number', '5', null],
    ['no model', '{"messages":[]}', 'model'],
    ['an empty model', '{"model":" ","messages":[]}', 'model'],
    ['a model of the wrong type', '{"model":5,"messages":[]}', 'model'],
    ['no messages', '{"model":"m"}', 'messages'],
    ['messages that are text', '{"model":"m","messages":"hi"}', 'messages'],
    ['messages without role', '{"model":"m","messages":[{"content":"x"}]}', 'messages'],
    ['a stream that is text', '{"model":"m","messages":[],"stream":"yes"}', 'stream'],
    ['a warm word', '{"model":"m","messages":[],"temperature":"hot"}', 'temperature'],
    ['half a token', '{"model":"m","messages":[],"max_tokens":1.5}', 'max_tokens'],
    ['a stop that is an object', '{"model":"m","messages":[],"stop":{}}', 'stop'],
    ['tools that are text', '{"model":"m","messages":[],"tools":"all"}', 'tools'],
  ])('is refused with a sentence: %s', async (_name, body, param) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer.text)).toMatchObject({ code: 'request.invalid', param });
    expect(errorOf(answer.text).message.length).toBeGreaterThan(10);
  });

  it('is refused when it is not UTF-8', async () => {
    const answer = await post(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]));
    expect(answer.status).toBe(400);
    expect(errorOf(answer.text).message).toContain('UTF-8');
  });

  it.each([true, false])(
    'is refused when it is 11 MB long (length announced: %s), and can be read by the sender',
    async (announced) => {
      const body = Buffer.alloc(11 * 1024 * 1024, 0x20);
      const answer = await post(
        body,
        announced ? { 'content-length': String(body.length) } : { 'transfer-encoding': 'chunked' },
      );
      expect(answer.status).toBe(413);
      expect(errorOf(answer.text).code).toBe('request.too_large');
    },
  );

  it('is refused when it is compressed', async () => {
    expect((await post('x', { 'content-encoding': 'gzip' })).status).toBe(400);
  });

  it.each([
    '/models/..%2f..%2fetc%2fpasswd',
    '/models/../../etc/passwd',
    '/models/%00',
    '/models/%zz',
    '/v1/models/%e0%80',
    '/engines/%ff/v1/models',
  ])('is refused in the path %s', async (path) => {
    const answer = await api.ask(path);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toContain('root:');
  });

  it.each([
    ['garbage', '\u0000\u0001\u0002\r\n\r\n'],
    ['no host', 'GET /models HTTP/1.1\r\nConnection: close\r\n\r\n'],
    [
      'a lying length',
      'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\nConnection: close\r\n\r\n',
    ],
    [
      'both lengths',
      'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
    ],
  ])('is refused on the wire: %s', async (_name, bytes) => {
    expect(await api.raw(bytes)).toMatch(/^HTTP\/1\.1 400/);
  });

  it('leaves the API alive', async () => {
    expect((await api.ask('/models')).status).toBe(200);
  });

  it('never reached a runner', () => {
    expect(api.inference.acquired).toEqual([]);
  });
});
