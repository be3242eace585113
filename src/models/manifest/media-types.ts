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
} as const;

export const annotations = {
  filepath: 'org.cncf.model.filepath',
} as const;

export const supportedConfigTypes: readonly string[] = [
  mediaTypes.configV1,
  mediaTypes.configV2,
  mediaTypes.configModelPack,
];
