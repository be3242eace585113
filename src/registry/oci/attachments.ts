import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError, digestFromHex, isDigest, type Digest } from '#core';
import { parseJson } from '../http/body.ts';
import { invalidResponse } from '../http/failures.ts';
import { statusError } from '../http/status-error.ts';
import type { Descriptor, OciAttachments, RegistryReference, RequestOptions } from '../types.ts';
import type { Endpoint } from './endpoint.ts';
import { manifestTypes } from './manifest.ts';
import type { MirrorRoute } from './mirror-route.ts';
import { callFor } from './push.ts';
import type { SendToRegistry } from './session.ts';
import { putBytes, startUpload } from './upload.ts';

const maxManifestBytes = 4 << 20;
const emptyConfig = Buffer.from('{}');
const emptyType = 'application/vnd.oci.empty.v1+json';

const indexSchema = z.object({
  manifests: z
    .array(
      z.looseObject({
        mediaType: z.string().max(255),
        digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value)),
        size: z.number().int().min(0),
        artifactType: z.string().max(255).optional(),
      }),
    )
    .max(10_000),
});

/** What hangs on a manifest: tags beside it, and referrers (OCI distribution spec 1.1, "Listing Referrers"). */
export function createAttachments({ send, route }: { send: SendToRegistry; route: MirrorRoute }): OciAttachments {
  const read = (reference: RegistryReference, request: RequestOptions, path: string): Promise<Uint8Array | undefined> =>
    orAbsent(
      route.read(reference.registry, request.signal, async (endpoint) => {
        const call = { ...request, endpoint, repository: reference.repository, actions: 'pull' as const };
        const accept = `${manifestTypes.ociManifest}, ${manifestTypes.ociIndex}, ${manifestTypes.dockerManifest}`;
        const answer = await send(call, { path, headers: { accept } });
        if (answer.status === 200) return await answer.bytes(maxManifestBytes);
        await answer.discard();
        throw statusError(answer, { label: labelOf(reference, path) });
      }),
    );

  const attachments: OciAttachments = {
    async manifestAt(reference, target, request) {
      const bytes = await read(reference, request, `manifests/${target}`);
      if (bytes !== undefined && isDigest(target) && digestOf(bytes) !== target) {
        throw new AppError('source.digest_mismatch', `${labelOf(reference, target)} is not what its digest says.`, {
          params: { label: labelOf(reference, target) },
        });
      }
      return bytes;
    },
    async referrers(reference, subject, request) {
      const bytes =
        (await read(reference, request, `referrers/${subject}`)) ??
        (await read(reference, request, `manifests/${fallbackTag(subject)}`));
      return bytes === undefined ? [] : readIndex(bytes, reference.registry).manifests;
    },
    async pushBytes(reference, bytes, request) {
      const target = { ...request, reference, endpoint: route.upstream(reference.registry) };
      const digest = digestOf(bytes);
      const call = callFor(target);
      const label = labelOf(reference, digest);
      const known = await send(call, { method: 'HEAD', path: `blobs/${digest}` });
      await known.discard();
      const descriptor = { digest, size: bytes.byteLength };
      if (known.status === 200) return descriptor;
      const upload = { send, call, label, endpoint: target.endpoint };
      const started = await startUpload({ ...upload, descriptor });
      if (started !== 'mounted') await putBytes({ ...upload, descriptor, bytes }, started);
      return descriptor;
    },
    async putManifest(reference, { target, bytes, mediaType }, request) {
      const endpoint = route.upstream(reference.registry);
      const headers = { 'content-type': mediaType, 'content-length': String(bytes.byteLength) };
      const path = `manifests/${target}`;
      const call = callFor({ ...request, reference, endpoint });
      const answer = await send(call, { method: 'PUT', path, headers, body: () => bytes });
      await answer.discard();
      if (answer.status !== 201) throw statusError(answer, { label: labelOf(reference, path) });
      return { knowsSubjects: answer.headers['oci-subject'] !== undefined };
    },
    async attach(reference, { subject, artifactType, content, annotations }, request) {
      const config = await attachments.pushBytes(reference, emptyConfig, request);
      const layer = await attachments.pushBytes(reference, content, request);
      const manifest = {
        schemaVersion: 2,
        mediaType: manifestTypes.ociManifest,
        artifactType,
        config: { mediaType: emptyType, ...config },
        layers: [{ mediaType: artifactType, ...layer }],
        subject,
        annotations,
      };
      const bytes = Buffer.from(JSON.stringify(manifest));
      const digest = digestOf(bytes);
      const mediaType = manifestTypes.ociManifest;
      const { knowsSubjects } = await attachments.putManifest(reference, { target: digest, bytes, mediaType }, request);
      if (knowsSubjects) return;
      const entry = { mediaType, digest, size: bytes.byteLength, artifactType, annotations };
      await addToFallback(reference, { subject: subject.digest, entry }, request);
    },
  };

  /** Registries without the referrers API have an index under a tag instead, which the client keeps. */
  async function addToFallback(
    reference: RegistryReference,
    { subject, entry }: { subject: Digest; entry: Descriptor & { artifactType: string } },
    request: RequestOptions,
  ): Promise<void> {
    const target = fallbackTag(subject);
    const endpoint: Endpoint = route.upstream(reference.registry);
    const call = { ...request, endpoint, repository: reference.repository, actions: 'pull,push' as const };
    const now = await send(call, { path: `manifests/${target}`, headers: { accept: manifestTypes.ociIndex } });
    const before = now.status === 200 ? readIndex(await now.bytes(maxManifestBytes), reference.registry).manifests : [];
    if (now.status !== 200) await now.discard();
    if (now.status !== 200 && now.status !== 404) throw statusError(now, { label: labelOf(reference, target) });
    if (before.some(({ digest }) => digest === entry.digest)) return;
    const mediaType = manifestTypes.ociIndex;
    const index = { schemaVersion: 2, mediaType, manifests: [...before, entry] };
    const bytes = Buffer.from(JSON.stringify(index));
    await attachments.putManifest(reference, { target, bytes, mediaType }, request);
  }

  return attachments;
}

export function digestOf(bytes: Uint8Array): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

function fallbackTag(subject: Digest): string {
  return subject.replace(':', '-');
}

function readIndex(bytes: Uint8Array, host: string): z.output<typeof indexSchema> {
  const index = indexSchema.safeParse(parseJson(bytes, host));
  if (!index.success) throw invalidResponse(host, 'its list of referrers is not valid');
  return index.data;
}

async function orAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof AppError && error.code === 'source.not_found') return undefined;
    throw error;
  }
}

function labelOf({ registry, repository }: RegistryReference, path: string): string {
  return `${registry}/${repository}/${path}`;
}
