import { distributionOf, type Distribution } from '../facts/base-images.ts';
import { readImageReference, type ImageReference } from '../facts/image-reference.ts';
import { flagValue, type Dockerfile, type Instruction, type Word } from '../source/model.ts';
import { expand, platformArgs, type Variable } from './variables.ts';

export interface Stage {
  readonly index: number;
  /** As written; undefined without AS. */
  readonly name: Word | undefined;
  readonly from: Instruction;
  readonly image: ImageReference;
  readonly platform: string | undefined;
  /** The stage that FROM continues. */
  readonly parent: Stage | undefined;
  /** Without FROM. */
  readonly instructions: readonly Instruction[];
  /** Of the image at the root of its chain. */
  readonly distribution: Distribution;
  /** Nothing that is built by default needs it when false. */
  isReachable: boolean;
  readonly variables: readonly Variable[];
}

export interface Stages {
  readonly all: readonly Stage[];
  readonly final: Stage | undefined;
  readonly globalArgs: readonly Variable[];
  /** Before the first FROM. */
  readonly head: readonly Instruction[];
}

export function readStages(file: Dockerfile): Stages {
  const firstFrom = file.instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const head = firstFrom === -1 ? file.instructions : file.instructions.slice(0, firstFrom);
  const globalArgs = head.flatMap(variablesOf);
  const all: Stage[] = [];
  const byName = new Map<string, Stage>();
  for (const group of splitAtFrom(firstFrom === -1 ? [] : file.instructions.slice(firstFrom))) {
    const stage = readStage(group, { index: all.length, globalArgs, byName });
    if (!stage) continue;
    all.push(stage);
    if (stage.name) byName.set(stage.name.text.toLowerCase(), stage);
  }
  const final = all.at(-1);
  if (final) markReachable(final, { all, byName });
  return { all, final, globalArgs, head };
}

function splitAtFrom(instructions: readonly Instruction[]): Instruction[][] {
  const groups: Instruction[][] = [];
  for (const instruction of instructions) {
    if (instruction.keyword === 'FROM') groups.push([instruction]);
    else groups.at(-1)?.push(instruction);
  }
  return groups;
}

const maxInherited = 500;

interface Before {
  readonly index: number;
  readonly globalArgs: readonly Variable[];
  readonly byName: ReadonlyMap<string, Stage>;
}

function readStage([from, ...instructions]: readonly Instruction[], before: Before): Stage | undefined {
  if (!from) return undefined;
  const lookup = (name: string): string | undefined =>
    before.globalArgs.findLast((one) => one.name === name)?.value ?? undefined;
  const written = from.words[0]?.text ?? '';
  const image = readImageReference(expand(written.replaceAll(/^["']|["']$/g, ''), lookup));
  const parent = before.byName.get(written.toLowerCase());
  const as = from.words[1]?.text.toLowerCase() === 'as' ? from.words[2] : undefined;
  const platform = flagValue(from, 'platform');
  return {
    index: before.index,
    name: as,
    from,
    image,
    platform: platform === undefined ? undefined : expand(platform, lookup),
    parent,
    instructions,
    distribution: parent ? parent.distribution : distributionOf(image),
    isReachable: false,
    variables: [
      ...(parent?.variables.filter(({ kind }) => kind === 'ENV').slice(-maxInherited) ?? []),
      ...stageVariables(instructions, before),
    ],
  };
}

function stageVariables(instructions: readonly Instruction[], { globalArgs }: Before): Variable[] {
  return instructions.flatMap(variablesOf).map((variable) => {
    if (variable.kind !== 'ARG' || variable.value !== undefined) return variable;
    // `ARG X` in a stage takes the default of the global `ARG X=…`.
    const value = globalArgs.findLast(({ name }) => name === variable.name)?.value;
    return { ...variable, value };
  });
}

function variablesOf(instruction: Instruction): Variable[] {
  const { keyword } = instruction;
  if (keyword !== 'ARG' && keyword !== 'ENV') return [];
  return instruction.properties.map(({ name, value }) => ({
    name,
    value,
    kind: keyword,
    from: instruction.end,
    instruction,
  }));
}

/** The stages that COPY, ADD and mounts of a stage read from, as written. */
export function sourcesOf(instruction: Instruction): string[] {
  return instruction.flags.flatMap(({ name, value = '' }) => {
    if (name === 'from') return [value];
    if (name !== 'mount') return [];
    const from = /(?:^|,)from=([^,]+)/.exec(value)?.[1];
    return from === undefined ? [] : [from];
  });
}

export function findStage(stages: readonly Stage[], written: string): Stage | undefined {
  if (/^\d+$/.test(written)) return stages[Number(written)];
  return stages.findLast(({ name }) => name?.text.toLowerCase() === written.toLowerCase());
}

function markReachable(
  final: Stage,
  { all, byName }: { all: readonly Stage[]; byName: ReadonlyMap<string, Stage> },
): void {
  const waiting = [final];
  for (let stage = waiting.pop(); stage; stage = waiting.pop()) {
    if (stage.isReachable) continue;
    stage.isReachable = true;
    if (stage.parent) waiting.push(stage.parent);
    for (const instruction of stage.instructions) {
      for (const source of sourcesOf(instruction)) {
        const used = /^\d+$/.test(source) ? all[Number(source)] : byName.get(source.toLowerCase());
        if (used) waiting.push(used);
      }
    }
  }
}

/** The value of a variable for an instruction that begins at an offset. */
export function valueAt(stage: Stage, name: string, offset: number): string | undefined {
  return stage.variables.findLast((one) => one.name === name && one.from <= offset)?.value;
}

export function isDeclaredAt(stage: Stage, name: string, offset: number): boolean {
  return stage.variables.some((one) => one.name === name && one.from <= offset) || platformArgs.has(name);
}
