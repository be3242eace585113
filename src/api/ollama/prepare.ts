import type { OllamaInstructions } from '#contract';
import { AppError } from '#core';
import type { Model } from '#models';
import type { Exchange } from '../http/exchange.ts';
import type { JsonObject } from '../inference/engine.ts';
import type { RouteDeps } from '../route-sets.ts';
import { instructionsOf } from './instructions.ts';
import { samplingOf } from './options.ts';
import { keepAliveOf, modelNameOf, reportIgnored } from './request.ts';
import { traitsOf } from './traits.ts';

/** The fields that chat and generate share. */
export interface GenerationFields {
  readonly name?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly keep_alive?: string | number | null | undefined;
  readonly options?: JsonObject | null | undefined;
  readonly think?: boolean | string | null | undefined;
}

/** A request whose model is known, in our words. */
export interface Prepared {
  /** As the client wrote it. */
  readonly name: string;
  readonly model: Model;
  readonly instructions: OllamaInstructions;
  /** For `Engine` and `acquire`. */
  readonly place: {
    readonly model: string;
    readonly mode: 'completion';
    readonly keepAliveMs: number | undefined;
    readonly contextSize: number | undefined;
    readonly signal: AbortSignal;
  };
  readonly sampling: JsonObject;
  readonly thinking: JsonObject;
}

/** @throws AppError `request.invalid`, `model.not_found`, `inference.unsupported` */
export async function prepare(exchange: Exchange, fields: GenerationFields, deps: RouteDeps): Promise<Prepared> {
  const name = modelNameOf(fields, exchange);
  const keepAliveMs = keepAliveOf(fields.keep_alive);
  const thinking = thinkingOf(fields.think);
  const asked = samplingOf(fields.options ?? {});
  const model = await deps.models.get(name);
  const instructions = await instructionsOf(model, deps);
  if (fields.think) await requireCapability({ name, model, capability: 'thinking' }, deps);
  const { body, contextSize, ignored } = samplingOf({ ...instructions.parameters, ...fields.options });
  reportIgnored(exchange, [...new Set([...asked.ignored, ...ignored])]);
  return {
    name,
    model,
    instructions,
    place: { model: name, mode: 'completion', keepAliveMs, contextSize, signal: exchange.gone },
    sampling: body,
    thinking,
  };
}

const wanting = {
  thinking: { what: 'thinking', hint: 'Leave "think" out, or use a model that thinks.' },
  vision: { what: 'images', hint: 'Use a model with a projector (mmproj).' },
} as const;

/** @throws AppError `inference.unsupported` */
export async function requireCapability(
  { name, model, capability }: { name: string; model: Model; capability: keyof typeof wanting },
  deps: RouteDeps,
): Promise<void> {
  const { capabilities } = await traitsOf(model, deps);
  if (capabilities.includes(capability)) return;
  const { what, hint } = wanting[capability];
  throw new AppError('inference.unsupported', `"${name}" does not support ${what}.`, {
    hint,
    params: { reason: capability, model: name },
  });
}

const levels: ReadonlySet<string> = new Set(['low', 'medium', 'high']);

/** What templates read about thinking; nothing when the client leaves it to the model. */
function thinkingOf(think: boolean | string | null | undefined): JsonObject {
  if (think === null || think === undefined || think === '') return {};
  if (typeof think === 'boolean') return { chat_template_kwargs: { enable_thinking: think } };
  if (levels.has(think)) return { chat_template_kwargs: { enable_thinking: true, reasoning_effort: think } };
  throw new AppError('request.invalid', `"think" is not valid: ${think.slice(0, 50)}.`, {
    hint: 'Write true, false, "low", "medium" or "high".',
    params: { param: 'think', value: think.slice(0, 50) },
  });
}

export type Format =
  | { readonly kind: 'text' }
  | { readonly kind: 'json' }
  | { readonly kind: 'schema'; readonly schema: JsonObject };

/** @throws AppError `request.invalid` */
export function formatOf(format: string | JsonObject | null | undefined): Format {
  if (format === null || format === undefined || format === '') return { kind: 'text' };
  if (typeof format !== 'string') return { kind: 'schema', schema: format };
  if (format === 'json') return { kind: 'json' };
  throw new AppError('request.invalid', `"format" is not valid: ${format.slice(0, 50)}.`, {
    hint: 'Write "json", or a JSON schema as an object.',
    params: { param: 'format', value: format.slice(0, 50) },
  });
}

/** For chat completions. */
export function responseFormat(format: Format): JsonObject {
  switch (format.kind) {
    case 'text':
      return {};
    case 'json':
      return { response_format: { type: 'json_object' } };
    case 'schema':
      return {
        response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: format.schema, strict: true } },
      };
  }
}

/** The same for completions and infills, which take no `response_format`. */
export function constraint(format: Format): JsonObject {
  switch (format.kind) {
    case 'text':
      return {};
    case 'json':
      return { json_schema: { type: 'object' } };
    case 'schema':
      return { json_schema: format.schema };
  }
}

export function logprobsAsked({
  logprobs,
  top_logprobs: top,
}: {
  readonly logprobs?: boolean | null | undefined;
  readonly top_logprobs?: number | null | undefined;
}): JsonObject {
  if (!logprobs) return {};
  return top ? { logprobs, top_logprobs: top } : { logprobs };
}
