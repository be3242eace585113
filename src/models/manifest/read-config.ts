import { z } from 'zod';
import type { Descriptor, Manifest } from '#registry';
import type { ModelConfig } from '../types.ts';
import { annotations, mediaTypes } from './media-types.ts';

/** The part of a config file that is kept: what people read, and when the model was made. */
export interface ConfigFile {
  readonly config: ModelConfig;
  /** Unix seconds; 0 when the file does not say. */
  readonly created: number;
}

// Published configs carry whatever their tools wrote: a field of the wrong type counts as absent.
const text = z.string().min(1).optional().catch(undefined);
const texts = z.record(z.string(), z.string()).optional().catch(undefined);
const positive = z.number().int().positive().optional().catch(undefined);

const dockerConfig = z.object({
  config: z
    .object({
      format: text,
      quantization: text,
      parameters: text,
      architecture: text,
      size: text,
      gguf: texts,
      safetensors: texts,
      diffusers: texts,
      context_size: positive,
    })
    .optional()
    .catch(undefined),
  descriptor: z.object({ created: text }).optional().catch(undefined),
});

const modelPackConfig = z.object({
  descriptor: z.object({ createdAt: text }).optional().catch(undefined),
  config: z
    .object({ architecture: text, format: text, paramSize: text, precision: text, quantization: text })
    .optional()
    .catch(undefined),
  modelfs: z.unknown(),
});

/** Reads docker v0.1 and v0.2 configs and CNCF ModelPack configs (contract model-runner §4.2). */
export function readConfigFile(bytes: Uint8Array, manifest: Manifest): ConfigFile {
  const value = parsedObject(bytes);
  const isModelPack = manifest.config.mediaType === mediaTypes.configModelPack || looksLikeModelPack(value);
  return isModelPack ? fromModelPack(value, manifest) : fromDocker(value, manifest);
}

/** The JSON object in these bytes, or an empty one when there is none. */
export function parsedObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function looksLikeModelPack(value: object): boolean {
  const parsed = modelPackConfig.safeParse(value);
  if (!parsed.success) return false;
  const { config, descriptor, modelfs } = parsed.data;
  return modelfs !== undefined || config?.paramSize !== undefined || descriptor?.createdAt !== undefined;
}

function fromDocker(value: object, manifest: Manifest): ConfigFile {
  const { config = {}, descriptor } = dockerConfig.parse(value);
  return {
    config: compact({ ...config, format: formatOf(config.format, manifest.layers) }),
    created: unixSeconds(descriptor?.created),
  };
}

function fromModelPack(value: object, manifest: Manifest): ConfigFile {
  const { config = {}, descriptor } = modelPackConfig.parse(value);
  return {
    config: compact({
      format: formatOf(config.format, manifest.layers),
      quantization: config.quantization ?? config.precision,
      parameters: config.paramSize,
      architecture: config.architecture,
    }),
    created: unixSeconds(descriptor?.createdAt),
  };
}

function formatOf(stated: string | undefined, layers: readonly Descriptor[]): ModelConfig['format'] {
  const format = stated?.toLowerCase();
  if (format === 'gguf' || format === 'safetensors' || format === 'diffusers') return format;
  if (layers.some((layer) => names(layer, 'safetensors'))) return 'safetensors';
  return layers.some((layer) => names(layer, 'dduf')) ? 'diffusers' : 'gguf';
}

function names({ mediaType, annotations: notes }: Descriptor, kind: string): boolean {
  return mediaType.endsWith(`.${kind}`) || (notes?.[annotations.filepath] ?? '').toLowerCase().endsWith(`.${kind}`);
}

// The object is printed as it is: an absent field must not appear as a key.
function compact(config: ModelConfig): ModelConfig {
  const { format, ...rest } = config;
  return { format, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) };
}

function unixSeconds(text: string | undefined): number {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? 0 : Math.floor(ms / 1000);
}
