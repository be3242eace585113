import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { AppError, digestFromHex, type Digest } from '#core';
import {
  formatReference,
  type Descriptor,
  type ExtractMember,
  type HuggingFace,
  type HuggingFaceRepository,
  type Manifest,
  type MirrorSkipped,
  type NpmRegistry,
  type OciRegistry,
  type PackageFile,
  type PythonIndex,
} from '#registry';
import { memoryBlob, type MemoryBlobOptions } from './memory-blob.ts';

export function sha256(bytes: Uint8Array): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

/** A layer as it is put into the fake registry. */
export interface LayerFixture {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly filepath?: string;
}

/** Registries, Hugging Face and package indexes in memory, with switches for what can go wrong. */
export class ModelSources {
  /** Thrown by every contact with the OCI registry. */
  registryFailure: Error | undefined;
  /** A registry that accepts and never answers. */
  registryHangs = false;
  huggingFaceFailure: Error | undefined;
  pythonFailure: Error | undefined;
  blobOptions = new Map<Digest, MemoryBlobOptions>();
  readonly opened: { digest: Digest; startByte: number }[] = [];
  readonly asked: string[] = [];
  /** What each request to the OCI registry had to show: of the manifest, the config, every blob. */
  readonly tokens: (string | undefined)[] = [];
  readonly #manifests = new Map<string, Buffer>();
  readonly #blobs = new Map<Digest, Buffer>();
  readonly #repositories = new Map<string, HuggingFaceRepository>();
  readonly #files = new Map<string, Buffer>();
  readonly #packages = new Map<string, { files: PackageFile[] }>();
  readonly #members = new Map<string, Buffer>();

