import { AppError, type Digest } from '#core';
import type { Model, ModelBundle } from '#models';
import type { ApiOptions } from '../types.ts';

export type Capability = 'completion' | 'tools' | 'insert' | 'vision' | 'embedding' | 'thinking';

/** What a model is able to do, as far as its files say. */
export interface Traits {
  readonly capabilities: readonly Capability[];
  /** Jinja; undefined when the model brings none. */
  readonly template: string | undefined;
  /** The header of its weights as JSON; empty for weights that are not GGUF. */
  readonly info: Readonly<Record<string, unknown>>;
}

type Deps = Pick<ApiOptions, 'models'>;

/** @throws AppError `model.*` for files that cannot be used at all */
export async function traitsOf({ id }: Model, { models }: Deps): Promise<Traits> {
  const bundle = await bundleOf(id, models);
  if (!bundle) return { capabilities: ['completion'], template: undefined, info: {} };
  const { header } = bundle;
  const [packaged] = await models.texts(id, 'chatTemplate');
  const template = packaged ?? header.metadata['tokenizer.chat_template'];
  return { capabilities: capabilitiesOf(bundle, template), template, info: modelInfo(header) };
}

// Weights of another format have no header to ask.
async function bundleOf(id: Digest, models: Deps['models']): Promise<ModelBundle | undefined> {
  try {
    return await models.bundle(id);
  } catch (error) {
    if (error instanceof AppError && error.code === 'model.unsupported') return undefined;
    throw error;
  }
}

const encoders: ReadonlySet<string | undefined> = new Set(['mean', 'cls', 'rank']);
const thinkingWords = /enable_thinking|reasoning_content|reasoning_effort|<think>/;

export function capabilitiesOf(
  { header, mmprojPath }: Pick<ModelBundle, 'header' | 'mmprojPath'>,
  template: string | undefined,
): readonly Capability[] {
  const { pooling, metadata } = header;
  const generates = !encoders.has(pooling);
  const fills = Object.keys(metadata).some((key) => /^tokenizer\.ggml\.(fim_pre|prefix)_token_id$/.test(key));
  const found: readonly (readonly [Capability, boolean])[] = [
    ['completion', generates],
    // Calls are made for every chat model, also where its template knows no tools.
    ['tools', generates && template !== undefined],
    ['insert', generates && fills],
    ['vision', mmprojPath !== undefined],
    ['embedding', pooling !== undefined && pooling !== 'none' && pooling !== 'rank'],
    ['thinking', generates && template !== undefined && thinkingWords.test(template)],
  ];
  return found.flatMap(([name, has]) => (has ? [name] : []));
}

const numbersOfGeneral = new Set([
  'general.alignment',
  'general.file_type',
  'general.quantization_version',
  'general.parameter_count',
]);

/** Headers are kept as text; clients expect the numbers and truth values they were. Names and versions stay text. */
export function modelInfo({ metadata, parameterCount }: ModelBundle['header']): Readonly<Record<string, unknown>> {
  const info: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(metadata)) {
    // It has a field of its own.
    if (key === 'tokenizer.chat_template') continue;
    info[key] = isWord(key) ? text : valueOf(text);
  }
  if (parameterCount !== undefined) info['general.parameter_count'] = parameterCount;
  return info;
}

function isWord(key: string): boolean {
  return (key.startsWith('general.') && !numbersOfGeneral.has(key)) || /^tokenizer\.ggml\.(model|pre)$/.test(key);
}

function valueOf(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true';
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) return text;
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}
