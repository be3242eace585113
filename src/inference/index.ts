export type * from './types.ts';
export type { Guard } from './backends/guard.ts';
export { createLlamaCppBackend, type LineSink, type LlamaCppOptions, type LoadLimits } from './backends/llama-cpp.ts';
export { createRuntimes, type InstallableRuntimes, type RuntimesOptions } from './runtimes/runtimes.ts';
export { parseRuntimeFlags, splitRuntimeFlags, type RuntimeFlag } from './backends/runtime-flags.ts';
export { createInference, type InferenceDeps } from './inference.ts';
export { describeMachine, type Machine, type MachineSources } from './planning/machine.ts';
export { parseMemoryBudget } from './planning/parse-memory-budget.ts';
export type { InferenceSettings, ModelWishes } from './planning/settings.ts';
