import type { Descriptor } from '#registry';
import { assemble, type Artifact, type ArtifactFile, type ArtifactNotes } from './build.ts';
import { isChatTemplateName } from './classify.ts';
import { annotations, mediaTypes, modelPackTypes } from './media-types.ts';

/** As `buildArtifact`, in the form of CNCF ModelPack. The context size has no place there, so it must not be asked for. */
export function buildModelPack(files: readonly ArtifactFile[], { config, created }: ArtifactNotes): Artifact {
  const { architecture, format, parameters, quantization } = config;
  return assemble({
    config: {
      descriptor: { createdAt: created.toISOString() },
      modelfs: { type: 'layers', diffIds: files.map(({ digest }) => digest) },
      config: { architecture, format, paramSize: parameters, quantization },
    },
    configType: mediaTypes.configModelPack,
    artifactType: modelPackTypes.artifact,
    layers: files.map(modelPackLayer),
  });
}

export function modelPackLayer(file: ArtifactFile): Descriptor {
  const { digest, sizeBytes } = file;
  return {
    mediaType: typeOf(file),
    size: sizeBytes,
    digest,
    annotations: { [annotations.filepath]: speakingName(file) },
  };
}

function typeOf({ kind }: ArtifactFile): string {
  if (kind === 'licence') return modelPackTypes.rawDoc;
  return kind === 'chatTemplate' || kind === 'file' ? modelPackTypes.rawConfig : modelPackTypes.rawWeight;
}

// ModelPack has no types for projectors and templates: readers know them by their names.
function speakingName({ kind, name }: ArtifactFile): string {
  if (kind === 'mmproj' && !name.toLowerCase().includes('mmproj')) return `mmproj-${name}`;
  if (kind === 'chatTemplate' && !isChatTemplateName(name)) return 'chat_template.jinja';
  return name;
}
