import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { ContainerFileBody, ContainerFilesBody } from '#contract';
import { filePathOf } from './file-path.ts';
import { containerArchive, containerChanges } from '#docker';
import { AppError } from '#core';
import { drained } from '../inference/drained.ts';
import { sendJson, type Exchange } from '../http/exchange.ts';
import type { Handler } from '../http/route-set.ts';
import type { DockerViews } from '../types.ts';
import { listByStat } from './list-by-stat.ts';
import { createFolder, parentOf, withChanges, type ListedFile } from './list-folder.ts';

/** A folder with more below it is listed as far as it was read. */
const mostListedBytes = 2 * 1024 * 1024 * 1024;
const longestListingMs = 20_000;
const mostShownBytes = 1024 * 1024;

/** Looking into a container's files. */
export function fileHandlers({ docker }: DockerViews, name: string): Readonly<Record<string, Handler>> {
  const archive = (exchange: Exchange, path: string): Promise<Readable> =>
    containerArchive(docker, name, { path, signal: exchange.gone });
  return {
    'GET files': async (exchange) => {
      const path = filePathOf(exchange);
      const signal = exchange.gone;
      const [listed, changes] = await Promise.all([
        listByStat(docker, { container: name, path, signal }),
        containerChanges(docker, name, { signal }),
      ]);
      const { entries, isCut } = listed ?? (await listByArchive(await archive(exchange, `${path}/.`)));
      const body: ContainerFilesBody = {
        path,
        parent: parentOf(path),
        entries: withChanges(entries, { path, changes }),
        isCut,
      };
      sendJson(exchange, 200, body);
    },
    'GET file': async (exchange) => {
      const path = filePathOf(exchange);
      const stream = await archive(exchange, path);
      const { readTar } = await import('#images');
      let body: ContainerFileBody | undefined;
      for await (const { kind, sizeBytes, content } of readTar(stream)) {
        if (kind !== 'file') break;
        const bytes = await firstBytes(content, mostShownBytes);
        const isCut = sizeBytes > bytes.length;
        const text = textOf(bytes, isCut);
        body = { path, sizeBytes, text: text ?? '', isBinary: text === undefined, isCut };
        break;
      }
      stream.destroy();
      if (!body) throw noFile(path);
      sendJson(exchange, 200, body);
    },
    'GET download': async (exchange) => {
      const path = filePathOf(exchange);
      const stream = await archive(exchange, path);
      const { readTar } = await import('#images');
      const entries = readTar(stream);
      const first = await entries.next();
      if (first.done || first.value.kind !== 'file') {
        stream.destroy();
        throw noFile(path);
      }
      const { content, sizeBytes } = first.value;
      exchange.response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': sizeBytes,
        'content-disposition': 'attachment',
        'x-content-type-options': 'nosniff',
      });
      try {
        for await (const chunk of content) if (!exchange.response.write(chunk)) await drained(exchange);
        exchange.response.end();
      } finally {
        stream.destroy();
      }
    },
  };
}

/** Of a container that does not run, or has no programs of its own. */
async function listByArchive(stream: Readable): Promise<{ entries: readonly ListedFile[]; isCut: boolean }> {
  const { readTar } = await import('#images');
  const folder = createFolder();
  const end = Date.now() + longestListingMs;
  let bytes = 0;
  try {
    for await (const entry of readTar(stream)) {
      bytes += entry.sizeBytes;
      if (!folder.add(entry) || bytes > mostListedBytes || Date.now() > end)
        return { entries: folder.entries(), isCut: true };
    }
    return { entries: folder.entries(), isCut: false };
  } finally {
    stream.destroy();
  }
}

async function firstBytes(content: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of content) {
    parts.push(part.subarray(0, most - size));
    size += part.length;
    if (size >= most) break;
  }
  return Buffer.concat(parts);
}

/** Undefined for what is no text. The last letter of what is cut may be cut too. */
function textOf(bytes: Buffer, isCut: boolean): string | undefined {
  if (bytes.includes(0)) return undefined;
  const ends = isCut ? [0, 1, 2, 3] : [0];
  const whole = ends.map((less) => bytes.subarray(0, bytes.length - less)).find((part) => isUtf8(part));
  return whole?.toString('utf8');
}

function noFile(path: string): AppError {
  return new AppError('request.invalid', `${path.slice(0, 300)} is not a file.`, {
    params: { param: 'path', expected: 'a file' },
  });
}
