import type { JsonObject } from './json.ts';

/** What a model brings to every conversation, in OpenAI's words. */
export interface ModelInstructions {
  readonly system: string | undefined;
  /** Turns that come before the client's. */
  readonly examples: readonly JsonObject[];
  readonly sampling: JsonObject;
  readonly contextSize: number | undefined;
}

export interface InstructionsSource {
  /** Undefined for a model that brings none, and for one that is not here. @throws AppError `model.invalid_file` */
  of(model: string): Promise<ModelInstructions | undefined>;
}

/** A limit on the answer has several names; the client's wins under any of them. */
const limits = ['max_tokens', 'max_completion_tokens', 'n_predict'];

/** A request with what its model brings, where the client says nothing of its own; the same object for a model that brings nothing. */
export function instruct(fields: JsonObject, instructions: ModelInstructions | undefined): JsonObject {
  if (!instructions) return fields;
  const missing = Object.entries(instructions.sampling).filter(([name]) => {
    const names = limits.includes(name) ? limits : [name];
    return names.every((one) => fields[one] == null);
  });
  const { messages } = fields;
  return {
    ...fields,
    ...Object.fromEntries(missing),
    ...(Array.isArray(messages) ? { messages: conversation(messages, instructions) } : {}),
  };
}

/** System messages stay in front of everything: many templates take them nowhere else. */
function conversation(messages: readonly JsonObject[], { system, examples }: ModelInstructions): readonly JsonObject[] {
  const first = messages.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const end = first === -1 ? messages.length : first;
  const given = messages.slice(0, end);
  const own = given.length === 0 && system ? [{ role: 'system', content: system }] : [];
  return [...own, ...given, ...examples, ...messages.slice(end)];
}
