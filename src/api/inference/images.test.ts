import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digest } from '../testing/fake-ports.ts';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';

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
});
