import { cacheChecks } from './cache.ts';
import { facts } from './catalogue-facts.ts';
import { maintainChecks } from './maintain.ts';
import { portableChecks } from './portable.ts';
import { instructionChecks } from './practice-instructions.ts';
import { shellChecks } from './practice-shell.ts';
import { startChecks } from './practice-start.ts';
import { reproduceChecks } from './reproduce.ts';
import { resourceChecks } from './resources.ts';
import { downloadChecks } from './security-downloads.ts';
import { rightsChecks } from './security-rights.ts';
import { secretChecks } from './security-secrets.ts';
import { shellDefects } from './shell-defects.ts';
import { layerSizeChecks } from './size-layers.ts';
import { packageSizeChecks } from './size-packages.ts';
import type { Check, DimensionId, Rule } from './types.ts';

const dimensions: Readonly<Record<string, DimensionId>> = {
  CAC: 'cache',
  SEC: 'security',
  SIZ: 'size',
  BP: 'best-practice',
  MNT: 'maintainability',
  REP: 'reproducibility',
  POR: 'portability',
  RES: 'resources',
};

const checks: Readonly<Record<string, Check>> = {
  ...cacheChecks,
  ...secretChecks,
  ...downloadChecks,
  ...rightsChecks,
  ...packageSizeChecks,
  ...layerSizeChecks,
  ...startChecks,
  ...instructionChecks,
  ...shellChecks,
  BP22: shellDefects,
  ...maintainChecks,
  ...reproduceChecks,
  ...portableChecks,
  ...resourceChecks,
};

/** All rules, in the order of the catalogue. */
export const catalogue: readonly Rule[] = Object.entries(facts).flatMap(([id, known]) => {
  const check = checks[id];
  const dimension = dimensions[id.replace(/\d+$/, '')];
  return check && dimension ? [{ id, dimension, check, ...known }] : [];
});
