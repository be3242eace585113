import { z } from 'zod';
import { AppError, isDigest, type Digest } from '#core';
import type { Docker } from '#docker';
import type { OciAttachments, OciRegistry, RegistryReference } from '#registry';
import { metadataLabel, type LabelledImage } from '../reading/image-label.ts';
import { parseCatalogReference } from '../store/reference.ts';

export interface ImageMetadataDeps {
  readonly docker: { readonly images: Pick<Docker['images'], 'inspect'> };
  readonly registry: Pick<OciRegistry & OciAttachments, 'manifestAt' | 'readBlob'>;
  /** `amd64`, `arm64`: as images name it. */
  readonly architecture: string;
}

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));
const descriptor = z.object({ mediaType: z.string(), digest, size: z.number().int().min(0) });
const anyManifest = z.looseObject({
  config: descriptor.optional(),
  manifests: z
    .array(descriptor.extend({ platform: z.looseObject({ os: z.string(), architecture: z.string() }).optional() }))
    .max(1000)
    .optional(),
});
const imageConfig = z.looseObject({
  config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});
const largestConfigBytes = 4 << 20;

/** The description in an image: of one that is on this machine, else of one in a registry, which is not pulled for it. */
export async function readImageMetadata(
  { docker, registry, architecture }: ImageMetadataDeps,
  image: string,
  { signal }: { readonly signal: AbortSignal },
): Promise<LabelledImage> {
  const local = await labelsHere(docker, image, signal);
  if (local) return { image, label: labelOf(local, image) };
  const { digest: named, ...reference } = parseImage(image);
  const target = named ?? reference.tag ?? 'latest';
  const top = await manifest({ registry, reference, image }, target, signal);
  const chosen = top.manifests?.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture,
  );
  const { config } = chosen ? await manifest({ registry, reference, image }, chosen.digest, signal) : top;
  if (config === undefined) throw noLabel(image, `it has no version for linux/${architecture}`);
  const bytes = await registry.readBlob(reference, { signal, descriptor: config, maxBytes: largestConfigBytes });
  const labels = imageConfig.safeParse(parseJson(bytes)).data?.config?.Labels ?? {};
  const pinned = named ?? top.digest;
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  return { image: `${name}@${pinned}`, label: labelOf(labels, image) };
}

interface Fetching {
  readonly registry: ImageMetadataDeps['registry'];
  readonly reference: RegistryReference;
  readonly image: string;
}

async function manifest(
  { registry, reference, image }: Fetching,
  target: string,
  signal: AbortSignal,
): Promise<z.output<typeof anyManifest> & { readonly digest: Digest }> {
  const bytes = await registry.manifestAt(reference, target, { signal });
  if (bytes === undefined) {
    throw new AppError('source.not_found', `There is no image ${image}, here or in its registry.`, {
      hint: 'See the images of this machine with: docker images',
      params: { reason: 'image', image },
    });
  }
  const parsed = anyManifest.safeParse(parseJson(bytes));
  if (!parsed.success) throw noLabel(image, 'its manifest has an unknown form');
  const { createHash } = await import('node:crypto');
  return { ...parsed.data, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

async function labelsHere(
  docker: ImageMetadataDeps['docker'],
  image: string,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    return (await docker.images.inspect(image, { signal })).labels;
  } catch (error) {
    // Without an Engine a registry can still be asked.
    if (error instanceof AppError && ['docker.not_found', 'docker.unavailable'].includes(error.code)) return undefined;
    throw error;
  }
}

function parseImage(image: string): RegistryReference {
  const at = image.indexOf('@');
  if (at < 0) return parseCatalogReference(image);
  const named = image.slice(at + 1);
  return { ...parseCatalogReference(image.slice(0, at)), ...(isDigest(named) ? { digest: named } : {}) };
}

function labelOf(labels: Readonly<Record<string, string>>, image: string): string {
  const label = Object.hasOwn(labels, metadataLabel) ? labels[metadataLabel] : undefined;
  if (label === undefined) throw noLabel(image, `it has no label ${metadataLabel}`);
  return label;
}

function noLabel(image: string, detail: string): AppError {
  return new AppError('mcp.catalog_invalid', `The image ${image} does not describe a server: ${detail}.`, {
    hint: 'Describe the server in a file, and add it with file://PATH.',
    params: { reason: 'image_label', where: image, detail },
  });
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
