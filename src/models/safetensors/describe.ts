import { z } from 'zod';
import { formatSize } from '#core';
import { formatParameters } from '../manifest/build.ts';
import type { ModelConfig } from '../types.ts';
import type { SafetensorsFile } from './read-header.ts';

// Contract model-runner §4.2, in the order in which they count.
const contextKeys = [
  'max_position_embeddings',
  'n_ctx',
  'n_positions',
  'max_length',
  'max_sequence_length',
  'model_max_length',
] as const;

const positive = z.number().int().positive().safe();

/** Config of a safetensors model from all its files and what its `config.json` says. */
export function configFromSafetensors(
  files: readonly SafetensorsFile[],
  modelConfig: Readonly<Record<string, unknown>>,
): ModelConfig {
  const parameters = files.reduce((sum, { parameterCount }) => sum + parameterCount, 0);
  const tensorBytes = files.reduce((sum, file) => sum + file.tensorBytes, 0);
  const metadata = Object.assign({}, ...files.map((file) => file.metadata)) as Record<string, string>;
  const architecture = z.string().min(1).safeParse(modelConfig['model_type']).data;
  const contextSize = contextKeys.map((key) => positive.safeParse(modelConfig[key]).data).find(Boolean);
  return {
    format: 'safetensors',
    quantization: typeName(new Set(files.flatMap(({ types }) => [...types]))),
    ...(parameters === 0 ? {} : { parameters: formatParameters(parameters) }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(tensorBytes === 0 ? {} : { size: formatSize(tensorBytes) }),
    ...(Object.keys(metadata).length === 0 ? {} : { safetensors: sorted(metadata) }),
    ...(contextSize === undefined ? {} : { context_size: contextSize }),
  };
}

function typeName(types: ReadonlySet<string>): string {
  const [only = 'unknown', ...others] = types;
  return others.length === 0 ? only : 'mixed';
}

function sorted(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
