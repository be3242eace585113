import { z } from 'zod';
import { AppError, isDigest, type Digest } from '#core';
import { invalidResponse } from '../http/failures.ts';
import type { Manifest } from '../types.ts';

export const manifestTypes = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
} as const;

const imageTypes: readonly string[] = [manifestTypes.ociManifest, manifestTypes.dockerManifest];
const indexTypes: readonly string[] = [manifestTypes.ociIndex, manifestTypes.dockerIndex];

export const acceptedManifests = [...imageTypes, ...indexTypes].join(', ');

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'expected a sha256 digest');
const annotations = z.record(z.string(), z.string()).optional();

// Unknown fields are dropped; among them `urls`, which would send us to foreign hosts.
const descriptor = z.object({
  mediaType: z.string().min(1).max(255),
  digest,
  size: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  annotations,
});

const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: descriptor,
  layers: z.array(descriptor).max(10_000),
  annotations,
});

const indexSchema = z.object({
  schemaVersion: z.literal(2),
  manifests: z.array(descriptor.extend({ platform: z.object({ os: z.string().optional() }).nullish() })).max(10_000),
});

const kindSchema = z.object({
  mediaType: z.string().optional(),
  manifests: z.unknown().optional(),
  layers: z.unknown().optional(),
});

export type ParsedManifest = { kind: 'manifest'; manifest: Manifest } | { kind: 'index'; usable: Digest };

/** Reads a manifest, or finds the one usable manifest of an index. @throws AppError `source.invalid_response`, `model.unsupported` */
export function parseManifest(json: unknown, { label, host }: { label: string; host: string }): ParsedManifest {
  const kind = kindSchema.safeParse(json).data;
  const isIndex =
    indexTypes.includes(kind?.mediaType ?? '') || (kind?.mediaType === undefined && kind?.manifests !== undefined);
  if (isIndex) {
    // Fields of both kinds in one document could mean two things to two readers.
    if (kind?.layers !== undefined) throw invalidResponse(host, 'its manifest is of two kinds at once');
    const index = indexSchema.safeParse(json);
    if (!index.success) throw invalidResponse(host, `its index is not valid (${firstIssue(index.error)})`);
    return { kind: 'index', usable: chooseManifest(index.data, label) };
  }
  const mediaType = kind?.mediaType;
  if (mediaType !== undefined && !imageTypes.includes(mediaType)) {
    throw new AppError(
      'model.unsupported',
      `${label} is not a model: its manifest is of type ${printable(mediaType)}.`,
      {
        params: { label, mediaType: printable(mediaType) },
      },
    );
  }
  const manifest = manifestSchema.safeParse(json);
  if (!manifest.success) throw invalidResponse(host, `its manifest is not valid (${firstIssue(manifest.error)})`);
  return { kind: 'manifest', manifest: manifest.data };
}

function chooseManifest({ manifests }: z.output<typeof indexSchema>, label: string): Digest {
  const usable = manifests.filter(
    ({ mediaType, annotations: notes, platform }) =>
      imageTypes.includes(mediaType) &&
      notes?.['vnd.docker.reference.type'] === undefined &&
      platform?.os !== 'unknown',
  );
  const [only, ...others] = usable;
  if (only !== undefined && others.length === 0) return only.digest;
  throw new AppError(
    'model.unsupported',
    `${label} is an index of ${usable.length} manifests, and a model has exactly one.`,
    {
      hint: 'Name the manifest you want by its digest: NAME@sha256:…',
      params: { label, count: usable.length },
    },
  );
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return printable(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
