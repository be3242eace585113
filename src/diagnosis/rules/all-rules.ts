import { databaseRules } from './databases.ts';
import { engineRules } from './engine.ts';
import { exitRules } from './exit.ts';
import { limitRules } from './limits.ts';
import { networkRules } from './network.ts';
import { programRules } from './program.ts';
import type { Rule } from './rule.ts';
import { serviceRules } from './services.ts';
import { storageRules } from './storage.ts';

export const rules: readonly Rule[] = [
  ...exitRules,
  ...limitRules,
  ...databaseRules,
  ...serviceRules,
  ...networkRules,
  ...storageRules,
  ...engineRules,
  ...programRules,
];
