import { modelListBody, psBody, type ModelBody } from '#contract';
import { useMemo } from 'react';
import type { z } from 'zod';
import { displayName, useResource, type Resource } from '../../kit/index.ts';
import { sizeBytesOf } from './size-bytes.ts';

export type Runner = z.infer<typeof psBody>[number];

export interface LocalModel {
  readonly name: string;
  readonly id: string;
  readonly parameters: string | undefined;
  readonly quantization: string | undefined;
  readonly architecture: string | undefined;
  readonly contextSize: number | undefined;
  readonly size: string | undefined;
  /** For ordering. */
  readonly sizeBytes: number | undefined;
  readonly createdMs: number;
  readonly runner: Runner | undefined;
}

/** The store and what runs of it, together. */
export function useLocalModels(): Resource<readonly LocalModel[]> {
  const models = useResource({ path: '/models', schema: modelListBody, refreshMs: 5000 });
  const runners = useResource({ path: '/engines/ps', schema: psBody, refreshMs: 3000 });
  const data = useMemo(() => models.data && rowsOf(models.data, runners.data ?? []), [models.data, runners.data]);
  return { ...models, data };
}

/** A model without a name is shown by its id. */
export function rowsOf(models: readonly ModelBody[], runners: readonly Runner[]): readonly LocalModel[] {
  return models.flatMap((model) => {
    const { id, tags = [], config, created } = model;
    const runner = runners.find((one) => one.model_id === id);
    return (tags.length === 0 ? [id] : tags.map(displayName)).map((name) => ({
      name,
      id,
      parameters: config.parameters,
      quantization: config.quantization,
      architecture: config.architecture,
      contextSize: config.context_size ?? trainedContext(config),
      size: config.size,
      sizeBytes: sizeBytesOf(config.size),
      createdMs: created * 1000,
      runner,
    }));
  });
}

function trainedContext({ gguf, architecture }: ModelBody['config']): number | undefined {
  const text = gguf?.[`${architecture ?? ''}.context_length`];
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) ? value : undefined;
}
