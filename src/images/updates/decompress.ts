import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';
import { readTar, damaged } from '../layers/read-tar.ts';

const mostBytes = 256 * 1024 * 1024;

/** A compressed index as text. @throws when it is damaged or unpacks to more than an index is */
export async function decompress(bytes: Uint8Array, kind: 'xz' | 'gz'): Promise<Buffer> {
  if (kind === 'gz') return await promisify(gunzip)(bytes, { maxOutputLength: mostBytes });
  const { XzReadableStream } = await import('./xz.ts');
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = new XzReadableStream(source).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > mostBytes) throw damaged('the package index is too large');
    parts.push(value.slice());
  }
  return Buffer.concat(parts);
}

/** One file of a small tar in memory: signatures of Alpine's index stand before it. */
export async function fileIn(tar: Buffer, name: string): Promise<Buffer | undefined> {
  const chunks = (async function* one() {
    yield tar;
  })();
  for await (const { path, content } of readTar(chunks)) {
    if (path !== name) continue;
    const parts: Buffer[] = [];
    for await (const part of content) parts.push(Buffer.from(part));
    return Buffer.concat(parts);
  }
  return undefined;
}
