import { AppError } from '#core';
import type { Descriptor, Manifest } from '#registry';
import type { ArtifactFile, FileKind } from './build.ts';
import { classifyFile } from './classify.ts';
import { annotations, mediaTypes, modelPackTypes } from './media-types.ts';

const dockerKinds = new Map<string, FileKind>([
  [mediaTypes.gguf, 'gguf'],
  [mediaTypes.safetensors, 'safetensors'],
  [mediaTypes.dduf, 'dduf'],
  [mediaTypes.mmproj, 'mmproj'],
  [mediaTypes.chatTemplate, 'chatTemplate'],
  [mediaTypes.licence, 'licence'],
  [`${modelPackTypes.weight}safetensors`, 'safetensors'],
]);

/** What a layer is when it is unpacked, in any of the forms that are read (contract model-runner §4.1). */
export function kindOf(layer: Descriptor): FileKind {
  const mediaType = plainType(layer.mediaType);
  const typed = dockerKinds.get(mediaType);
  if (typed) return typed;
  const path = pathOf(layer) ?? '';
  const named = classifyFile(path);
  if (mediaType.startsWith(modelPackTypes.weight)) {
    const isGguf = named === 'gguf' || mediaType === `${modelPackTypes.weight}gguf`;
    return isGguf && isProjectorName(path) ? 'mmproj' : isGguf ? 'gguf' : named;
  }
  // Only weights of their own type are weights: a document may have any name.
  return named === 'chatTemplate' || named === 'licence' ? named : 'file';
}

/** The path of a layer as its publisher gave it: not to be trusted. */
export function pathOf({ mediaType, annotations: notes }: Descriptor): string | undefined {
  const path = notes?.[annotations.filepath];
  // Some publishers name the file as it was compressed.
  return packingOf({ mediaType }).compression === undefined ? path : path?.replace(/\.(gz|zst)$/, '');
}

function isProjectorName(path: string): boolean {
  return path
    .slice(path.lastIndexOf('/') + 1)
    .toLowerCase()
    .includes('mmproj');
}

const tarTypes = /(?:\.tar|^application\/vnd\.docker\.ai\.(?:vllm\.config|dir)\.tar)$/;
const compressed = /[.+](gz|gzip|zst|zstd)$/;

export type Compression = 'gzip' | 'zstd';

export interface Packing {
  readonly form: 'file' | 'tar';
  readonly compression: Compression | undefined;
}

/** How a layer's content is packed, by its type. */
export function packingOf({ mediaType }: Pick<Descriptor, 'mediaType'>): Packing {
  const [, suffix] = compressed.exec(mediaType) ?? [];
  const form = tarTypes.test(plainType(mediaType)) ? 'tar' : 'file';
  return { form, compression: suffix === undefined ? undefined : suffix.startsWith('gz') ? 'gzip' : 'zstd' };
}

/** Whether the blob of a layer is the file itself. */
export function isStoredRaw(layer: Descriptor): boolean {
  const { form, compression } = packingOf(layer);
  return form === 'file' && compression === undefined;
}

function plainType(mediaType: string): string {
  return mediaType.replace(compressed, '');
}

const plainNames: Readonly<Record<FileKind, string>> = {
  gguf: 'model.gguf',
  safetensors: 'model.safetensors',
  dduf: 'model.dduf',
  mmproj: 'mmproj.gguf',
  chatTemplate: 'chat_template.jinja',
  licence: 'LICENSE',
  file: 'file',
};

/** Name of a weight file that its layer does not give: by its place among its like when there are several. */
export function weightName(kind: FileKind, { index, count }: { index: number; count: number }): string {
  const plain = plainNames[kind];
  if (count === 1) return plain;
  const number = (value: number): string => String(value).padStart(5, '0');
  return plain.replace(/(\.[^.]*)$/, `-${number(index + 1)}-of-${number(count)}$1`);
}

/** The layers of a model as files, so that they can be put together in another form. @throws AppError `model.unsupported` */
export function artifactFilesOf({ layers }: Manifest): readonly ArtifactFile[] {
  return layers.map((layer) => {
    if (!isStoredRaw(layer)) throw packed(layer.mediaType);
    const kind = kindOf(layer);
    const like = layers.filter((other) => kindOf(other) === kind);
    const name = pathOf(layer) ?? weightName(kind, { index: like.indexOf(layer), count: like.length });
    return { kind, name, digest: layer.digest, sizeBytes: layer.size };
  });
}

function packed(mediaType: string): AppError {
  return new AppError(
    'model.unsupported',
    `The model's weights are packed as "${mediaType}", and cannot be put together in another form.`,
    {
      hint: 'Use a model whose layers are stored raw.',
      params: { reason: 'packed', actual: mediaType },
    },
  );
}
