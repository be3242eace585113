import { dirname } from 'node:path';
import { readGgufFile } from './gguf/read-header.ts';
import { listFolder } from './list-folder.ts';
import { isChatTemplateName } from './manifest/classify.ts';
import { readSafetensors } from './safetensors/read-header.ts';
import type { GgufHeader, ModelConfig } from './types.ts';

/** What planning needs to know of weights, from the headers of their files. */
export async function readWeightHeader(weights: readonly string[], config: ModelConfig): Promise<GgufHeader> {
  switch (config.format) {
    case 'gguf':
      return await ggufHeader(weights);
    case 'safetensors':
      return await safetensorsHeader(weights, config);
    case 'diffusers':
      return described(config, { parameterCount: undefined, hasChatTemplate: false });
  }
}

async function ggufHeader(weights: readonly string[]): Promise<GgufHeader> {
  const files = await Promise.all(weights.map((path) => readGgufFile(path)));
  const [first] = files;
  if (!first) throw new RangeError('a bundle has weights');
  const parameterCount = files.reduce((sum, { header }) => sum + (header.parameterCount ?? 0), 0);
  return { ...first.header, parameterCount };
}

async function safetensorsHeader(weights: readonly string[], config: ModelConfig): Promise<GgufHeader> {
  const files = await Promise.all(weights.map((path) => readSafetensors(path)));
  const [first = ''] = weights;
  return described(config, {
    parameterCount: files.reduce((sum, file) => sum + file.parameterCount, 0),
    hasChatTemplate: (await listFolder(dirname(first))).some(isChatTemplateName),
  });
}

function described(
  { architecture = '', quantization, context_size: trainedContext }: ModelConfig,
  found: Pick<GgufHeader, 'parameterCount' | 'hasChatTemplate'>,
): GgufHeader {
  return { version: 0, architecture, quantization, trainedContext, metadata: {}, ...found };
}
