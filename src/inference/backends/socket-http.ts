import { request } from 'node:http';

export interface SocketAnswer {
  readonly status: number;
  readonly body: string;
}

const maxBodyBytes = 4 << 20;

/** GET over a unix socket, bounded in time and size. Rejects with the system's error when nobody listens. */
export function getOverSocket(
  socket: string,
  path: string,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<SocketAnswer> {
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.timeout(timeoutMs);
    const call = request(
      { socketPath: socket, path, agent: false, signal: signal ? AbortSignal.any([signal, limit]) : limit },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBodyBytes) response.destroy(new Error('The answer is too large.'));
          else chunks.push(chunk);
        });
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
        );
      },
    );
    call.once('error', reject);
    call.end();
  });
}
