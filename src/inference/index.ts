export type * from './types.ts';
export type { Guard } from './backends/guard.ts';
export { createLlamaCppBackend, type LineSink, type LlamaCppOptions, type LoadLimits } from './backends/llama-cpp.ts';
export { backendOf } from './backend-of.ts';
export { backendByRuntime } from './backends/by-runtime.ts';
export {
  createContainerBackend,
  type ContainerBackend,
  type ContainerBackendOptions,
} from './containers/container-backend.ts';
export { createRuntimeImages, type RuntimeImages, type RuntimeImagesOptions } from './containers/runtime-images.ts';
export { createRuntimes, type InstallableRuntimes, type RuntimesOptions } from './runtimes/runtimes.ts';
export { parseRuntimeFlags, splitRuntimeFlags, type RuntimeFlag } from './backends/runtime-flags.ts';
export { checkHfOverrides, checkVllmFlags } from './backends/vllm-flags.ts';
export { createInference, type InferenceDeps } from './inference.ts';
export { describeMachine, type Machine, type MachineSources } from './planning/machine.ts';
export { parseMemoryBudget } from './planning/parse-memory-budget.ts';
export { wishesIn, type InferenceSettings, type ModelWishes, type ModeWishes } from './planning/settings.ts';
