import { toAppError } from '#core';
import type { InstructionsSource, ModelInstructions } from '../inference/instruct.ts';
import type { ApiOptions } from '../types.ts';
import { instructionsOf } from './instructions.ts';
import { openAiMessages } from './messages.ts';
import { samplingOf } from './options.ts';

const mostKept = 1000;

type Deps = Pick<ApiOptions, 'models' | 'storeRevision'>;

/** What models made by `/api/create` bring to the other APIs. Each is read once for each state of the store. */
export function createModelInstructions({ models, storeRevision }: Deps): InstructionsSource {
  let revision: number | undefined;
  const kept = new Map<string, ModelInstructions | undefined>();
  return {
    async of(model) {
      const now = storeRevision?.();
      if (now === undefined || now !== revision) kept.clear();
      revision = now;
      if (kept.has(model)) return kept.get(model);
      const found = await read(model, models);
      if (now === undefined || now !== revision) return found;
      if (kept.size >= mostKept) kept.clear();
      kept.set(model, found);
      return found;
    },
  };
}

async function read(name: string, models: Deps['models']): Promise<ModelInstructions | undefined> {
  try {
    const model = await models.get(name);
    const { system, messages = [], parameters } = await instructionsOf(model, { models });
    const { body: sampling, contextSize } = samplingOf(parameters ?? {});
    if (!system && messages.length === 0 && parameters === undefined) return undefined;
    return { system, examples: openAiMessages(messages), sampling, contextSize };
  } catch (error) {
    // Asking for a runner says it too, and in the words of that.
    if (notHere.has(toAppError(error).code)) return undefined;
    throw error;
  }
}

const notHere: ReadonlySet<string> = new Set(['model.not_found', 'reference.invalid']);
