import type { ModelConfig } from '#models';
import type { BackendName } from './types.ts';

/** Formats that some backend serves. */
export const runnableFormats: readonly ModelConfig['format'][] = ['gguf', 'safetensors'];

/** The format decides what runs a model (contract model-runner §5.6). */
export function backendOf(format: ModelConfig['format']): BackendName {
  return format === 'gguf' ? 'llama.cpp' : 'vllm';
}
