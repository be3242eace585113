import { AppError } from '#core';
import { checkHfOverrides, checkVllmFlags, type BackendName } from '#inference';
import type { ConfigurePatch } from './read-patch.ts';

/** Refuses what the backend of the model would have to ignore. @throws AppError `request.invalid` */
export function checkForBackend(backend: BackendName, patch: ConfigurePatch): void {
  const { plain, speculative, vllm, model, mode } = patch;
  if (backend === 'llama.cpp') {
    if (vllm) throw notFor(backend, { model, param: 'vllm' });
    if (mode !== undefined && mode !== 'completion') {
      if (speculative) throw notInMode(mode, 'speculative');
      if (plain.reasoningBudget != null) throw notInMode(mode, 'llamacpp.reasoning-budget');
    }
    return;
  }
  if (plain.reasoningBudget != null) throw notFor(backend, { model, param: 'llamacpp' });
  checkVllmFlags(plain.runtimeFlags ?? []);
  checkHfOverrides(vllm?.hfOverrides ?? {});
}

function notFor(backend: BackendName, { model, param }: { model: string; param: string }): AppError {
  return new AppError('request.invalid', `"${param}" means nothing for ${model}, which runs with ${backend}.`, {
    hint: `Leave "${param}" out.`,
    params: { reason: 'other_backend', param, model, backend },
  });
}

function notInMode(mode: string, param: string): AppError {
  return new AppError('request.invalid', `"${param}" means nothing in the mode ${mode}.`, {
    hint: `Leave "${param}" out, or configure the mode completion.`,
    params: { reason: 'other_mode', param, mode },
  });
}
