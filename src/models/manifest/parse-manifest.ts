import { z } from 'zod';
import { AppError, isDigest, type Digest } from '#core';
import type { Descriptor, Manifest } from '#registry';
import { supportedConfigTypes } from './media-types.ts';

const mostLayers = 1024;

const descriptor: z.ZodType<Descriptor> = z.object({
  mediaType: z.string(),
  digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), { message: 'not a sha256 digest' }),
  size: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
  annotations: z.record(z.string(), z.string()).optional(),
});

const manifest: z.ZodType<Manifest> = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: descriptor,
  layers: z.array(descriptor).max(mostLayers),
  annotations: z.record(z.string(), z.string()).optional(),
});

/** Reads a stored manifest. Undefined when the bytes are not one. */
export function parseManifest(bytes: Uint8Array): Manifest | undefined {
  try {
    const parsed = manifest.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** @throws AppError `model.unsupported` naming the actual and the supported config types */
export function checkSupported(reference: string, { config }: Manifest): void {
  if (supportedConfigTypes.includes(config.mediaType)) return;
  const supported = supportedConfigTypes.join(', ');
  throw new AppError(
    'model.unsupported',
    `${reference} is not a model this version can run: its config has the type "${config.mediaType}"; supported are ${supported}.`,
    {
      hint: 'Check that the reference names a model and not a container image.',
      params: { reference, actual: config.mediaType, supported },
    },
  );
}

/** Blobs of a model in the order of `models.json`: layers, then config. */
export function manifestFiles({ layers, config }: Manifest): readonly Digest[] {
  return [...layers.map(({ digest }) => digest), config.digest];
}

export function manifestBytes({ layers, config }: Manifest): number {
  const sizes = new Map([...layers, config].map(({ digest, size }) => [digest, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
