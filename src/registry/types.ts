import type { AppError, Digest } from '#core';

/** Bytes somebody else holds, readable from any offset. Nothing is fetched until `open`. */
export interface RemoteBlob {
  /** For messages, without credentials or query: `registry-1.docker.io/ai/smollm2@sha256:…`. */
  readonly label: string;
  /** Undefined when the source does not say before the transfer. */
  readonly sizeBytes: number | undefined;
  /** False when the source is known to answer only whole bodies. */
  readonly acceptsRanges: boolean;
  /**
   * Opens the bytes from `startByte` up to, not including, `endByte`.
   * `startByte` of the result is where the body really begins: 0 when the source ignored the range.
   * @throws AppError `source.*`
   */
  open(range: ByteRange, options: { signal: AbortSignal }): Promise<RemoteBody>;
  /** Hears that the content was not what its digest says. True when the next `open` will ask somewhere else. */
  readonly onWrongContent?: (() => boolean) | undefined;
}

export interface ByteRange {
  readonly startByte: number;
  readonly endByte?: number | undefined;
}

export interface RemoteBody {
  readonly startByte: number;
  /** Size of the whole blob as this answer states it. */
  readonly totalBytes: number | undefined;
  /** Strong validator of the content; two answers with different ones are different contents. */
  readonly etag?: string | undefined;
  /** The source answered with the whole content although a part was asked for. */
  readonly isWhole?: boolean | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** What a finished transfer must be. A transfer with neither is refused by the caller's own rules, not here. */
export interface ExpectedContent {
  readonly digest?: Digest | undefined;
  readonly sizeBytes?: number | undefined;
}

export interface TransferOptions {
  /** Final place of the verified file. The folder exists or is made. */
  readonly destination: string;
  /** Where the unfinished file and its journal live, so that a later process resumes it; `<partial>` and `<partial>.json`. */
  readonly partial: string;
  readonly expected: ExpectedContent;
  readonly signal: AbortSignal;
  /** Called with the bytes now on disk, counted from 0 to the whole; never goes back within a transfer. Includes what an earlier process had fetched. */
  readonly onProgress?: ((receivedBytes: number, totalBytes: number | undefined) => void) | undefined;
  /** Streams at once for large blobs. */
  readonly connections?: number | undefined;
}

export interface TransferResult {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Bytes this call took over the network; less than `sizeBytes` when it resumed. */
  readonly fetchedBytes: number;
}

/** Fetches, verifies while streaming, renames into place. A failed or killed transfer leaves only `partial` and its journal, ready to resume. */
export type Transfer = (blob: RemoteBlob, options: TransferOptions) => Promise<TransferResult>;

/** OCI content descriptor (OCI image spec 1.1, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** OCI image manifest (OCI image spec 1.1, manifest.md), the fields models use. */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string | undefined;
  readonly artifactType?: string | undefined;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface ResolvedManifest {
  /** sha256 of `bytes`; the model id (contract model-runner §4.2). */
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly manifest: Manifest;
}

/** A reference whose registry is known: `docker.io/ai/smollm2:latest` or `…@sha256:…`. */
export interface RegistryReference {
  /** Host and optional port; `docker.io` for Docker Hub. */
  readonly registry: string;
  /** Lower case, without the registry. */
  readonly repository: string;
  readonly tag?: string | undefined;
  readonly digest?: Digest | undefined;
}

export interface MirrorSkipped {
  /** Its address, or the setting's text when that is none. */
  readonly mirror: string;
  readonly error: AppError;
}

/** Client of the OCI distribution spec 1.1. Credentials, mirrors, plain http for localhost and redirects are its business. */
export interface TagList {
  readonly tags: readonly string[];
  /** There are more. */
  readonly isCut: boolean;
}

export interface OciRegistry {
  /** Calls the listener each time a mirror is given up for its upstream; the result ends that. */
  onMirrorSkipped(listener: (skipped: MirrorSkipped) => void): () => void;
  /** @throws AppError `source.*`; `model.unsupported` for an index without a usable manifest */
  resolveManifest(reference: RegistryReference, options: RequestOptions): Promise<ResolvedManifest>;
  tags(reference: RegistryReference, options: RequestOptions): Promise<TagList>;
  blob(
    reference: RegistryReference,
    descriptor: Descriptor,
    options?: { bearerToken?: string | undefined },
  ): RemoteBlob;
  /** Reads a small blob (a config) into memory, verified. Refuses more than `maxBytes`. */
  readBlob(
    reference: RegistryReference,
    options: RequestOptions & { descriptor: Descriptor; maxBytes: number },
  ): Promise<Uint8Array>;
  /** Uploads a file unless the registry has it; continues an upload that broke off where the registry says it stopped. */
  pushBlob(reference: RegistryReference, options: RequestOptions & BlobUpload): Promise<void>;
  /** Puts the manifest under the reference's tag and returns its digest. */
  pushManifest(
    reference: RegistryReference,
    options: RequestOptions & { bytes: Uint8Array; mediaType: string },
  ): Promise<Digest>;
}

/** What hangs on a manifest in its repository: signatures and the like (OCI distribution spec 1.1, referrers). */
export interface OciAttachments {
  /** A manifest of any kind, by digest (verified) or tag; undefined when there is none. */
  manifestAt(reference: RegistryReference, target: string, options: RequestOptions): Promise<Uint8Array | undefined>;
  /** What names a manifest as its subject; nothing when the registry knows of none. */
  referrers(
    reference: RegistryReference,
    subject: Digest,
    options: RequestOptions,
  ): Promise<readonly (Descriptor & { readonly artifactType?: string | undefined })[]>;
  /** Uploads a small blob unless the registry has it. */
  pushBytes(
    reference: RegistryReference,
    bytes: Uint8Array,
    options: RequestOptions,
  ): Promise<Pick<Descriptor, 'digest' | 'size'>>;
  putManifest(
    reference: RegistryReference,
    manifest: { readonly target: string; readonly bytes: Uint8Array; readonly mediaType: string },
    options: RequestOptions,
  ): Promise<{ readonly knowsSubjects: boolean }>;
  /** Hangs an artifact of one file on a manifest, also where the registry has no referrers API. */
  attach(reference: RegistryReference, attachment: Attachment, options: RequestOptions): Promise<void>;
}

export interface Attachment {
  readonly subject: Pick<Descriptor, 'mediaType' | 'digest' | 'size'>;
  readonly artifactType: string;
  readonly content: Uint8Array;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface BlobUpload {
  readonly descriptor: Descriptor;
  readonly path: string;
  /** Repository of the same registry that may have the blob, so that it need not be sent. */
  readonly mountFrom?: string | undefined;
  /** Bytes the registry has; never goes back. The whole size when nothing had to be sent. */
  readonly onProgress?: ((sentBytes: number) => void) | undefined;
}

export interface RequestOptions {
  readonly signal: AbortSignal;
  /** Overrides stored credentials for this request (contract model-runner §2.4 `bearer-token`). */
  readonly bearerToken?: string | undefined;
}

/** One file of a Hugging Face repository at a fixed revision. */
export interface HuggingFaceFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** sha256 of LFS files; others have none. */
  readonly digest: Digest | undefined;
}

export interface HuggingFaceRepository {
  /** Original case, `Org/Model`. */
  readonly repository: string;
  /** Commit that `files` and `blob` refer to. */
  readonly revision: string;
  readonly lastModified: string;
  readonly files: readonly HuggingFaceFile[];
}

/** A file of this machine that goes into a repository. */
export interface HuggingFaceUpload {
  /** Where it will be in the repository. */
  readonly path: string;
  readonly file: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

export interface HuggingFace {
  /** Lists a repository completely, whatever its size. `revision` defaults to main. */
  repository(name: string, options: RequestOptions & { revision?: string | undefined }): Promise<HuggingFaceRepository>;
  blob(
    repository: HuggingFaceRepository,
    file: HuggingFaceFile,
    options?: { bearerToken?: string | undefined },
  ): RemoteBlob;
  /** Puts files into `main` in one commit and returns it. Content the Hub has is not sent. @throws AppError `source.*` */
  push(
    name: string,
    options: RequestOptions & {
      files: readonly HuggingFaceUpload[];
      message: string;
      /** Bytes of one file that the Hub has. */
      onProgress?: ((file: HuggingFaceUpload, sentBytes: number) => void) | undefined;
    },
  ): Promise<{ readonly commit: string }>;
}

/** One downloadable file of a package index. */
export interface PackageFile {
  readonly filename: string;
  readonly version: string;
  /** From the index; undefined when it gives none. */
  readonly digest: Digest | undefined;
  /** Subresource integrity of npm tarballs, `sha512-…`; check it with `verifyIntegrity`. */
  readonly integrity?: string | undefined;
  /** PEP 592: why the publisher took the file back, perhaps an empty text; undefined when it stands. */
  readonly yanked?: string | undefined;
  readonly blob: RemoteBlob;
}

/** Python package index as pip is configured: PEP 503 / PEP 691, find-links, proxy and certificates. */
export interface PythonIndex {
  /** All files of a distribution, any version. @throws AppError `source.*` */
  files(distribution: string, options: RequestOptions): Promise<readonly PackageFile[]>;
}

/** npm registry as npm is configured. */
export interface NpmRegistry {
  /** The tarball of one exact version, or of `latest`. */
  tarball(packageName: string, options: RequestOptions & { version?: string | undefined }): Promise<PackageFile>;
}

/** Copies one member of a zip (wheel) or tar.gz (npm) to `destination`, verified; refuses links, absolute and escaping names. */
export type ExtractMember = (options: {
  readonly archive: string;
  readonly member: string;
  readonly destination: string;
  readonly expected: ExpectedContent;
  readonly signal: AbortSignal;
  readonly onProgress?: ((writtenBytes: number, totalBytes: number | undefined) => void) | undefined;
}) => Promise<{ digest: Digest; sizeBytes: number }>;

/** HTTP to the outside world: proxies (HTTP(S)_PROXY, NO_PROXY), extra certificates, time limits, redirects and error mapping in one place. */
export interface HttpClient {
  /**
   * Sends one request and returns when the headers are in. Follows up to 10 redirects and drops credentials on another origin.
   * Any status is a result; only network failures throw.
   * @throws AppError `source.unreachable` (DNS, refused, TLS, connect time-out), `source.stalled` (no header in time), `source.not_allowed` (led into this network from outside), `request.aborted`
   */
  request(url: string, options: HttpRequest): Promise<HttpResponse>;
}

export interface HttpRequest {
  readonly signal: AbortSignal;
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | string | AsyncIterable<Uint8Array> | undefined;
  /** Answer a redirect as it is instead of following it. */
  readonly manualRedirect?: boolean | undefined;
  /** Extra CA certificates (PEM) or a proxy for this request, where a tool's own configuration names them (pip, npm). */
  readonly tls?: { readonly ca?: string | undefined; readonly insecure?: boolean | undefined } | undefined;
  readonly proxy?: string | undefined;
  /** Where the server that named this URL lies; it may not lead us closer to home than it is (a token realm, a link). Redirects are checked without it. */
  readonly ledFrom?: AddressScope | undefined;
}

/** How far an address is from the open internet. */
export type AddressScope = 'public' | 'private' | 'link-local' | 'loopback';

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** After redirects. */
  readonly url: string;
  /** Where the server that answered lies; `public` when a proxy was in between. */
  readonly scope?: AddressScope | undefined;
  /** The body; throws `source.stalled` when no byte comes for the idle limit and `source.truncated` when it ends early. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body, or AppError `source.invalid_response` when it is larger than `maxBytes`. */
  bytes(maxBytes: number): Promise<Uint8Array>;
  /** Parsed JSON, untrusted. @throws AppError `source.invalid_response` */
  json(maxBytes: number): Promise<unknown>;
  /** Gives the connection back without reading the body. */
  discard(): Promise<void>;
}
