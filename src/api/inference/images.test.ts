import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digest } from '../testing/fake-ports.ts';
import { startApi, type Answer, type ApiUnderTest } from '../testing/api-under-test.ts';

const png = 'data:image/png;base64,iVBORw0KGgo=';
const chat = (url: string): string =>
  JSON.stringify({
    model: 'ai/smollm2',
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
  });

describe('images in a chat', () => {
  let api: ApiUnderTest;
  let received: number;
  beforeEach(async () => {
    api = await startApi();
    received = 0;
    await api.runner((request, response) => {
      request.on('data', (part: Buffer) => (received += part.length));
      request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    });
  });
  afterEach(() => api[Symbol.asyncDispose]());
  const post = (body: string) => api.ask('/v1/chat/completions', { method: 'POST', body });
  const giveProjector = (mmprojPath: string | undefined): void => {
    api.models.bundle = async () => ({
      id: digest('a'),
      modelPath: '/m.gguf',
      mmprojPath,
      config: { format: 'gguf' },
      header: { version: 3, architecture: 'llama', trainedContext: 8192, hasChatTemplate: true, metadata: {} },
      weightBytes: 1,
    });
  };

  it('reach a model that sees', async () => {
    giveProjector('/mmproj.gguf');
    expect((await post(chat(png))).status).toBe(200);
    expect(received).toBe(chat(png).length);
  });

  it('are refused for a model that does not, before it is loaded', async () => {
    giveProjector(undefined);
    const { status, text } = await post(chat(png));
    expect(status).toBe(400);
    expect(text).toContain('cannot see images');
    expect(api.inference.acquired).toEqual([]);
  });

  it.each(['http://169.254.169.254/latest', 'https://example.com/a.png', 'file:///etc/passwd', 'data:text/html,x'])(
    'are never fetched: %s',
    async (url) => {
      giveProjector('/mmproj.gguf');
      const { status, text } = await post(chat(url));
      expect(status).toBe(400);
      expect(text).toContain('not fetched');
    },
  );

  it('may be larger than other requests, which may not', async () => {
    giveProjector('/mmproj.gguf');
    const bytes = 'A'.repeat(11 * 1024 * 1024);
    expect((await post(chat(`${png}${bytes}`))).status).toBe(200);
    const words = { model: 'ai/smollm2', messages: [{ role: 'user', content: bytes }] };
    expect((await post(JSON.stringify(words))).status).toBe(413);
  });

  it.each([
    ['/anthropic/v1/messages', { messages: [{ role: 'user', content: [{ type: 'image' }] }] }],
    ['/v1/responses', { input: [{ role: 'user', content: [{ type: 'input_image' }] }] }],
    ['/api/chat', { messages: [{ role: 'user', content: '', images: [] }] }],
    ['/api/generate', { prompt: '', images: [] }],
  ])('may be larger at %s too', async (path, fields) => {
    const sent = (extra: object): Promise<Answer> =>
      api.ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'ai/missing', padding: 'A'.repeat(11 * 1024 * 1024), ...extra }),
      });
    expect((await sent({ prompt: 'words', input: 'words', messages: [] })).status).toBe(413);
    expect((await sent(fields)).status).not.toBe(413);
  });

  it('share a bounded memory', async () => {
    giveProjector('/mmproj.gguf');
    const declared = 130 * 1024 * 1024;
    const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${declared}\r\n\r\n`;
    const waiting = [connect(api.port, '127.0.0.1'), connect(api.port, '127.0.0.1')];
    for (const socket of waiting) socket.write(head);
    await expect.poll(async () => (await post(chat(`${png}${'A'.repeat(25 * 1024 * 1024)}`))).status).toBe(503);
    for (const socket of waiting) socket.destroy();
    await expect.poll(async () => (await post(chat(`${png}${'A'.repeat(25 * 1024 * 1024)}`))).status).toBe(200);
  });
});
