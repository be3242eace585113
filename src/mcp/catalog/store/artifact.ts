import { createHash } from 'node:crypto';
import { digestFromHex, type Digest } from '#core';
import type { Descriptor } from '#registry';
import type { Json, JsonObject } from '../../types.ts';
import type { CatalogEntry } from '../reading/content.ts';
import { encode, layerText } from './canonical.ts';

export const catalogArtifactType = 'application/vnd.docker.mcp.catalog.v1+json';
export const serverArtifactType = 'application/vnd.docker.mcp.server';
export const manifestMediaType = 'application/vnd.oci.image.manifest.v1+json';
export const emptyConfig = '{}';

export interface Artifact {
  readonly manifest: string;
  readonly digest: Digest;
  readonly config: Descriptor;
  readonly layer: Descriptor;
}

/** The layer of a catalogue: the same entries give the same bytes. */
export function catalogLayer(title: string, entries: readonly CatalogEntry[]): string {
  return layerText({ title, servers: entries.map(filedEntry) });
}

function filedEntry({ wire, filed }: CatalogEntry): JsonObject {
  const { type, tools, source, image, endpoint } = filed;
  const parts = { type, tools, source, image, endpoint };
  const given = Object.entries(parts).filter(
    (part): part is [string, Exclude<(typeof part)[1], undefined>] => part[1] !== undefined,
  );
  return { ...(Object.fromEntries(given) as JsonObject), snapshot: { server: wire } };
}

/** The manifest around a layer, written as other MCP toolkits write it (contract mcp-toolkit §2.3). */
export function artifactOf(layer: string, artifactType: string): Artifact {
  const config = describe('application/vnd.oci.empty.v1+json', emptyConfig);
  const content = describe('application/json', layer);
  const manifest = encode({
    schemaVersion: 2,
    mediaType: manifestMediaType,
    artifactType,
    config: { ...config },
    layers: [{ ...content }],
  } as Json);
  return { manifest, digest: sha256(manifest), config, layer: content };
}

function describe(mediaType: string, content: string): Descriptor {
  return { mediaType, digest: sha256(content), size: Buffer.byteLength(content) };
}

function sha256(content: string): Digest {
  return digestFromHex(createHash('sha256').update(content).digest('hex'));
}
