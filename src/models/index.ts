export type { Derivation } from './derive/types.ts';
export type * from './types.ts';
export { createModels, type ModelsDeps } from './create-models.ts';
export { createModelLookUp } from './elsewhere/look-up.ts';
export type { Card, ModelLookUp, Variant, Variants } from './elsewhere/types.ts';
export { createUnfinished } from './store/unfinished.ts';
export { readGgufHeader } from './gguf/read-header.ts';
export type { FallbackSetting } from './pull/choose-sources.ts';
export { createPullPolicy, type PullPolicy, type VerifyRule } from './signing/pull-policy.ts';
export {
  createSigning,
  type Prepared,
  type SignedModel,
  type Signing,
  type WantedTrust,
} from './signing/create-signing.ts';
