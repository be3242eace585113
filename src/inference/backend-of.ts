import { AppError } from '#core';
import type { ModelConfig } from '#models';
import type { BackendName } from './types.ts';

/** Formats that some backend serves. */
export const runnableFormats: readonly ModelConfig['format'][] = ['gguf', 'safetensors'];

/** The format decides what runs a model (contract model-runner §5.6). */
export function backendOf(format: ModelConfig['format']): BackendName {
  return format === 'gguf' ? 'llama.cpp' : 'vllm';
}

/** A client may name a backend where the format leaves a choice; safetensors run with vLLM whatever it says. @throws AppError `request.invalid` */
export function checkNamed({ alias, backend }: { alias: string; backend: BackendName }, named: BackendName): void {
  if (named === backend || backend === 'vllm') return;
  throw new AppError('request.invalid', `${alias} is a GGUF model, which runs with ${backend}, not with ${named}.`, {
    hint: `Use /engines/${backend}, or leave the backend out of the path.`,
    params: { reason: 'named_backend', param: 'backend', model: alias, backend, named },
  });
}
