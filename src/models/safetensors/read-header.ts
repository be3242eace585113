import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { AppError } from '#core';

/** What model configs need of a safetensors file. */
export interface SafetensorsFile {
  readonly parameterCount: number;
  readonly tensorBytes: number;
  /** Names of the element types in use: `BF16`, `F32`. */
  readonly types: ReadonlySet<string>;
  readonly metadata: Readonly<Record<string, string>>;
}

// The format itself allows 100 MB; the largest published shards stay below one.
const largestHeaderBytes = 32 * 1024 * 1024;
const lengthBytes = 8;

const tensor = z.object({
  dtype: z.string().max(32),
  shape: z.array(z.number().int().nonnegative()).max(64),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});
const header = z.record(z.string(), z.unknown());
const metadataSchema = z.record(z.string(), z.string()).catch({});

/** Reads and checks the header of a safetensors file. @throws AppError `model.invalid_file` saying which claim is false */
export async function readSafetensors(path: string, { name = basename(path) } = {}): Promise<SafetensorsFile> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(lengthBytes);
    const { bytesRead } = await file.read(start, 0, lengthBytes, 0);
    if (bytesRead < lengthBytes) throw falseClaim(name, 'it is too short to have a header');
    const headerBytes = Number(start.readBigUInt64LE());
    if (headerBytes > largestHeaderBytes) throw falseClaim(name, `it claims a header of ${headerBytes} bytes`);
    if (lengthBytes + headerBytes > size) throw falseClaim(name, 'it ends inside its header');
    const bytes = Buffer.alloc(headerBytes);
    await file.read(bytes, 0, headerBytes, lengthBytes);
    return describeSafetensors(parseHeader(bytes, name), { name, dataBytes: size - lengthBytes - headerBytes });
  } finally {
    await file.close();
  }
}

function parseHeader(bytes: Buffer, name: string): Record<string, unknown> {
  try {
    return header.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    throw falseClaim(name, 'its header is not a JSON object');
  }
}

function describeSafetensors(
  { __metadata__: metadata, ...tensors }: Record<string, unknown>,
  { name, dataBytes }: { name: string; dataBytes: number },
): SafetensorsFile {
  let parameterCount = 0;
  let tensorBytes = 0;
  const types = new Set<string>();
  for (const [key, value] of Object.entries(tensors)) {
    const parsed = tensor.safeParse(value);
    if (!parsed.success) throw falseClaim(name, `its tensor ${JSON.stringify(key.slice(0, 100))} is not described`);
    const [from, to] = parsed.data.data_offsets;
    if (from > to || to > dataBytes)
      throw falseClaim(name, `its tensor ${JSON.stringify(key.slice(0, 100))} lies outside the file`);
    parameterCount += parsed.data.shape.reduce((product, length) => product * length, 1);
    tensorBytes += to - from;
    types.add(parsed.data.dtype);
  }
  return { parameterCount, tensorBytes, types, metadata: metadataSchema.parse(metadata ?? {}) };
}

function falseClaim(file: string, claim: string): AppError {
  return new AppError('model.invalid_file', `${file} is not a usable safetensors file: ${claim}.`, {
    hint: 'Fetch the file again; if it stays the same, its publisher has to repair it.',
    params: { reason: 'safetensors', file, claim },
  });
}
