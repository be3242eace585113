export type * from './types.ts';
export { createLlamaCppBackend, type LineSink, type LlamaCppOptions, type LoadLimits } from './backends/llama-cpp.ts';
export { parseRuntimeFlags, splitRuntimeFlags, type RuntimeFlag } from './backends/runtime-flags.ts';
