import type { Digest } from '#core';
import type { Derivation, TextKind, Uploads } from './derive/types.ts';

/** Where a pull may take a model from. `auto` tries the reference's own place, then the built-in table if the settings allow. */
export type SourceChoice = 'auto' | 'registry' | 'huggingface' | 'packages' | 'file';

/** The part of a model config people read (contract model-runner §4.2), as `GET /models` shows it. */
export interface ModelConfig {
  readonly format: 'gguf' | 'safetensors' | 'diffusers';
  readonly quantization?: string | undefined;
  readonly parameters?: string | undefined;
  readonly architecture?: string | undefined;
  readonly size?: string | undefined;
  readonly gguf?: Readonly<Record<string, string>> | undefined;
  readonly safetensors?: Readonly<Record<string, string>> | undefined;
  readonly diffusers?: Readonly<Record<string, string>> | undefined;
  /** snake_case as on the wire: this object is printed as it is. */
  readonly context_size?: number | undefined;
}

export interface Model {
  /** sha256 of the manifest. */
  readonly id: Digest;
  /** Fully qualified: `docker.io/ai/smollm2:latest`. Empty when untagged. */
  readonly tags: readonly string[];
  /** Unix seconds, from the config's `descriptor.created`. */
  readonly created: number;
  readonly config: ModelConfig;
  /** Bytes of all layers and the config. */
  readonly sizeBytes: number;
}

/** Files a runtime needs, as absolute paths into the store. Weights are blobs themselves or hard links to them. */
export interface ModelBundle {
  readonly id: Digest;
  /** First shard when there are several. */
  readonly modelPath: string;
  /** Folder with all files of a safetensors model, as runtimes that load folders want it; none for GGUF. */
  readonly directory?: string | undefined;
  readonly mmprojPath?: string | undefined;
  readonly chatTemplatePath?: string | undefined;
  readonly config: ModelConfig;
  readonly header: GgufHeader;
  /** Bytes of the weight files, all shards together. */
  readonly weightBytes: number;
}

export interface BundleOptions {
  /** Formats the caller can run; GGUF alone when absent. Others are refused with `model.unsupported`. */
  readonly formats?: readonly ModelConfig['format'][] | undefined;
}

