import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { GgufHeader } from '../types.ts';
import { checkTensors } from './check-tensors.ts';
import { falseClaim } from './claim.ts';
import { drive, HeaderCursor, type ByteSource } from './cursor.ts';
import { describeGguf, type GgufFile } from './describe.ts';
import { parseHeader } from './parse-header.ts';

/** Reads and checks the header of a GGUF v2 or v3 file. @throws AppError `model.invalid_file` saying which claim is false */
export async function readGgufHeader(path: string): Promise<GgufHeader> {
  return (await readGgufFile(path)).header;
}

/** As `readGgufHeader`, with what configs and shard sets need. `name` stands for the file in messages. */
export async function readGgufFile(path: string, { name }: { name?: string | undefined } = {}): Promise<GgufFile> {
  const file = await open(path, 'r');
  try {
    const label = name ?? basename(path);
    const stat = await file.stat();
    if (!stat.isFile()) throw falseClaim(label, 'it is not a regular file');
    return await readGguf({
      name: label,
      sizeBytes: stat.size,
      async read(target, position) {
        let filled = 0;
        while (filled < target.length) {
          const { bytesRead } = await file.read(target, filled, target.length - filled, position + filled);
          if (bytesRead === 0) throw falseClaim(label, `it became shorter than ${stat.size} bytes while it was read`);
          filled += bytesRead;
        }
      },
    });
  } finally {
    await file.close();
  }
}

export async function readGguf(source: ByteSource): Promise<GgufFile> {
  const cursor = new HeaderCursor(source);
  const raw = await drive(parseHeader(cursor), cursor);
  return describeGguf(raw, checkTensors(raw, source));
}
