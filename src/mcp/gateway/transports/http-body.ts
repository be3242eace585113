import type { IncomingMessage } from 'node:http';

export type BodyReading =
  | { readonly kind: 'body'; readonly text: string }
  | { readonly kind: 'too large' }
  | { readonly kind: 'gone' };

/** The whole body as text. Never rejects. */
export function readBody(request: IncomingMessage, { maxBytes }: { readonly maxBytes: number }): Promise<BodyReading> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return Promise.resolve({ kind: 'too large' });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        request.pause();
        resolve({ kind: 'too large' });
      } else chunks.push(chunk);
    });
    request.once('end', () =>
      resolve({
        kind: 'body',
        text: (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)).toString('utf8'),
      }),
    );
    request.once('error', () => resolve({ kind: 'gone' }));
    request.once('close', () => resolve({ kind: 'gone' }));
  });
}