  /** Puts a model under `host/name:tag` and returns its id. */
  addModel(
    name: string,
    layers: readonly LayerFixture[],
    { config = defaultConfig, configType = v1Config }: { config?: object; configType?: string } = {},
  ): Digest {
    const configBytes = Buffer.from(JSON.stringify(config));
    const manifest: Manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: this.#add(configBytes, configType),
      layers: layers.map(({ bytes, mediaType, filepath }) => ({
        ...this.#add(bytes, mediaType),
        ...(filepath !== undefined && { annotations: { 'org.cncf.model.filepath': filepath } }),
      })),
    };
    const bytes = Buffer.from(JSON.stringify(manifest));
    this.#manifests.set(name, bytes);
    this.#manifests.set(sha256(bytes), bytes);
    return sha256(bytes);
  }

  #add(bytes: Buffer, mediaType: string): Descriptor {
    this.#blobs.set(sha256(bytes), bytes);
    return { mediaType, digest: sha256(bytes), size: bytes.length };
  }

  addRepository(repository: string, files: Readonly<Record<string, Buffer>>, lfs: readonly string[]): void {
    const entries = Object.entries(files);
    for (const [path, bytes] of entries) this.#files.set(`${repository}/${path}`, bytes);
    this.#repositories.set(repository, {
      repository,
      revision: 'c'.repeat(40),
      lastModified: '2026-01-02T03:04:05.000Z',
      files: entries.map(([path, bytes]) => ({
        path,
        sizeBytes: bytes.length,
        digest: lfs.includes(path) ? sha256(bytes) : undefined,
      })),
    });
  }

  /** A package whose archive is `archive` and whose one member unpacks to `content`. */
  addPackage(
    name: string,
    { version, member, content }: { version: string; member: string; content: Buffer },
  ): PackageFile {
    const archive = Buffer.from(`archive of ${name} ${version}`);
    const filename = `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`;
    const digest = sha256(archive);
    this.#members.set(member, content);
    const blob = memoryBlob(archive, { label: filename, onOpen: () => this.asked.push(`package ${filename}`) });
    const file: PackageFile = { filename, version, digest, blob };
    const known = this.#packages.get(name) ?? { files: [] };
    known.files.push(file);
    this.#packages.set(name, known);
    return file;
  }

  /** Mirrors that the next manifest is asked of in vain. */
  brokenMirrors: readonly string[] = [];
  readonly #mirrorListeners = new Set<(skipped: MirrorSkipped) => void>();

  readonly registry: OciRegistry = {
    onMirrorSkipped: (listener) => {
      this.#mirrorListeners.add(listener);
      return () => this.#mirrorListeners.delete(listener);
    },
    resolveManifest: async (reference, { signal, bearerToken }) => {
      this.tokens.push(bearerToken);
      const { tag: _tag, ...untagged } = reference;
      const name = reference.digest ?? formatReference(reference);
      this.asked.push(`manifest ${formatReference(reference.digest ? untagged : reference)}`);
      const error = new AppError('source.unreachable', 'The mirror does not answer.');
      for (const mirror of this.brokenMirrors)
        for (const listener of this.#mirrorListeners) listener({ mirror, error });
      if (this.registryHangs) await aborted(signal);
      if (this.registryFailure) throw this.registryFailure;
      const bytes = this.#manifests.get(name);
      if (!bytes) throw new AppError('source.not_found', `There is no ${name}.`);
      const manifest: Manifest = JSON.parse(bytes.toString());
      return { digest: sha256(bytes), bytes, manifest };
    },
    tags: async ({ registry, repository }) => {
      if (this.registryFailure) throw this.registryFailure;
      const beginning = `${registry}/${repository}:`;
      const names = [...this.#manifests.keys()].filter((name) => name.startsWith(beginning));
      return { tags: names.map((name) => name.slice(beginning.length)), isCut: false };
    },
    blob: (_reference, { digest }, { bearerToken } = {}) => {
      this.tokens.push(bearerToken);
      return memoryBlob(this.#blobs.get(digest) ?? Buffer.alloc(0), {
        label: digest,
        ...this.blobOptions.get(digest),
        onOpen: (startByte) => this.opened.push({ digest, startByte }),
      });
    },
    readBlob: async (_reference, { descriptor, bearerToken }) => {
      this.tokens.push(bearerToken);
      const bytes = this.#blobs.get(descriptor.digest);
      if (!bytes) throw new AppError('source.not_found', `There is no ${descriptor.digest}.`);
      return bytes;
    },
    pushBlob: () => Promise.reject(new Error('nothing is pushed here')),
    pushManifest: () => Promise.reject(new Error('nothing is pushed here')),
  };

  readonly huggingFace: HuggingFace = {
    repository: async (name) => {
      this.asked.push(`repository ${name}`);
      if (this.huggingFaceFailure) throw this.huggingFaceFailure;
      const found = this.#repositories.get(name);
      if (!found) throw new AppError('source.not_found', `There is no repository ${name}.`);
      return found;
    },
    blob: ({ repository }, { path }) => {
      const bytes = this.#files.get(`${repository}/${path}`) ?? Buffer.alloc(0);
      return memoryBlob(bytes, {
        label: path,
        onOpen: (startByte) => this.opened.push({ digest: sha256(bytes), startByte }),
      });
    },
    push: () => Promise.reject(new Error('nothing is pushed here')),
  };

  readonly python: PythonIndex = {
    files: async (distribution) => {
      this.asked.push(`index ${distribution}`);
      if (this.pythonFailure) throw this.pythonFailure;
      return this.#packages.get(distribution)?.files ?? [];
    },
  };

  readonly npm: NpmRegistry = {
    tarball: async (name) => {
      const [file] = this.#packages.get(name)?.files ?? [];
      if (!file) throw new AppError('source.not_found', `There is no npm package ${name}.`);
      return file;
    },
  };

  readonly extract: ExtractMember = async ({ member, destination, expected }) => {
    const content = this.#members.get(member);
    if (!content) throw new AppError('source.not_found', `The package has no ${member}.`);
    const digest = sha256(content);
    if (expected.digest !== undefined && expected.digest !== digest) {
      throw new AppError('source.digest_mismatch', `${member} is not what it should be.`);
    }
    await writeFile(destination, content);
    return { digest, sizeBytes: content.length };
  };
}

const v1Config = 'application/vnd.docker.ai.model.config.v0.1+json';
const defaultConfig = {
  config: { format: 'gguf', quantization: 'MOSTLY_Q4_1', parameters: '320', architecture: 'llama', size: '416B' },
  descriptor: { created: '2026-01-02T03:04:05Z' },
  rootfs: { type: 'rootfs', diff_ids: [] },
};

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
