import type { Descriptor, Manifest } from '#registry';
import type { ArtifactFile, FileKind } from '../manifest/build.ts';
import { classifyFile } from '../manifest/classify.ts';
import { annotations, mediaTypes, modelPackTypes } from '../manifest/media-types.ts';

const dockerKinds = new Map<string, FileKind>([
  [mediaTypes.gguf, 'gguf'],
  [mediaTypes.safetensors, 'safetensors'],
  [mediaTypes.dduf, 'dduf'],
  [mediaTypes.mmproj, 'mmproj'],
  [mediaTypes.chatTemplate, 'chatTemplate'],
  [mediaTypes.licence, 'licence'],
]);

/** What a layer is, in any of the forms that are read. */
export function kindOf({ mediaType, annotations: notes }: Descriptor): FileKind {
  const docker = dockerKinds.get(mediaType);
  if (docker) return docker;
  const name = notes?.[annotations.filepath] ?? '';
  if (mediaType === `${modelPackTypes.weight}gguf` || classifyFile(name) === 'gguf') {
    return name
      .slice(name.lastIndexOf('/') + 1)
      .toLowerCase()
      .includes('mmproj')
      ? 'mmproj'
      : 'gguf';
  }
  if (mediaType === `${modelPackTypes.weight}safetensors`) return 'safetensors';
  return mediaType === modelPackTypes.rawDoc ? 'licence' : classifyFile(name);
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

/** The layers of a model as files, so that they can be put together in another form. */
export function artifactFilesOf({ layers }: Manifest): readonly ArtifactFile[] {
  const ggufs = layers.filter((layer) => kindOf(layer) === 'gguf');
  return layers.map((layer) => {
    const kind = kindOf(layer);
    const { digest, size } = layer;
    const name = layer.annotations?.[annotations.filepath] ?? unnamed(kind, ggufs.indexOf(layer), ggufs.length);
    return { kind, name, digest, sizeBytes: size };
  });
}

function unnamed(kind: FileKind, shard: number, count: number): string {
  if (kind !== 'gguf' || count === 1) return plainNames[kind];
  return `model-${String(shard + 1).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.gguf`;
}
