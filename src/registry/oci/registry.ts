import { createHash } from 'node:crypto';
import { AppError, digestFromHex, isDigest, systemClock, type Clock, type Digest, type Log } from '#core';
import { rangeHeader, toRemoteBody } from '../http/blob.ts';
import { parseJson, readAll } from '../http/body.ts';
import { statusError } from '../http/status-error.ts';
import type {
  Descriptor,
  HttpClient,
  MirrorSkipped,
  OciAttachments,
  OciRegistry,
  RegistryReference,
  RemoteBlob,
  RequestOptions,
  ResolvedManifest,
} from '../types.ts';
import { createAttachments } from './attachments.ts';
import type { Credentials } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { acceptedManifests, parseManifest } from './manifest.ts';
import { createMirrorRoute, type MirrorRoute } from './mirror-route.ts';
import { pushBlob, pushManifest } from './push.ts';
import { createSession, type SendToRegistry } from './session.ts';
import { listTags } from './tags.ts';
import { createAuthorizer } from './tokens.ts';

export interface OciRegistryOptions {
  readonly http: HttpClient;
  readonly credentials: Credentials;
  /** Mirrors of Docker Hub, as URLs or hosts, in the order to try. */
  readonly mirrors: () => readonly string[];
  /** Hosts (with port) spoken to over plain http. */
  readonly insecureRegistries: () => readonly string[];
  readonly log: Log;
  readonly clock?: Clock | undefined;
}

const maxManifestBytes = 4 << 20;

export function createOciRegistry(options: OciRegistryOptions): OciRegistry & OciAttachments {
  const { http, credentials, log, clock = systemClock } = options;
  const send = createSession({ http, authorizer: createAuthorizer({ http, credentials, clock }) });
  const listeners = new Set<(skipped: MirrorSkipped) => void>();
  const route = createMirrorRoute({
    mirrors: options.mirrors,
    insecureRegistries: options.insecureRegistries,
    clock,
    onSkipped(skipped) {
      log.warn('mirror skipped', { mirror: skipped.mirror, code: skipped.error.code, reason: skipped.error.message });
      for (const listener of listeners) listener(skipped);
    },
  });
  return {
    ...createAttachments({ send, route }),
    onMirrorSkipped(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resolveManifest: (reference, request) =>
      route.read(reference.registry, request.signal, (endpoint) => resolve(send, { endpoint, reference, request })),
    tags: (reference, request) => listTags({ send, route }, reference, request),
    blob: (reference, descriptor, { bearerToken } = {}) =>
      remoteBlob({ send, route, reference, descriptor, bearerToken }),
    async readBlob(reference, { descriptor, maxBytes, signal, bearerToken }) {
      const label = blobLabel(reference, descriptor);
      if (descriptor.size > maxBytes) throw tooLarge(label, descriptor.size);
      const { chunks } = await remoteBlob({ send, route, reference, descriptor, bearerToken }).open(
        { startByte: 0 },
        { signal },
      );
      const bytes = await readAll(chunks, { host: reference.registry, maxBytes: descriptor.size });
      verify(bytes, descriptor.digest, label);
      return bytes;
    },
    pushBlob: (reference, request) =>
      pushBlob({ send, clock }, { endpoint: route.upstream(reference.registry), reference, ...request }),
    pushManifest: (reference, request) =>
      pushManifest({ send, clock }, { endpoint: route.upstream(reference.registry), reference, ...request }),
  };
}

interface Resolving {
  readonly endpoint: Endpoint;
  readonly reference: RegistryReference;
  readonly request: RequestOptions;
}

async function resolve(send: SendToRegistry, resolving: Resolving): Promise<ResolvedManifest> {
  const { reference } = resolving;
  const label = manifestLabel(reference);
  const host = resolving.endpoint.registry;
  const top = await fetchManifest(send, resolving, reference.digest ?? reference.tag ?? 'latest');
  const parsed = parseManifest(parseJson(top.bytes, host), { label, host });
  if (parsed.kind === 'manifest') return { ...top, manifest: parsed.manifest };
  const chosen = await fetchManifest(send, resolving, parsed.usable);
  const inner = parseManifest(parseJson(chosen.bytes, host), { label, host });
  if (inner.kind === 'manifest') return { ...chosen, manifest: inner.manifest };
  throw new AppError('model.unsupported', `${label} is an index of indexes, and a model has exactly one manifest.`, {
    params: { label, count: 0 },
  });
}

async function fetchManifest(
  send: SendToRegistry,
  { endpoint, reference, request }: Resolving,
  target: string,
): Promise<{ digest: Digest; bytes: Uint8Array }> {
  const label = manifestLabel(reference);
  const call = { ...request, endpoint, repository: reference.repository, actions: 'pull' as const };
  const response = await send(call, { path: `manifests/${target}`, headers: { accept: acceptedManifests } });
  if (response.status !== 200) {
    await response.discard();
    throw statusError(response, { label });
  }
  const bytes = await response.bytes(maxManifestBytes);
  if (isDigest(target)) verify(bytes, target, label);
  const stated = response.headers['docker-content-digest'];
  if (stated !== undefined && isDigest(stated)) verify(bytes, stated, label);
  return { digest: sha256(bytes), bytes };
}

interface BlobSource {
  readonly send: SendToRegistry;
  readonly route: MirrorRoute;
  readonly reference: RegistryReference;
  readonly descriptor: Descriptor;
  readonly bearerToken: string | undefined;
}

function remoteBlob({ send, route, reference, descriptor, bearerToken }: BlobSource): RemoteBlob {
  const { registry, repository } = reference;
  const label = blobLabel(reference, descriptor);
  const mirrorsUsed = new Set<Endpoint>();
  return {
    label,
    sizeBytes: descriptor.size,
    acceptsRanges: true,
    open: (range, { signal }) =>
      route.read(registry, signal, async (endpoint) => {
        const call = { endpoint, repository, actions: 'pull' as const, signal, bearerToken };
        const headers = rangeHeader(range, descriptor.size);
        const body = await toRemoteBody(await send(call, { path: `blobs/${descriptor.digest}`, headers }), {
          label,
          range,
        });
        if (endpoint.isMirror) mirrorsUsed.add(endpoint);
        return endpoint.isMirror ? { ...body, chunks: route.watched(endpoint, body.chunks, signal) } : body;
      }),
    onWrongContent() {
      const hadMirrors = mirrorsUsed.size > 0;
      for (const mirror of mirrorsUsed) route.giveUp(mirror, wrongContent(label));
      mirrorsUsed.clear();
      return hadMirrors;
    },
  };
}

function wrongContent(label: string): AppError {
  return new AppError('source.digest_mismatch', `${label} is not what its digest says.`, { params: { label } });
}

function manifestLabel({ registry, repository, tag, digest }: RegistryReference): string {
  return `${registry}/${repository}${digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`}`;
}

function blobLabel({ registry, repository }: RegistryReference, { digest }: Descriptor): string {
  return `${registry}/${repository}@${digest}`;
}

function sha256(bytes: Uint8Array): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

function verify(bytes: Uint8Array, expected: Digest, label: string): void {
  const actual = sha256(bytes);
  if (actual === expected) return;
  throw new AppError(
    'source.digest_mismatch',
    `${label} is not what its digest says: ${actual} came instead of ${expected}.`,
    {
      hint: 'Try again; if it stays so, the registry or something on the way changes its content.',
      params: { label, expected, actual },
    },
  );
}

function tooLarge(label: string, size: number): AppError {
  return new AppError('source.invalid_response', `${label} is ${size} bytes, too large for what it claims to be.`, {
    params: { label, size },
  });
}
