export type { Derivation } from './derive/types.ts';
export type * from './types.ts';
export { createModels, type ModelsDeps } from './create-models.ts';
export { readGgufHeader } from './gguf/read-header.ts';
export type { FallbackSetting } from './pull/choose-sources.ts';
