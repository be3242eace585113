import type { Descriptor, Manifest } from '#registry';
import { buildArtifact, dockerLayer, digestOf, type Artifact, type ArtifactFile } from '../manifest/build.ts';
import { buildModelPack, modelPackLayer } from '../manifest/build-model-pack.ts';
import { mediaTypes } from '../manifest/media-types.ts';
import { isObject, parsedObject } from '../manifest/read-config.ts';
import type { ModelConfig } from '../types.ts';
import { artifactFilesOf, kindOf } from '../manifest/layer-kinds.ts';
import { contextNotInModelPack } from './request.ts';

/** A stored model, as its publisher wrote it and as it is read. */
export interface Original {
  readonly manifestBytes: Uint8Array;
  readonly configBytes: Uint8Array;
  readonly manifest: Manifest;
  readonly config: ModelConfig;
  /** Unix seconds. */
  readonly created: number;
}

export interface Changes {
  /** Added; a projector or template takes the place of the one there was. */
  readonly files: readonly ArtifactFile[];
  readonly contextSize?: number | undefined;
  readonly format?: 'docker' | 'cncf' | undefined;
}

/**
 * A variant of a model. In the original's own format everything that is not changed stays as it was written, unknown fields
 * included; no change at all gives the same bytes.
 * @throws AppError `request.invalid`
 */
export function deriveArtifact(original: Original, changes: Changes): Artifact {
  const own = original.manifest.config.mediaType === mediaTypes.configModelPack ? 'cncf' : 'docker';
  const format = changes.format ?? own;
  if (format === 'cncf' && changes.contextSize !== undefined) throw contextNotInModelPack();
  return format === own ? rewritten(original, { ...changes, format }) : converted(original, { ...changes, format });
}

function converted(
  { manifest, config, created }: Original,
  { files, contextSize, format }: Changes & { format: 'docker' | 'cncf' },
): Artifact {
  const kept = artifactFilesOf(manifest).filter(({ kind }) => !isReplaced(kind, files));
  const notes = {
    config: { ...config, ...(contextSize === undefined ? {} : { context_size: contextSize }) },
    created: new Date(created * 1000),
    layout: config.format === 'safetensors' ? 'v0.2' : 'v0.1',
  } as const;
  return format === 'cncf' ? buildModelPack([...kept, ...files], notes) : buildArtifact([...kept, ...files], notes);
}

function rewritten(
  { manifest, manifestBytes, configBytes }: Original,
  { files, contextSize, format }: Changes & { format: 'docker' | 'cncf' },
): Artifact {
  if (files.length === 0 && contextSize === undefined) {
    return { id: digestOf(manifestBytes), manifest: manifestBytes, config: configBytes };
  }
  const raw = parsedObject(manifestBytes);
  const rawLayers = Array.isArray(raw['layers']) ? (raw['layers'] as readonly unknown[]) : [];
  const kept = rawLayers.filter((_, index) => {
    const layer = manifest.layers[index];
    return layer !== undefined && !isReplaced(kindOf(layer), files);
  });
  const keptDigests = manifest.layers.filter((layer) => !isReplaced(kindOf(layer), files)).map(({ digest }) => digest);
  const diffIds = [...keptDigests, ...files.map(({ digest }) => digest)];
  const added: readonly Descriptor[] = files.map(format === 'cncf' ? modelPackLayer : dockerLayer);
  const config = json(withDiffIds(withContext(parsedObject(configBytes), contextSize), diffIds));
  const rawConfig = isObject(raw['config']) ? raw['config'] : {};
  const bytes = json({
    ...raw,
    config: { ...rawConfig, size: config.length, digest: digestOf(config) },
    layers: [...kept, ...added],
  });
  return { id: digestOf(bytes), manifest: bytes, config };
}

function isReplaced(kind: ArtifactFile['kind'], files: readonly ArtifactFile[]): boolean {
  return (kind === 'mmproj' || kind === 'chatTemplate') && files.some((file) => file.kind === kind);
}

type Fields = Readonly<Record<string, unknown>>;

function withContext(config: Fields, contextSize: number | undefined): Fields {
  if (contextSize === undefined) return config;
  const inner = isObject(config['config']) ? config['config'] : {};
  return { ...config, config: { ...inner, context_size: contextSize } };
}

// Layers are stored as they are, so their diff ids are their digests.
function withDiffIds(config: Fields, diffIds: readonly string[]): Fields {
  if (isObject(config['modelfs'])) return { ...config, modelfs: { ...config['modelfs'], diffIds } };
  const rootfs = isObject(config['rootfs']) ? config['rootfs'] : { type: 'rootfs' };
  return { ...config, rootfs: { ...rootfs, diff_ids: diffIds } };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
