import { resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '#core';
import type { Json } from '../types.ts';
import { invalidCatalog } from './reading/invalid-catalog.ts';
import { fileServer, type CatalogEntry } from './reading/content.ts';
import { readImageLabel } from './reading/image-label.ts';
import { describedEntries } from './reading/read-content.ts';
import type { CommunityClient } from './sources/community-client.ts';
import { readImageMetadata, type ImageMetadataDeps } from './sources/image-metadata.ts';
import { readCatalogFile } from './sources/read-file.ts';
import { matchesPattern, parseServerUri } from './sources/server-uri.ts';
import type { Catalog, ResolvedServer } from './types.ts';

export interface ResolveDeps {
  readonly images: ImageMetadataDeps;
  readonly community: CommunityClient;
  readonly open: (name: string) => Promise<Catalog>;
  /** The layer of an artifact that describes servers (contract mcp-toolkit §2.3, `--oci-ref`). */
  readonly serverArtifact: (reference: string, options: { readonly signal: AbortSignal }) => Promise<string>;
}

/** The servers that a URI names; at least one, or it throws. */
export async function resolveServers(
  { images, community, open, serverArtifact }: ResolveDeps,
  uri: string,
  { signal, folder }: { readonly signal: AbortSignal; readonly folder: string },
): Promise<readonly ResolvedServer[]> {
  const parsed = parseServerUri(uri);
  switch (parsed.kind) {
    case 'catalog':
      return fromCatalog(await open(parsed.catalog), parsed.patterns);
    case 'image': {
      const labelled = await readImageMetadata(images, parsed.image, { signal });
      const { server, wire } = readImageLabel(labelled);
      const entry = { server, wire, filed: fileServer(server) };
      return [{ entry, origin: `image ${labelled.image}`, catalogRef: undefined }];
    }
    case 'artifact': {
      const where = `oci://${parsed.reference}`;
      const list = artifactServers(await serverArtifact(parsed.reference, { signal }), where);
      const { entries, problems } = describedEntries(list, { where });
      const [problem] = problems;
      if (entries.length === 0) throw invalidCatalog(where, problem?.reason ?? 'it describes no server');
      return entries.map((entry) => ({ entry, origin: where, catalogRef: undefined }));
    }
    case 'registry': {
      const described = await community.describe(parsed.url, { signal });
      const read = describedEntries([described], { where: parsed.url, sourceOf: () => parsed.url });
      return only(read, { where: parsed.url, origin: parsed.url });
    }
    case 'file': {
      const path = resolve(folder, parsed.path);
      return only(await readCatalogFile(path), { where: path, origin: `file ${path}` });
    }
  }
}

const artifactShape = z.looseObject({
  registry: z
    .array(z.custom<Json>(() => true))
    .min(1)
    .max(1000),
});

/** `{registry: [{server: …}]}`, or the description of one server. */
function artifactServers(text: string, where: string): readonly Json[] {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    throw invalidCatalog(where, 'its layer is not JSON');
  }
  const shaped = artifactShape.safeParse(value);
  return shaped.success ? shaped.data.registry : [value];
}

function fromCatalog(catalog: Catalog, patterns: readonly string[]): readonly ResolvedServer[] {
  const chosen = new Map<string, CatalogEntry>();
  for (const pattern of patterns) {
    const matching = catalog.entries.filter(({ server }) => matchesPattern(server.name, pattern));
    if (matching.length === 0) throw notInCatalog(catalog, pattern);
    for (const entry of matching) chosen.set(entry.server.name, entry);
  }
  return [...chosen.values()].map((entry) => ({
    entry,
    origin: `catalog ${catalog.ref}`,
    catalogRef: catalog.ref,
  }));
}

function notInCatalog(catalog: Catalog, pattern: string): AppError {
  const broken = catalog.problems.find(({ server }) => server === pattern);
  if (broken) return invalidCatalog(catalog.ref, broken.reason);
  const params = { reason: 'in_catalog', server: pattern, catalog: catalog.ref };
  return new AppError('mcp.server_not_found', `The catalogue ${catalog.ref} has no server named ${pattern}.`, {
    hint: `See what it has: gantry mcp catalog server ls ${catalog.ref}`,
    params,
  });
}

function only(
  { entries, problems }: Pick<Catalog, 'entries' | 'problems'>,
  { where, origin }: { where: string; origin: string },
): readonly ResolvedServer[] {
  const [problem] = problems;
  // Who names a file means all of it.
  if (problem) throw invalidCatalog(where, problem.reason);
  if (entries.length === 0) throw invalidCatalog(where, 'it has no server');
  return entries.map((entry) => ({ entry, origin, catalogRef: undefined }));
}
