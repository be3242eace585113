import { Agent, request, type RequestOptions } from 'node:http';

export type Target = { readonly socketPath: string } | { readonly port: number };

export interface Timing {
  readonly firstByteMs: number;
  readonly totalMs: number;
}

/** Sends streaming chats to one place, over connections that stay open or over one each: a runner closes its own after a stream. */
export function createChatClient(
  target: Target,
  { keepOpen }: { keepOpen: boolean },
): { chat(body: string): Promise<Timing>; close(): void } {
  const agent = new Agent({ keepAlive: keepOpen });
  return {
    chat: (body) => timedPost({ ...target, agent, path: '/v1/chat/completions' }, body),
    close: () => agent.destroy(),
  };
}

function timedPost(to: RequestOptions, body: string): Promise<Timing> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request({ ...to, method: 'POST', headers }, (response) => {
      let firstByteMs: number | undefined;
      response.on('data', () => (firstByteMs ??= performance.now() - startedAt));
      response.once('end', () => {
        if (response.statusCode !== 200) reject(new Error(`Status ${response.statusCode}`));
        else resolve({ firstByteMs: firstByteMs ?? Number.NaN, totalMs: performance.now() - startedAt });
      });
      response.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
