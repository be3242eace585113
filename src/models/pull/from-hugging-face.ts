import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { AppError, formatSize } from '#core';
import { chooseHuggingFaceFiles, type HuggingFace, type HuggingFaceChoice, type HuggingFaceFile } from '#registry';
import { buildArtifact, configFromGguf, type ArtifactFile } from '../manifest/build.ts';
import { classifyFile } from '../manifest/classify.ts';
import { configFromSafetensors } from '../safetensors/describe.ts';
import { readModelConfig } from '../safetensors/model-config.ts';
import type { Store } from '../store/store.ts';
import type { ModelConfig } from '../types.ts';
import type { Blobs } from './blobs.ts';
import type { Acquired, LayerFetch, PullContext } from './context.ts';
import type { FetchLayers } from './layers.ts';
import { verifyGguf, verifySafetensors } from './verify.ts';

export interface HuggingFaceSourceDeps {
  readonly store: Store;
  readonly huggingFace: HuggingFace;
  readonly blobs: Blobs;
  readonly fetchLayers: FetchLayers;
}

export interface HuggingFaceRequest {
  /** In its owner's case. */
  readonly repository: string;
  readonly quantization: string;
  readonly tag: string;
}

/** Fetches one model of a Hugging Face repository (contract model-runner §4.7). The same revision gives the same id. */
export async function acquireFromHuggingFace(
  { store, huggingFace, blobs, fetchLayers }: HuggingFaceSourceDeps,
  request: HuggingFaceRequest,
  context: PullContext,
): Promise<Acquired> {
  const { signal, bearerToken, emit } = context;
  emit({ type: 'status', message: 'Fetching file list...' });
  const repository = await huggingFace.repository(request.repository, { signal, bearerToken });
  const choice = chooseHuggingFaceFiles(repository.files, {
    quantization: request.quantization,
    repository: repository.repository,
  });
  sayChoice(choice, context);

  const wanted = wantedFiles(choice);
  const total = wanted.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  emit({ type: 'status', message: `Found ${wanted.length} files (${formatSize(total)} total)` });
  const fetched = await fetchLayers(wanted.map(toLayer), context);
  emit({ type: 'status', message: 'Building model artifact...' });
  const files = wanted.map(({ kind, file }, index): ArtifactFile => {
    const stored = fetched[index];
    if (!stored) throw new AppError('internal', `The file ${file.path} was not fetched.`);
    // A folder keeps its paths; a GGUF model is its files, wherever they lay.
    return { kind, name: choice.format === 'gguf' ? basename(file.path) : file.path, ...stored };
  });
  const created = dateOf(repository.lastModified);
  const artifact =
    choice.format === 'gguf'
      ? buildArtifact(files, { config: await describeGguf(store, files), created })
      : buildArtifact(files, { config: await describeSafetensors(store, files), created, layout: 'v0.2' });
  return { manifest: artifact.manifest, config: artifact.config, tag: request.tag, name: request.tag };

  function toLayer({ kind, file }: WantedFile): LayerFetch {
    const source = huggingFace.blob(repository, file, { bearerToken });
    const { digest, sizeBytes } = file;
    return {
      label: digest ?? `sha256:${createHash('sha256').update(file.path).digest('hex')}`,
      digest,
      sizeBytes,
      fetch: (options) =>
        digest === undefined
          ? blobs.fetchUnnamed(source, { ...options, sizeBytes })
          : blobs.fetch({ ...options, source, digest, sizeBytes, isGguf: kind === 'gguf' || kind === 'mmproj' }),
    };
  }
}

interface WantedFile {
  readonly kind: ArtifactFile['kind'];
  readonly file: HuggingFaceFile;
}

function wantedFiles(choice: HuggingFaceChoice): readonly WantedFile[] {
  const { weights, mmproj, chatTemplate, companions = [] } = choice;
  if (choice.format === 'safetensors') {
    return [
      ...weights.map((file): WantedFile => ({ kind: 'safetensors', file })),
      ...companions.map((file): WantedFile => ({ kind: classifyFile(file.path), file })),
    ];
  }
  return [
    ...weights.map((file): WantedFile => ({ kind: 'gguf', file })),
    ...(mmproj ? [{ kind: 'mmproj', file: mmproj } as const] : []),
    ...(chatTemplate ? [{ kind: 'chatTemplate', file: chatTemplate } as const] : []),
  ];
}

async function describeGguf(store: Store, files: readonly ArtifactFile[]): Promise<ModelConfig> {
  const headers = [];
  for (const { kind, digest, name } of files) {
    if (kind !== 'gguf' && kind !== 'mmproj') continue;
    const header = await verifyGguf(store, { digest, name });
    if (kind === 'gguf') headers.push(header);
  }
  return configFromGguf(headers);
}

async function describeSafetensors(store: Store, files: readonly ArtifactFile[]): Promise<ModelConfig> {
  const headers = [];
  for (const { kind, digest, name } of files) {
    if (kind === 'safetensors') headers.push(await verifySafetensors(store, { digest, name }));
  }
  const described = files.find(({ name }) => name === 'config.json');
  return configFromSafetensors(headers, described ? await readModelConfig(store.paths.blob(described.digest)) : {});
}

function sayChoice({ format, quantization, isDefault, alternatives }: HuggingFaceChoice, { emit }: PullContext): void {
  if (format === 'safetensors') {
    emit({ type: 'status', message: 'Selected safetensors weights, which run with vLLM' });
    return;
  }
  emit({ type: 'status', message: `Selected ${quantization} quantization${isDefault ? ' (default)' : ''}` });
  if (!isDefault || alternatives.length === 0) return;
  const others = alternatives.map((offer) => `${offer.quantization} (${formatSize(offer.sizeBytes)})`).join(', ');
  emit({
    type: 'warning',
    code: 'quantization.default',
    message: `No quantization was named, so ${quantization} is used. Also available: ${others}.`,
    params: { quantization, alternatives: others },
  });
}

// A repository without a date still has to give the same id each time.
function dateOf(text: string): Date {
  const ms = Date.parse(text);
  return new Date(Number.isNaN(ms) ? 0 : ms);
}
