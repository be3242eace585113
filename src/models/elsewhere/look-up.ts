import { AppError } from '#core';
import { listQuantizations, type DockerHub, type HuggingFace, type OciRegistry } from '#registry';
import { planPull, type PullPlan } from '../pull/choose-sources.ts';
import { describeRemote } from '../remote.ts';
import { cardOnHuggingFace } from './card.ts';
import type { Card, ModelLookUp, Variant, Variants } from './types.ts';

export interface LookUpDeps {
  readonly registry: OciRegistry;
  readonly huggingFace: HuggingFace;
  readonly dockerHub: DockerHub;
  readonly defaultRegistry?: string | undefined;
}

/** Registries of others are asked for two small files a tag. */
const mostDescribed = 40;
const askedAtOnce = 4;

/** Says what there is of a model where it comes from, without a pull. */
export function createModelLookUp(deps: LookUpDeps): ModelLookUp {
  const plan = (reference: string): PullPlan =>
    planPull(reference, { source: 'auto', fallback: 'forbid', defaultRegistry: deps.defaultRegistry });
  return {
    async variants(reference, { signal }) {
      const planned = plan(reference);
      if (planned.kind === 'huggingface') return await onHuggingFace(deps, planned.request.repository, signal);
      if (planned.kind !== 'registry') throw notThere(reference);
      const { registry, repository } = planned.reference;
      if (registry === 'docker.io') return await onDockerHub(deps, repository, signal);
      return await inRegistry(deps, planned, signal);
    },
    async card(reference, { signal }) {
      const planned = plan(reference);
      if (planned.kind === 'huggingface')
        return await cardOnHuggingFace(deps.huggingFace, planned.request.repository, signal);
      if (planned.kind !== 'registry' || planned.reference.registry !== 'docker.io') return noCard;
      return {
        text: await deps.dockerHub.description(planned.reference.repository, { signal }),
        origin: 'Docker Hub',
      };
    },
  };
}

const noCard: Card = { text: '', origin: '' };

async function onHuggingFace({ huggingFace }: LookUpDeps, name: string, signal: AbortSignal): Promise<Variants> {
  const { repository, files } = await huggingFace.repository(name, { signal });
  const variants = listQuantizations(files).map(({ quantization, sizeBytes }): Variant => ({
    name: `hf.co/${repository}:${quantization}`,
    quantization,
    sizeBytes,
  }));
  return { variants, isCut: false };
}

async function onDockerHub({ dockerHub }: LookUpDeps, repository: string, signal: AbortSignal): Promise<Variants> {
  const { tags, isCut } = await dockerHub.tags(repository, { signal });
  const variants = tags.map(({ name, sizeBytes, digest }): Variant => ({
    name: `${repository}:${name}`,
    quantization: quantizationIn(name),
    sizeBytes,
    id: digest,
  }));
  return { variants, isCut };
}

async function inRegistry(
  { registry }: LookUpDeps,
  { reference }: PullPlan & { kind: 'registry' },
  signal: AbortSignal,
): Promise<Variants> {
  const { tags, isCut } = await registry.tags(reference, { signal });
  const variants: Variant[] = [];
  const left = tags.slice(0, mostDescribed).entries();
  const worker = async (): Promise<void> => {
    for (const [at, tag] of left) variants[at] = await describe(tag);
  };
  await Promise.all(Array.from({ length: askedAtOnce }, worker));
  return { variants, isCut: isCut || tags.length > mostDescribed };

  async function describe(tag: string): Promise<Variant> {
    const name = `${reference.registry}/${reference.repository}:${tag}`;
    try {
      const plan = planPull(name, { source: 'auto', fallback: 'forbid' });
      const { id, config, sizeBytes } = await describeRemote(registry, plan, { signal });
      const { quantization, parameters } = config;
      return { name, id, sizeBytes, quantization, parameters };
    } catch (error) {
      // One tag may be no model, such as a signature; the others are.
      if (signal.aborted || !(error instanceof AppError)) throw error;
      return { name, problem: error };
    }
  }
}

/** Publishers write it at the end of the tag: `360M-Q4_K_M`. */
function quantizationIn(tag: string): string | undefined {
  return /(?:^|[-_.])((?:UD-)?I?Q\d\w*|MXFP4\w*|BF16|F16|F32)$/i.exec(tag)?.[1];
}

function notThere(reference: string): AppError {
  return new AppError(
    'source.not_allowed',
    `${reference} comes from one file or package: there is nothing to choose.`,
    {
      params: { reference },
    },
  );
}
