import { readFile } from 'node:fs/promises';
import { AppError, writeFileAtomic, type Digest } from '#core';
import type { Descriptor } from '#registry';
import { digestOf } from '../manifest/build.ts';
import type { Store } from '../store/store.ts';
import type { Model } from '../types.ts';
import { textTypes } from './texts.ts';
import type { Derivation } from './types.ts';

type Json = Readonly<Record<string, unknown>>;

interface TextLayer {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
}

/**
 * Makes a model of another one that shares its files and has texts of its own. It is an artifact like any other: tags,
 * removal, push and pull carry the texts along.
 */
export async function deriveModel(store: Store, source: Digest, derivation: Derivation): Promise<Model> {
  const { manifest } = await store.record(source);
  const added = textLayers(derivation);
  const replaced = new Set(
    [
      derivation.instructions === undefined ? undefined : textTypes.instructions,
      derivation.chatTemplate === undefined ? undefined : textTypes.chatTemplate,
    ].filter((type) => type !== undefined),
  );
  const kept = manifest.layers.filter(({ mediaType }) => !replaced.has(mediaType));
  const layers = [...kept, ...added.map(({ descriptor }) => descriptor)];
  const config = encode(withLayers(await readJson(store.paths.blob(manifest.config.digest)), layers));
  const bytes = encode({
    ...(await readJson(store.paths.manifest(source))),
    config: { ...manifest.config, digest: digestOf(config), size: config.length },
    layers,
  });
  for (const { descriptor, bytes: text } of added) await writeFileAtomic(store.paths.blob(descriptor.digest), text);
  const published = await store.publish({ manifest: bytes, config, tag: derivation.target });
  if ('model' in published) return published.model;
  throw new AppError('model.not_found', `Model ${source} was removed while another was made from it.`, {
    params: { model: source },
  });
}

function textLayers({ instructions, licences = [], chatTemplate }: Derivation): readonly TextLayer[] {
  return [
    ...(chatTemplate === undefined ? [] : [textLayer(textTypes.chatTemplate, Buffer.from(chatTemplate))]),
    ...licences.map((licence) => textLayer(textTypes.licence, Buffer.from(licence))),
    ...(instructions === undefined ? [] : [textLayer(textTypes.instructions, encode(instructions))]),
  ];
}

function textLayer(mediaType: string, bytes: Uint8Array): TextLayer {
  return { descriptor: { mediaType, size: bytes.length, digest: digestOf(bytes) }, bytes };
}

// Docker's configs list the layers under `rootfs`, ModelPack's under `modelfs`.
function withLayers(config: Json, layers: readonly Descriptor[]): Json {
  const digests = layers.map(({ digest }) => digest);
  return 'modelfs' in config
    ? { ...config, modelfs: { type: 'layers', diffIds: digests } }
    : { ...config, rootfs: { type: 'rootfs', diff_ids: digests } };
}

async function readJson(path: string): Promise<Json> {
  const value: unknown = JSON.parse(await readFile(path, 'utf8'));
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function encode(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
