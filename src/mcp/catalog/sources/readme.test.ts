import { describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { createHttpClient } from '#registry';
import { serve } from '#testing';
import { createReadmes } from './readme.ts';

const { signal } = new AbortController();

describe('the readme of a server', () => {
  it('is fetched as text', async () => {
    await using http = createHttpClient({ env: {}, clock: systemClock });
    await using server = await serve((request, response) =>
      request.url === '/readme.md' ? response.end('# 你好') : response.writeHead(404).end(),
    );
    const readme = createReadmes({ http, rules: () => ({ allowInsecure: true }) });
    expect(await readme({ name: 'x', readme: `${server.url}/readme.md` }, { signal })).toBe('# 你好');
    const gone = readme({ name: 'x', readme: `${server.url}/gone` }, { signal });
    await expect(gone).rejects.toMatchObject({ code: 'source.not_found' });
  });

  it('is refused when it is larger than any readme', async () => {
    await using http = createHttpClient({ env: {}, clock: systemClock });
    await using server = await serve((_request, response) => response.end('x'.repeat((5 << 20) + 1)));
    const readme = createReadmes({ http, rules: () => ({ allowInsecure: true }) });
    await expect(readme({ name: 'x', readme: server.url }, { signal })).rejects.toMatchObject({
      code: 'source.invalid_response',
    });
  });

  it.each([
    'http://example.com/readme.md',
    'https://localhost/readme.md',
    'https://metadata.internal/latest',
    'https://user:pass@example.com/',
    'file:///etc/passwd',
    'not an address',
  ])('is not asked for at %s', async (address) => {
    await using http = createHttpClient({ env: {}, clock: systemClock });
    const readme = createReadmes({ http, rules: () => ({ allowInsecure: false }) });
    await expect(readme({ name: 'x', readme: address }, { signal })).rejects.toMatchObject({
      code: 'mcp.server_failed',
    });
  });

  it('is not fetched from this network either where only the address tells', async () => {
    await using http = createHttpClient({ env: {}, clock: systemClock });
    const readme = createReadmes({ http, rules: () => ({ allowInsecure: false }) });
    await expect(readme({ name: 'x', readme: 'https://127.0.0.1:9/x' }, { signal })).rejects.toMatchObject({
      code: expect.stringMatching(/^source\./),
    });
  });
});
