import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '#core';
import { readGgufFile } from '../gguf/read-header.ts';
import { describeFile, localFile, realFile, type LocalFile } from '../import/local-file.ts';
import { modelFiles } from '../import/shards.ts';
import { configFromGguf, type ArtifactNotes, type FileKind } from '../manifest/build.ts';
import { classifyFile } from '../manifest/classify.ts';
import { configFromSafetensors } from '../safetensors/describe.ts';
import { readModelConfig } from '../safetensors/model-config.ts';
import { readSafetensors } from '../safetensors/read-header.ts';
import type { ModelConfig, PackagingRequest, WeightsSource } from '../types.ts';
import { listFolder } from '../list-folder.ts';

/** A file that will be a layer. */
export interface Ingredient {
  readonly kind: FileKind;
  /** What the model calls it. */
  readonly name: string;
  readonly file: LocalFile;
}

export interface Gathered {
  readonly ingredients: readonly Ingredient[];
  readonly config: ModelConfig;
  readonly layout: NonNullable<ArtifactNotes['layout']>;
}

type FileSource = Exclude<WeightsSource, { kind: 'model' }>;

/** Finds the files of new weights and describes them from their headers; nothing is read whole yet. @throws AppError */
export async function gatherWeights(source: FileSource): Promise<Gathered> {
  switch (source.kind) {
    case 'gguf':
      return await gatherGguf(source.path);
    case 'safetensors':
      return await gatherFolder(source.path);
    case 'dduf':
      return await gatherDduf(source.path);
  }
}

/** What is added to weights: projector, template, licences, in this order. */
export async function gatherExtras({
  mmproj,
  chatTemplate,
  licences = [],
}: Pick<PackagingRequest, 'mmproj' | 'chatTemplate' | 'licences'>): Promise<readonly Ingredient[]> {
  if (mmproj !== undefined) await readGgufFile(await realFile(mmproj), { name: basename(mmproj) });
  return await Promise.all([
    ...(mmproj === undefined ? [] : [ingredient('mmproj', mmproj)]),
    ...(chatTemplate === undefined ? [] : [ingredient('chatTemplate', chatTemplate)]),
    ...licences.map((path) => ingredient('licence', path)),
  ]);
}

async function gatherGguf(path: string): Promise<Gathered> {
  await realFile(path);
  const ingredients = await Promise.all((await modelFiles(path)).map((shard) => ingredient('gguf', shard)));
  const headers = await Promise.all(ingredients.map(({ file, name }) => readGgufFile(file.path, { name })));
  return { ingredients, config: configFromGguf(headers), layout: 'v0.1' };
}

async function gatherFolder(folder: string): Promise<Gathered> {
  const root = await realFile(folder);
  const names = await listFolder(root).catch((error: unknown) => {
    throw error instanceof AppError ? error : notAFolder(folder, error);
  });
  const ingredients = await Promise.all(
    names.map(async (name): Promise<Ingredient> => ({
      kind: classifyFile(name),
      name,
      file: await describeFile(join(root, name)),
    })),
  );
  const weights = ingredients.filter(({ kind }) => kind === 'safetensors');
  if (weights.length === 0) throw withoutWeights(folder);
  const files = await Promise.all(weights.map(({ file }) => readSafetensors(file.path)));
  return {
    ingredients,
    config: configFromSafetensors(files, await readModelConfig(join(root, 'config.json'))),
    layout: 'v0.2',
  };
}

async function gatherDduf(path: string): Promise<Gathered> {
  const found = await ingredient('dduf', path);
  if (found.file.sizeBytes === 0) throw notDduf(found.name);
  const file = await open(found.file.path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    if (buffer.toString('latin1') !== 'PK\u0003\u0004') throw notDduf(found.name);
  } finally {
    await file.close();
  }
  return {
    ingredients: [found],
    config: { format: 'diffusers', architecture: 'diffusers', diffusers: { layout: 'dduf', dduf_file: found.name } },
    layout: 'v0.1',
  };
}

// The name is the one the user gave: what it links to may be called after its content.
async function ingredient(kind: FileKind, path: string): Promise<Ingredient> {
  return { kind, name: basename(path), file: await localFile(path) };
}

function notAFolder(path: string, cause: unknown): AppError {
  return new AppError('source.not_found', `${path} is not a folder that can be read.`, {
    hint: 'Give the folder that holds the safetensors files.',
    params: { path, reason: 'not_a_folder' },
    cause,
  });
}

function withoutWeights(path: string): AppError {
  return new AppError('model.invalid_file', `The folder ${path} holds no safetensors file.`, {
    hint: 'For a GGUF file, name the file itself with --gguf.',
    params: { reason: 'no_safetensors', path },
  });
}

function notDduf(file: string): AppError {
  return new AppError('model.invalid_file', `${file} is not a DDUF file: it is no zip archive.`, {
    params: { reason: 'dduf', file },
  });
}