/** What planning needs from a GGUF header; unknown fields are undefined. */
export interface GgufHeader {
  readonly version: number;
  readonly architecture: string;
  readonly name?: string | undefined;
  /** MOSTLY_Q4_1 style, contract §4.2. */
  readonly quantization?: string | undefined;
  readonly parameterCount?: number | undefined;
  readonly trainedContext?: number | undefined;
  readonly blockCount?: number | undefined;
  readonly embeddingLength?: number | undefined;
  readonly headCount?: number | undefined;
  /** Per block where the file says so, else the same for all. */
  readonly headCountKv?: number | readonly number[] | undefined;
  readonly keyLength?: number | undefined;
  readonly valueLength?: number | undefined;
  readonly vocabularySize?: number | undefined;
  readonly slidingWindow?: number | undefined;
  /** Set when the file is an embedding or reranking model: `none`, `mean`, `cls`, `last`, `rank`. */
  readonly pooling?: string | undefined;
  readonly hasChatTemplate: boolean;
  /** Every scalar key and short array as text (contract §4.2 `gguf`). */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a pull tells while it runs; the last event is `done`. A failure is thrown, not sent. */
export type PullEvent =
  /** Text about what happens now, e.g. `Selected Q4_K_M quantization`. */
  | { readonly type: 'status'; readonly message: string }
  /** Something the user must know: what is used instead of what was asked, and why. */
  | {
      readonly type: 'warning';
      readonly code: WarningCode;
      readonly message: string;
      readonly params: Readonly<Record<string, string | number>>;
    }
  | {
      readonly type: 'progress';
      /** Digest of the layer, or of the file path while the digest is unknown. */
      readonly layer: string;
      readonly sizeBytes: number;
      readonly receivedBytes: number;
      /** Whole model. */
      readonly totalBytes: number;
    }
  | { readonly type: 'done'; readonly model: Model; readonly tag: string; readonly cached: boolean };

export type WarningCode =
  | 'fallback.used'
  | 'registry.unreachable'
  | 'mirror.skipped'
  | 'quantization.default'
  | 'offline.cached';

export interface PullOptions {
  readonly signal: AbortSignal;
  readonly source?: SourceChoice | undefined;
  readonly bearerToken?: string | undefined;
}

/** Where the weights of a new model come from. Paths are absolute. */
export type WeightsSource =
  /** A file, with all shards of its set. */
  | { readonly kind: 'gguf'; readonly path: string }
  /** A folder of safetensors files and what belongs to them. */
  | { readonly kind: 'safetensors'; readonly path: string }
  | { readonly kind: 'dduf'; readonly path: string }
  /** A model of the store, whose layers are shared. */
  | { readonly kind: 'model'; readonly reference: string };

export interface PackagingRequest {
  readonly source: WeightsSource;
  readonly mmproj?: string | undefined;
  readonly chatTemplate?: string | undefined;
  readonly licences?: readonly string[] | undefined;
  readonly contextSize?: number | undefined;
  /** The source model's own for a model of the store, else docker's. */
  readonly format?: 'docker' | 'cncf' | undefined;
  /** What the new model is called. */
  readonly target: string;
}

/** A model as an OCI tar (contract model-runner §4.6): the same bytes for the same model. */
export interface ModelArchive {
  readonly model: Model;
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface Loaded {
  readonly model: Model;
  /** The tag it was given, in full; none when none was asked for. */
  readonly tag: string | undefined;
}

/** What removing a model by one of its names would do. */
export interface Removal {
  /** Names it keeps: only the one that was named goes. */
  readonly keptNames: readonly string[];
  /** Names of other models that have files in common with it; those files stay. */
  readonly sharedWith: readonly string[];
  readonly freedBytes: number;
}

export type Removed = { readonly Untagged: string } | { readonly Deleted: string };

export interface Models {
  /** Single-flight: two pulls of one model share the transfer; it stops when the last caller aborts. */
  pull(reference: string, options: PullOptions): AsyncIterable<PullEvent>;
  /** Registers a GGUF on this disk without copying it where a hard link or reflink serves, and tags it. */
  importFile(path: string, options: { tag: string; signal: AbortSignal }): AsyncIterable<PullEvent>;
  /** Sorted by first tag. */
  list(): Promise<readonly Model[]>;
  /** One resolver for every door (contract §3): tag, digest, id, 12-digit id, partial name. @throws AppError `model.not_found`, `reference.invalid` */
  get(reference: string): Promise<Model>;
  /** Describes a model in its registry without pulling it. */
  getRemote(reference: string, options: { signal: AbortSignal; bearerToken?: string | undefined }): Promise<Model>;
  /** Verified, complete files of a model. @throws AppError `model.not_found`, `model.invalid_file`, `model.unsupported` */
  bundle(id: Digest, options?: BundleOptions): Promise<ModelBundle>;
  /** Untags, and deletes what no tag and no other model needs. @throws AppError `model.not_found`, `model.conflict` (several tags, not forced) */
  remove(reference: string, options: { force: boolean }): Promise<readonly Removed[]>;
  /** What `remove` would do, without force. @throws AppError `model.not_found` */
  removal(reference: string): Promise<Removal>;
  tag(source: string, target: string): Promise<{ readonly target: string }>;
  /**
   * Makes a model of files or of another model, and tags it. The same files give the same id, on every machine.
   * @throws AppError `request.invalid`, `source.not_found`, `model.not_found`, `model.invalid_file`, `model.unsupported`
   */
  package(request: PackagingRequest, options: { signal: AbortSignal }): AsyncIterable<PullEvent>;
  /** A variant of a model that differs in its config alone. @throws AppError as `package` does */
  repackage(source: string, options: { target: string; contextSize?: number | undefined }): Promise<Model>;
  /**
   * Uploads a model to the registry of its name. `receivedBytes` of progress is what the registry has.
   * @throws AppError `reference.invalid`, `model.not_found`, `source.*`
   */
  push(reference: string, options: { signal: AbortSignal; bearerToken?: string | undefined }): AsyncIterable<PullEvent>;
  /** Takes in an OCI tar; nothing of it stays when it is not whole and right. @throws AppError `model.invalid_file`, `model.unsupported` */
  load(tar: AsyncIterable<Uint8Array>, options: { signal: AbortSignal; tag?: string | undefined }): Promise<Loaded>;
  exportTar(reference: string): Promise<ModelArchive>;
  /** Deletes all models. @throws AppError `store.corrupt` when the folder is no model store */
  purge(): Promise<void>;
  /** Makes a model that shares the files of `source` and has texts of its own. @throws AppError `model.not_found`, `reference.invalid` */
  derive(source: string, derivation: Derivation): Promise<Model>;
  /** Texts that come with a model, in their order. @throws AppError `model.invalid_file` */
  texts(id: Digest, kind: TextKind): Promise<readonly string[]>;
  readonly uploads: Uploads;
  /** Bytes on disk, each inode counted once. */
  diskUsage(): Promise<number>;
}
