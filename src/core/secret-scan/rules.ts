import { aiRules } from './rules-ai.ts';
import { cloudRules } from './rules-clouds.ts';
import { codeRules } from './rules-code.ts';
import { generalRules } from './rules-general.ts';
import { serviceRules } from './rules-services.ts';
import type { SecretRule } from './types.ts';

/** Everything we know, the precise before the general. */
export const secretRules: readonly SecretRule[] = [
  ...codeRules,
  ...cloudRules,
  ...aiRules,
  ...serviceRules,
  ...generalRules,
];
