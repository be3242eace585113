import { AppError } from '#core';
import type { HuggingFaceFile } from '../types.ts';

export interface SafetensorsChoice {
  /** All shards, in order. */
  readonly weights: readonly HuggingFaceFile[];
  /** What a server reads beside them: configurations, tokenizer, chat template. */
  readonly companions: readonly HuggingFaceFile[];
}

const shard = /^(.*)-(\d{5})-of-(\d{5})\.safetensors$/;

/** Files that servers read, by name; model cards, pictures, other formats' weights and programs are left where they are. */
const companion = /(^|\/)[^/]+\.(json|txt|vocab|jinja|model|tiktoken)$/i;

/** Folders of modules that sentence-transformers puts beside a model: `1_Pooling`. Others hold the same weights for other programs. */
const moduleFolder = /^\d+_[A-Za-z]+\/[^/]+$/;

/**
 * The files of the one model that a repository without GGUF holds. Undefined when there are no safetensors files either.
 * @throws AppError `source.not_found` for missing shards, `model.unsupported` for what is no model of its own
 */
export function chooseSafetensors(all: readonly HuggingFaceFile[], repository: string): SafetensorsChoice | undefined {
  const files = all.filter(({ path }) => !path.includes('/') || moduleFolder.test(path));
  const isWeights = ({ path }: HuggingFaceFile): boolean => path.toLowerCase().endsWith('.safetensors');
  const atRoot = files.filter((file) => isWeights(file) && !file.path.includes('/'));
  if (atRoot.length === 0 && !all.some(isWeights)) return undefined;
  const named = (path: string): boolean => files.some((file) => file.path === path);
  if (atRoot.length === 0 || named('model_index.json')) throw unsupported(repository, 'pipeline');
  if (named('adapter_config.json') && !named('config.json')) throw unsupported(repository, 'adapter');
  const weights = [...oneSet(atRoot, repository), ...files.filter((file) => isWeights(file) && !atRoot.includes(file))];
  return {
    weights,
    companions: files.filter(({ path }) => companion.test(path)).toSorted(byPath),
  };
}

/** A repository may hold its weights twice, as `model…` for everybody and `consolidated…` for one program. */
function oneSet(weights: readonly HuggingFaceFile[], repository: string): readonly HuggingFaceFile[] {
  const usual = weights.filter(({ path }) => /^model(-\d{5}-of-\d{5})?\.safetensors$/.test(path));
  const chosen = usual.length > 0 ? usual : weights;
  const shards = chosen.filter(({ path }) => shard.test(path));
  // Whole beside shards is the same model again.
  const whole = chosen.filter(({ path }) => !shard.test(path));
  if (usual.length > 0 && whole.length > 0) return whole;
  for (const { path } of shards) {
    const [, stem = '', , count = '0'] = shard.exec(path) ?? [];
    const missing = Array.from({ length: Number(count) }, (_, index) => shardName(stem, index + 1, count)).filter(
      (name) => !shards.some((one) => one.path === name),
    );
    if (missing.length > 0) throw incomplete(repository, missing);
  }
  return chosen.toSorted(byPath);
}

function shardName(stem: string, index: number, count: string): string {
  return `${stem}-${String(index).padStart(5, '0')}-of-${count}.safetensors`;
}

function byPath(a: HuggingFaceFile, b: HuggingFaceFile): number {
  return a.path < b.path ? -1 : 1;
}

function incomplete(repository: string, missing: readonly string[]): AppError {
  const names = missing.slice(0, 5).join(', ');
  return new AppError('source.not_found', `${repository} lacks parts of its weights: ${names}.`, {
    hint: 'Tell the publisher, or choose another repository of the model.',
    params: { reason: 'safetensors_incomplete', repository, missing: names },
  });
}

const kinds = {
  pipeline: 'a pipeline of several models, which no runtime here serves',
  adapter: 'an adapter that changes another model, and not a model of its own',
} as const;

function unsupported(repository: string, kind: keyof typeof kinds): AppError {
  return new AppError('model.unsupported', `${repository} holds ${kinds[kind]}.`, {
    hint: 'Choose a repository with the weights of one model.',
    params: { reason: `safetensors_${kind}`, repository },
  });
}
