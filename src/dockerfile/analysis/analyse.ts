import { readDockerignore, type Dockerignore } from '../context/dockerignore.ts';
import type { ProjectContext } from '../context/project.ts';
import { knownAsOf } from '../facts/end-of-life.ts';
import type { Dockerfile, Instruction } from '../source/model.ts';
import { parseDockerfile } from '../source/parse.ts';
import { dependencySteps, type DependencyStep } from './dependencies.ts';
import { installsOf, type Install } from './installs.ts';
import { defaultShell, readRun, type Run } from './runs.ts';
import { readStages, type Stage, type Stages } from './stages.ts';

/** What may differ between teams; every part has a default. */
export interface RatingSettings {
  /** `production` also asks for digests. */
  readonly profile: 'default' | 'production';
  /** Registries and repositories bases may come from; empty: any. */
  readonly trustedRegistries: readonly string[];
  /** Label keys that must be there; the rule about OCI labels asks for its own otherwise. */
  readonly requiredLabels: readonly string[];
  /** Day that ends of life are compared with. */
  readonly today: string;
  /** Days after which a newer digest of the same tag is worth a rebuild. */
  readonly maxBaseAgeDays: number;
}

export const defaultSettings: RatingSettings = {
  profile: 'default',
  trustedRegistries: [],
  requiredLabels: [],
  today: knownAsOf,
  maxBaseAgeDays: 30,
};

/** Everything rules ask about one file, computed once. */
export interface Analysis {
  readonly file: Dockerfile;
  readonly stages: Stages;
  /** Of stages that the build needs. */
  readonly runs: readonly Run[];
  readonly allRuns: readonly Run[];
  readonly installs: readonly Install[];
  /** What brings in the project's dependencies, or builds it. */
  readonly steps: readonly DependencyStep[];
  /** Instructions of stages that the build needs, ONBUILD's triggers in their place. */
  readonly instructions: readonly Placed[];
  readonly context: ProjectContext | undefined;
  readonly dockerignore: Dockerignore | undefined;
  readonly settings: RatingSettings;
  readonly isBuildKit: boolean;
}

export interface Placed {
  readonly instruction: Instruction;
  readonly stage: Stage;
  readonly isTrigger: boolean;
}

export function analyse(
  source: string,
  { context, settings = defaultSettings }: { context?: ProjectContext | undefined; settings?: RatingSettings } = {},
): Analysis {
  const file = parseDockerfile(source);
  const stages = readStages(file);
  const allRuns = stages.all.flatMap((stage) => runsOf(stage, file.source));
  const runs = allRuns.filter(({ stage }) => stage.isReachable);
  return {
    file,
    stages,
    allRuns,
    runs,
    installs: runs.flatMap(installsOf),
    steps: dependencySteps(runs),
    instructions: stages.all.filter(({ isReachable }) => isReachable).flatMap(placedOf),
    context,
    dockerignore: context?.dockerignore === undefined ? undefined : readDockerignore(context.dockerignore),
    settings,
    isBuildKit: usesBuildKit(file),
  };
}

function placedOf(stage: Stage): Placed[] {
  return stage.instructions.map((instruction) =>
    instruction.trigger
      ? { instruction: instruction.trigger, stage, isTrigger: true }
      : { instruction, stage, isTrigger: false },
  );
}

function runsOf(stage: Stage, source: string): Run[] {
  let shell = shellOf(stage.parent) ?? (stage.distribution === 'windows' ? ['cmd', '/S', '/C'] : defaultShell);
  const runs: Run[] = [];
  for (const instruction of stage.instructions) {
    if (instruction.keyword === 'SHELL' && instruction.json) shell = instruction.json;
    const run = instruction.trigger ?? instruction;
    if (run.keyword === 'RUN') runs.push(readRun(run, stage, { shell, source }));
  }
  return runs;
}

/** The shell that a stage ends with, when it sets one. */
export function shellOf(stage: Stage | undefined): readonly string[] | undefined {
  for (let one = stage; one; one = one.parent) {
    const set = one.instructions.findLast(({ keyword, json }) => keyword === 'SHELL' && json !== undefined);
    if (set?.json) return set.json;
  }
  return undefined;
}

const buildKitFlags: ReadonlySet<string> = new Set([
  'mount',
  'network',
  'security',
  'link',
  'parents',
  'exclude',
  'checksum',
  'keep-git-dir',
  'unpack',
]);

/** Something only BuildKit understands is used. */
function usesBuildKit(file: Dockerfile): boolean {
  return file.instructions.some(
    (one) =>
      one.heredocs.length > 0 ||
      one.flags.some(({ name }) => buildKitFlags.has(name) || (name === 'chmod' && one.keyword !== 'FROM')),
  );
}

/** Nobody puts more stages upon each other, and hostile files should not cost more. */
const maxChain = 50;

/** From the stage up to the image it starts from: the stage itself first. */
export function chainOf(stage: Stage): Stage[] {
  const chain: Stage[] = [];
  for (let one: Stage | undefined = stage; one && chain.length < maxChain; one = one.parent) chain.push(one);
  return chain;
}

/** The last instruction of a kind that holds for a stage, its parents included. */
export function effective(stage: Stage, keyword: string): Instruction | undefined {
  for (const one of chainOf(stage)) {
    const found = one.instructions.findLast((instruction) => instruction.keyword === keyword);
    if (found) return found;
  }
  return undefined;
}
