import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, silentLog, systemClock } from '#core';
import { createModels, type FallbackSetting, type Models, type ModelsDeps, type PullEvent } from '#models';
import { ModelSources } from './model-sources.ts';
import { simpleTransfer } from './simple-transfer.ts';

/** A model store in a folder of its own, with all its sources in memory. */
export interface ModelsWorld {
  readonly folder: string;
  readonly sources: ModelSources;
  fallback: FallbackSetting;
  open(overrides?: Partial<ModelsDeps>): Promise<Models>;
  /** Path inside the store. */
  inStore(...names: string[]): string;
  blobNames(): Promise<string[]>;
  dispose(): Promise<void>;
}

export async function createModelsWorld(): Promise<ModelsWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'gantry-models-'));
  const sources = new ModelSources();
  const inStore = (...names: string[]): string => join(folder, 'store', ...names);
  const world: ModelsWorld = {
    folder,
    sources,
    fallback: 'allow',
    open: (overrides = {}) =>
      createModels({
        directory: inStore(),
        downloads: join(folder, 'downloads'),
        registry: sources.registry,
        huggingFace: sources.huggingFace,
        python: sources.python,
        npm: sources.npm,
        transfer: simpleTransfer,
        extract: sources.extract,
        settings: () => ({ fallback: world.fallback }),
        clock: systemClock,
        log: silentLog,
        ...overrides,
      }),
    inStore,
    blobNames: () => readdir(inStore('blobs', 'sha256')),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
  return world;
}

export async function allEvents(events: AsyncIterable<PullEvent>): Promise<PullEvent[]> {
  const list: PullEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

export async function pullResult(events: AsyncIterable<PullEvent>): Promise<Extract<PullEvent, { type: 'done' }>> {
  const last = (await allEvents(events)).at(-1);
  if (last?.type === 'done') return last;
  throw new Error('the pull did not end with done');
}

/** The AppError that a promise or a pull must end with. */
export async function failureOf(work: AsyncIterable<PullEvent> | Promise<unknown>): Promise<AppError> {
  const error: unknown = await (Symbol.asyncIterator in work ? allEvents(work) : work).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw new Error(`expected an AppError, got ${String(error)}`);
}
