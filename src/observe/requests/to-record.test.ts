import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestFromHex } from '#core';
import { maxTextChars, toRecord } from './to-record.ts';
import type { AnsweredRequest } from './types.ts';

const answered = (over: Partial<AnsweredRequest> = {}): AnsweredRequest => ({
  model: 'ai/x',
  modelId: digestFromHex('a'.repeat(64)),
  method: 'POST',
  url: '/v1/chat/completions',
  body: Buffer.from('{}'),
  answer: [Buffer.from('{"ok":true}')],
  answerLostBytes: 0,
  error: undefined,
  status: 200,
  userAgent: 'curl/8',
  origin: undefined,
  startedAt: 1_800_000_000_123,
  durationMs: 12.4,
  ...over,
});
const record = (over: Partial<AnsweredRequest>): ReturnType<typeof toRecord> =>
  toRecord(answered(over), { id: 'x_1', recording: 'on' });
const requestOf = (body: unknown): string => record({ body: Buffer.from(JSON.stringify(body)) }).request ?? '';

describe('what is recorded of a request', () => {
  it('is what was asked and answered', () => {
    expect(record({})).toEqual({
      id: 'x_1',
      model: 'ai/x',
      method: 'POST',
      url: '/v1/chat/completions',
      request: '{}',
      response: '{"ok":true}',
      timestamp: 1_800_000_000,
      status_code: 200,
      user_agent: 'curl/8',
      duration_ms: 12,
    });
  });

  it('holds no texts when only the fact is wanted', () => {
    const bare = toRecord(answered({ error: 'backend.crashed' }), { id: 'x_1', recording: 'metadata' });
    expect(bare).not.toHaveProperty('request');
    expect(bare).not.toHaveProperty('response');
    expect(bare).toMatchObject({ error: 'backend.crashed', status_code: 200 });
  });

  it('cuts media to their first hundred characters and says how much is gone', () => {
    const url = `data:image/png;base64,${'A'.repeat(5000)}`;
    const text = requestOf({
      messages: [{ content: [{ type: 'image_url', image_url: { url } }] }],
      images: ['B'.repeat(4000)],
    });
    expect(text.length).toBeLessThan(500);
    expect(text).toContain(`${url.slice(0, 100)}…[4922 more characters]`);
    expect(text).toContain('…[3900 more characters]');
    expect(requestOf({ content: `look: ${url} there` })).toContain('there');
  });

  it.each([
    'sk-abcdefghijklmnop1234',
    'hf_abcdefghijklmnop',
    'ghp_abcdefghijklmnop1234',
    'github_pat_11ABCDEFG0abcdefgh',
    'glpat-abcdefghijklmnop',
    'xoxb-1234567890-abcdef',
    'AKIAABCDEFGHIJKLMNOP',
    'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk',
    'Bearer abcdefghijklmnop',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIEabcdef\n-----END RSA PRIVATE KEY-----',
  ])('never holds %s, wherever it stands', (secret) => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ a-z.,]{0,20}$/), fc.nat(3), (around, depth) => {
        let body: unknown = `${around} ${secret} ${around}`;
        for (let level = 0; level < depth; level += 1) body = level % 2 === 0 ? { text: body } : [body];
        const text = requestOf({ body });
        expect(text).not.toContain(secret);
        expect(text).toContain('[redacted]');
      }),
      { numRuns: 20 },
    );
  });

  it('blanks fields whose name tells a secret, and leaves counts of tokens', () => {
    const text = requestOf({ api_key: 'hello', password: 'hunter2', max_tokens: 5, token: 'abc', stop_token: 'x' });
    expect(JSON.parse(text)).toEqual({
      api_key: '[redacted]',
      password: '[redacted]',
      max_tokens: 5,
      token: '[redacted]',
      stop_token: 'x',
    });
    expect(record({ url: '/v1/x?api_key=abc&n=1' }).url).toBe('/v1/x?api_key=[redacted]&n=1');
  });

  it('is bounded whatever comes, and says what is missing', () => {
    const long = record({ body: Buffer.from('x '.repeat(maxTextChars)), answerLostBytes: 77 });
    expect(long.request?.length).toBeLessThan(maxTextChars + 100);
    expect(long.request).toMatch(/…\[\d+ more characters not recorded\]$/);
    expect(long.response).toMatch(/…\[77 more characters not recorded\]$/);
    const huge = record({ body: Buffer.alloc(6 * 1024 * 1024, 'ab c') });
    expect(huge.request?.length).toBeLessThan(maxTextChars + 100);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(typeof record({ body: Buffer.from(bytes), answer: [Buffer.from(bytes)] }).request).toBe('string');
      }),
    );
  });
});
