import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadTranslate } from '../messages/translate.ts';
import { createSend, type Send } from './http.ts';

describe('a connection that the daemon let go of', () => {
  let server: Server;
  let send: Send;
  /** Whether the answer to the n-th question is kept, and its connection broken off. */
  let breaks: readonly boolean[];
  let asked: number;
  beforeEach(async () => {
    asked = 0;
    server = createServer((request: IncomingMessage, response: ServerResponse) => {
      asked += 1;
      if (breaks[asked - 1]) request.socket.resetAndDestroy();
      else response.end('yes');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = new URL(`http://127.0.0.1:${port}`);
    send = createSend(
      { kind: 'remote', url, label: url.href, apiKey: undefined, tls: undefined },
      { t: await loadTranslate('en') },
    );
  });
  afterEach(() => void server.close());

  const ask = async (method: 'GET' | 'POST'): Promise<string> => {
    const { text } = await send({ method, path: '/', signal: new AbortController().signal });
    let whole = '';
    for await (const piece of text) whole += piece;
    return whole;
  };

  it('is asked for an answer over another', async () => {
    breaks = [false, true];
    expect([await ask('GET'), await ask('GET'), asked]).toEqual(['yes', 'yes', 3]);
  });

  it('is not asked twice to change something: nobody knows whether it did', async () => {
    breaks = [false, true];
    expect(await ask('GET')).toBe('yes');
    await expect(ask('POST')).rejects.toMatchObject({ code: 'daemon.not_running' });
    expect(asked).toBe(2);
  });

  it('is a failure when it was a new one', async () => {
    breaks = [true];
    await expect(ask('GET')).rejects.toMatchObject({ code: 'daemon.not_running' });
    expect(asked).toBe(1);
  });
});
