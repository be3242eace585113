import { AppError, type Digest } from '#core';
import type { OciAttachments, OciRegistry, RegistryReference, RequestOptions } from '#registry';
import { largestDocumentBytes } from '../reading/parse-document.ts';
import { artifactOf, emptyConfig, manifestMediaType } from './artifact.ts';

export type ArtifactRegistry = Pick<
  OciRegistry & OciAttachments,
  'resolveManifest' | 'readBlob' | 'pushBytes' | 'pushManifest'
>;

/** Puts a layer as an artifact under a name; the digest is over bytes that only the content decides. */
export async function pushArtifact(
  registry: ArtifactRegistry,
  content: { readonly reference: RegistryReference; readonly layer: string; readonly artifactType: string },
  options: RequestOptions,
): Promise<Digest> {
  const { reference, layer, artifactType } = content;
  const { manifest } = artifactOf(layer, artifactType);
  await registry.pushBytes(reference, Buffer.from(emptyConfig), options);
  await registry.pushBytes(reference, Buffer.from(layer), options);
  const bytes = Buffer.from(manifest);
  return await registry.pushManifest(reference, { ...options, bytes, mediaType: manifestMediaType });
}

/** The layer of an artifact. @throws AppError `mcp.catalog_invalid` for what is something else, `source.*` */
export async function pullArtifact(
  registry: ArtifactRegistry,
  content: { readonly reference: RegistryReference; readonly label: string; readonly artifactType: string },
  options: RequestOptions,
): Promise<{ readonly layer: string; readonly digest: Digest }> {
  const { reference, label, artifactType } = content;
  const { manifest, digest } = await registry.resolveManifest(reference, options);
  if (manifest.artifactType !== artifactType) {
    const found = manifest.artifactType ?? manifest.config.mediaType;
    throw new AppError('mcp.catalog_invalid', `${label} is not a usable catalogue: its type is ${found}.`, {
      hint: 'An image of a server is named as docker://IMAGE.',
      params: { where: label, detail: `its type is ${found}` },
    });
  }
  const [descriptor] = manifest.layers;
  if (descriptor === undefined) {
    throw new AppError('mcp.catalog_invalid', `${label} is not a usable catalogue: it has no layer.`, {
      params: { where: label, detail: 'it has no layer' },
    });
  }
  const bytes = await registry.readBlob(reference, { ...options, descriptor, maxBytes: largestDocumentBytes });
  return { layer: new TextDecoder('utf-8', { fatal: false }).decode(bytes), digest };
}
