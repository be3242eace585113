/** Contract model-runner §4.1. */
export const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  configV1: 'application/vnd.docker.ai.model.config.v0.1+json',
  configV2: 'application/vnd.docker.ai.model.config.v0.2+json',
  configModelPack: 'application/vnd.cncf.model.config.v1+json',
  gguf: 'application/vnd.docker.ai.gguf.v3',
  safetensors: 'application/vnd.docker.ai.safetensors',
  mmproj: 'application/vnd.docker.ai.mmproj',
  chatTemplate: 'application/vnd.docker.ai.chat.template.jinja',
  licence: 'application/vnd.docker.ai.license',
  dduf: 'application/vnd.docker.ai.dduf',
  file: 'application/vnd.docker.ai.model.file',
  vllmConfigTar: 'application/vnd.docker.ai.vllm.config.tar',
  folderTar: 'application/vnd.docker.ai.dir.tar',
} as const;

/** CNCF ModelPack's own types; `weight` is followed by how the layer is packed, or in early artifacts by its format. */
export const modelPackTypes = {
  artifact: 'application/vnd.cncf.model.manifest.v1+json',
  weight: 'application/vnd.cncf.model.weight.v1.',
  rawWeight: 'application/vnd.cncf.model.weight.v1.raw',
  rawConfig: 'application/vnd.cncf.model.weight.config.v1.raw',
  rawDoc: 'application/vnd.cncf.model.doc.v1.raw',
} as const;

export const annotations = {
  filepath: 'org.cncf.model.filepath',
} as const;

export const supportedConfigTypes: readonly string[] = [
  mediaTypes.configV1,
  mediaTypes.configV2,
  mediaTypes.configModelPack,
];
