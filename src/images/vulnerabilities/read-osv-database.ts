import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { open, type Entry, type ZipFile } from 'yauzl';
import { AppError } from '#core';
import { readOsv, type OsvRecord } from './osv.ts';

const mostRecordBytes = 4 * 1024 * 1024;

/** Records of a database that was fetched from osv.dev: its zip, a folder of JSON files, or one JSON (lines) file. */
export async function* readOsvDatabase(path: string): AsyncGenerator<OsvRecord, void, void> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new AppError('request.invalid', `There is no OSV database at ${path}.`, {
      params: { reason: 'osv', path },
      cause,
    });
  });
  if (info.isDirectory()) {
    for (const name of (await readdir(path)).toSorted()) {
      if (name.endsWith('.json')) yield* parsed(await readFile(join(path, name), 'utf8'));
    }
  } else if (path.endsWith('.zip')) yield* fromZip(path);
  else if (path.endsWith('.jsonl') || path.endsWith('.ndjson')) {
    for await (const line of createInterface({ input: createReadStream(path) })) yield* parsed(line);
  } else yield* parsed(await readFile(path, 'utf8'));
}

function* parsed(text: string): Generator<OsvRecord> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  for (const one of Array.isArray(value) ? value : [value]) {
    const record = readOsv(one);
    if (record) yield record;
  }
}

async function* fromZip(path: string): AsyncGenerator<OsvRecord, void, void> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false }, (error, file) => (error ? reject(error) : resolve(file)));
  });
  try {
    for (;;) {
      const entry = await nextEntry(zip);
      if (!entry) return;
      if (!entry.fileName.endsWith('.json') || entry.uncompressedSize > mostRecordBytes) continue;
      const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
        zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
      });
      let text = '';
      for await (const chunk of stream) text += String(chunk);
      yield* parsed(text);
    }
  } finally {
    zip.close();
  }
}

async function nextEntry(zip: ZipFile): Promise<Entry | undefined> {
  return await new Promise((resolve, reject) => {
    zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error');
    zip
      .once('entry', resolve)
      .once('end', () => resolve(undefined))
      .once('error', reject);
    zip.readEntry();
  });
}
