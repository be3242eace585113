import { createHash } from 'node:crypto';
import { digestFromHex, formatIecSize, type Digest } from '#core';
import type { Descriptor } from '#registry';
import type { GgufFile } from '../gguf/describe.ts';
import type { ModelConfig } from '../types.ts';
import { annotations, mediaTypes } from './media-types.ts';

export type FileKind = 'gguf' | 'safetensors' | 'dduf' | 'mmproj' | 'chatTemplate' | 'licence' | 'file';

/** One file of a model to be, already hashed. */
export interface ArtifactFile {
  readonly kind: FileKind;
  /** Base name at its source, or path below the folder it came from. */
  readonly name: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

export interface Artifact {
  readonly id: Digest;
  readonly manifest: Uint8Array;
  readonly config: Uint8Array;
}

/** What an artifact says about its model besides the files. */
export interface ArtifactNotes {
  readonly config: ModelConfig;
  readonly created: Date;
  /** v0.1 is one weight file, or its shards; v0.2 is a folder, a layer a file. */
  readonly layout?: 'v0.1' | 'v0.2' | undefined;
}

/** Builds manifest and config of a model. The same files and date give the same bytes, hence the same id. */
export function buildArtifact(
  files: readonly ArtifactFile[],
  { config, created, layout = 'v0.1' }: ArtifactNotes,
): Artifact {
  return assemble({
    config: {
      config,
      descriptor: { created: created.toISOString() },
      rootfs: { type: 'rootfs', diff_ids: files.map(({ digest }) => digest) },
    },
    configType: layout === 'v0.1' ? mediaTypes.configV1 : mediaTypes.configV2,
    layers: files.map(dockerLayer),
  });
}

/** Puts a config and layers together. */
export function assemble({
  config,
  configType,
  layers,
  artifactType,
}: {
  config: unknown;
  configType: string;
  layers: readonly Descriptor[];
  artifactType?: string | undefined;
}): Artifact {
  const configBytes = json(config);
  const manifest = json({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    ...(artifactType === undefined ? {} : { artifactType }),
    config: {
      mediaType: configType,
      size: configBytes.length,
      digest: digestOf(configBytes),
    },
    layers,
  });
  return { id: digestOf(manifest), manifest, config: configBytes };
}

export function dockerLayer({ kind, name, digest, sizeBytes }: ArtifactFile): Descriptor {
  return { mediaType: mediaTypes[kind], size: sizeBytes, digest, annotations: { [annotations.filepath]: name } };
}

/** Config of a GGUF model from the headers of its shards (contract model-runner §4.2). */
export function configFromGguf(shards: readonly GgufFile[]): ModelConfig {
  const [first] = shards;
  if (!first) throw new RangeError('a model has at least one weight file');
  const { header } = first;
  const parameters = shards.reduce((sum, shard) => sum + (shard.header.parameterCount ?? 0), 0);
  const tensorBytes = shards.reduce((sum, shard) => sum + shard.tensorBytes, 0);
  return {
    format: 'gguf',
    ...(header.quantization === undefined ? {} : { quantization: header.quantization }),
    ...(parameters === 0 ? {} : { parameters: formatParameters(parameters) }),
    ...(header.architecture === '' ? {} : { architecture: header.architecture }),
    ...(tensorBytes === 0 ? {} : { size: formatIecSize(tensorBytes) }),
    gguf: header.metadata,
    ...(header.trainedContext === undefined ? {} : { context_size: header.trainedContext }),
  };
}

/** `134.52M`, `7.24B`, `512` (contract model-runner §4.2 `parameters`). */
export function formatParameters(count: number): string {
  for (const [unit, size] of [
    ['T', 1e12],
    ['B', 1e9],
    ['M', 1e6],
    ['K', 1e3],
  ] as const) {
    if (count >= size) return `${(count / size).toFixed(2)}${unit}`;
  }
  return String(count);
}

export function digestOf(bytes: Uint8Array): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
