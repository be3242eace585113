import { AppError, type Digest } from '#core';
import type { Model, ModelBundle } from '#models';
import type { Speculative } from '../types.ts';
import type { SpeculativeWishes } from './settings.ts';

/** A draft model whose files are here. */
export interface Draft {
  readonly bundle: ModelBundle;
  readonly speculative: Speculative;
}

export interface DraftSources {
  readonly find: (reference: string) => Promise<Model>;
  readonly bundleOf: (model: Model) => Promise<ModelBundle>;
}

/** Finds the draft model that the settings of `name` ask for. @throws AppError `settings.invalid` when it is not here */
export async function draftOf(name: string, wishes: SpeculativeWishes, sources: DraftSources): Promise<Draft> {
  const { draftModel, tokens, minAcceptanceRate } = wishes;
  const model = await found(name, draftModel, sources);
  const bundle = await sources.bundleOf(model);
  return { bundle, speculative: speculativeOf(model.id, { tokens, minAcceptanceRate }) };
}

async function found(name: string, draft: string, { find }: DraftSources): Promise<Model> {
  try {
    return await find(draft);
  } catch (cause) {
    if (!(cause instanceof AppError && cause.code === 'model.not_found')) throw cause;
    throw new AppError('settings.invalid', `The draft model ${draft} of ${name} is not here.`, {
      hint: `Pull it first: gantry pull ${draft}`,
      params: { reason: 'draft_not_found', model: name, draft },
      cause,
    });
  }
}

function speculativeOf(
  draftModel: Digest,
  { tokens, minAcceptanceRate }: Omit<SpeculativeWishes, 'draftModel'>,
): Speculative {
  return {
    draftModel,
    ...(tokens !== undefined && { tokens }),
    ...(minAcceptanceRate !== undefined && { minAcceptanceRate }),
  };
}
