import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A remote server whose one tool tells as much as it can as fast as it is read, and counts what was taken. */
export interface PouringServer extends AsyncDisposable {
  readonly url: string;
  /** Bytes of the call under way, or of the last one. */
  written(): number;
}

interface Asked {
  readonly id?: number;
  readonly method: string;
  readonly params?: {
    readonly arguments: { readonly count: number };
    readonly _meta: { readonly progressToken: string };
  };
}

/** It is of the older era, and keeps no sessions. */
export async function startPouringServer(): Promise<PouringServer> {
  let written = 0;

  async function pour({ id, params }: Asked, response: ServerResponse): Promise<void> {
    const count = params?.arguments.count ?? 0;
    const message = 'x'.repeat(1000);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    written = 0;
    const say = async (said: object): Promise<void> => {
      const text = `data: ${JSON.stringify({ jsonrpc: '2.0', ...said })}\n\n`;
      written += text.length;
      if (!response.write(text)) await once(response, 'drain');
    };
    for (let progress = 1; progress <= count; progress += 1) {
      const told = { progressToken: params?._meta.progressToken, progress, total: count, message };
      await say({ method: 'notifications/progress', params: told });
    }
    await say({ id, result: { content: [{ type: 'text', text: String(count) }] } });
    response.end();
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.writeHead(405).end();
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const asked = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
    if (asked.id === undefined) response.writeHead(202).end();
    else if (asked.method === 'tools/call') await pour(asked, response);
    else {
      const result = results[asked.method];
      const outcome = result ? { result } : { error: { code: -32_601, message: 'unknown' } };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: asked.id, ...outcome }));
    }
  }

  const server = createServer((request, response) => {
    // Whoever asked has left.
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    written: () => written,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const results: Readonly<Record<string, object>> = {
  initialize: {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'pouring', version: '1' },
  },
  'tools/list': { tools: [{ name: 'pour', inputSchema: { type: 'object' } }] },
  ping: {},
};
