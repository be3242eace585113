import { engineRules } from '../rules/engine.ts';
import type { Rule } from '../rules/rule.ts';
import type { EvidenceLine } from '../types.ts';
import type { BuildRule } from './build-rule.ts';
import { compiledRules } from './compiled-rules.ts';
import { dockerfileRules } from './dockerfile-rules.ts';
import { imageRules } from './image-rules.ts';
import { nodeRules } from './node-rules.ts';
import { packageRules } from './package-rules.ts';
import { pythonRules } from './python-rules.ts';
import { hasBuilt, readBuild } from './read-build.ts';
import { systemRules } from './system-rules.ts';

export const buildRules: readonly BuildRule[] = [
  ...dockerfileRules,
  ...imageRules,
  ...packageRules,
  ...pythonRules,
  ...nodeRules,
  ...compiledRules,
  ...systemRules,
];

/** What a build, and the Engine while it builds, can fail of; undefined where the output is none of a build. */
export function rulesForBuild(output: readonly EvidenceLine[]): readonly Rule[] | undefined {
  // What was printed on the way to an image is the cause of nothing.
  if (hasBuilt(output)) return [];
  const build = readBuild(output);
  if (!build) return undefined;
  return [...buildRules.map(({ id, find }): Rule => ({ id, find: () => find(build) })), ...engineRules];
}
