import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modelListBody, progressLine, type ProgressLine } from '#contract';
import { dockerRegistryMissing, smolLmWeights, startDockerRegistry, type DockerRegistry } from '#testing';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

const skopeoMissing =
  spawnSync('skopeo', ['--version'], { stdio: 'ignore' }).error === undefined ? undefined : 'skopeo is not on PATH';

describe('a model from its file to another machine, real weights through a real registry', () => {
  let maker: ModelDaemon;
  /** Another machine: a store of its own, empty but for what comes out of the registry. */
  let user: ModelDaemon;
  let registry: DockerRegistry;
  let weights = '';
  let skip = dockerRegistryMissing() ?? skopeoMissing;
  /** Each step goes on from what the one before it made. */
  let made: { readonly id: string; readonly tag: string };
  let tar: Buffer;

  beforeAll(async () => {
    maker = await startModelDaemon();
    user = await startModelDaemon();
    await fetch(`${user.url}/models/purge`, { method: 'DELETE' });
    skip ??= maker.skip;
    const found = await smolLmWeights();
    if ('path' in found) weights = found.path;
    if (skip === undefined) registry = await startDockerRegistry();
  });
  afterAll(async () => {
    await Promise.all([maker.stop(), user.stop()]);
    if (skip === undefined) await registry[Symbol.asyncDispose]();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  const post = (url: string, body: unknown): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    });

  async function lines(answer: Response): Promise<ProgressLine[]> {
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => progressLine.parse(JSON.parse(line)));
  }

  async function rawManifest(name: string): Promise<Buffer> {
    const { stdout } = await promisify(execFile)(
      'skopeo',
      ['inspect', '--raw', '--tls-verify=false', `docker://${name}`],
      { encoding: 'buffer' },
    );
    return stdout;
  }

  const sha256 = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

  it('is packaged without a second copy of its bytes, and pushed in one go', async () => {
    const target = `${registry.host}/mine/smollm2:v1`;
    const told = await lines(
      await post(`${maker.url}/gantry/package`, { gguf: weights, contextSize: 2048, target, push: true }),
    );
    expect(told.filter(({ type }) => type === 'success')).toHaveLength(1);
    expect(told.at(-1)).toMatchObject({
      type: 'success',
      message: 'Model pushed successfully',
      mode: 'push',
      tag: target,
    });
    const uploaded = told.filter(({ type, mode }) => type === 'progress' && mode === 'push').at(-1);
    expect(uploaded?.message).toMatch(/^Uploaded: [\d.]+ MB$/);
    made = { id: told.at(-1)?.id ?? '', tag: target };
    const blob = join(maker.home, 'models/blobs/sha256', (await layerOf(made.id)).slice('sha256:'.length));
    const [stored, original] = await Promise.all([stat(blob), stat(weights)]);
    expect(stored.ino === original.ino || stored.dev !== original.dev).toBe(true);
  });

  async function layerOf(id: string): Promise<string> {
    const manifest = JSON.parse((await rawManifest(`${registry.host}/mine/smollm2@${id}`)).toString()) as {
      layers: { digest: string }[];
    };
    return manifest.layers[0]?.digest ?? '';
  }

  it('has the digest that skopeo computes, and pushes nothing twice', async () => {
    expect(sha256(await rawManifest(made.tag))).toBe(made.id);
    const again = await lines(await post(`${maker.url}/models/${made.tag}/push`, {}));
    expect(again.at(-1)).toMatchObject({ type: 'success', id: made.id });
  });

  it('gets the same id from the same file in another store, although the file is packaged again', async () => {
    const [success] = (
      await lines(await post(`${user.url}/gantry/package`, { gguf: weights, contextSize: 2048, target: 'again' }))
    ).slice(-1);
    expect(success?.id).toBe(made.id);
    const purged = await fetch(`${user.url}/models/purge`, { method: 'DELETE' });
    expect([purged.status, await purged.text()]).toEqual([200, '']);
    expect(await (await fetch(`${user.url}/models`)).json()).toEqual([]);
  });

  it('is pulled into an empty store under the same id', async () => {
    const told = await lines(await post(`${user.url}/models/create`, { from: made.tag }));
    expect(told.at(-1)).toMatchObject({ type: 'success', tag: made.tag });
    const [model] = modelListBody.parse(await (await fetch(`${user.url}/models`)).json());
    expect(model).toMatchObject({ id: made.id, config: { context_size: 2048, architecture: 'llama' } });
  });

  it('answers there', async () => {
    const answer = await post(`${user.url}/v1/chat/completions`, {
      model: made.tag,
      max_tokens: 8,
      messages: [{ role: 'user', content: 'Say hello.' }],
    });
    const body = (await answer.json()) as { choices: { message: { content: string } }[] };
    expect(body.choices[0]?.message.content).not.toBe('');
  });

  it('is exported as a tar that says its size', async () => {
    const answer = await fetch(`${user.url}/models/${encodeURIComponent(made.tag)}/export`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/x-tar');
    tar = Buffer.from(await answer.arrayBuffer());
    expect(answer.headers.get('content-length')).toBe(String(tar.length));
  });

  it('is loaded from the tar under its id, and a tar that was cut off leaves nothing', async () => {
    await fetch(`${user.url}/models/purge`, { method: 'DELETE' });
    const load = (body: Buffer): Promise<Response> =>
      fetch(`${user.url}/models/load?tag=from-tar`, { method: 'POST', body: new Uint8Array(body) });
    const cut = await load(tar.subarray(0, 5_000_000));
    expect(cut.status).toBe(422);
    expect(await cut.text()).toMatch(/^error while loading model: /);
    expect(await (await fetch(`${user.url}/models`)).json()).toEqual([]);
    const [line] = await lines(await load(tar));
    expect(line).toMatchObject({
      type: 'success',
      message: 'Model loaded successfully',
      id: made.id,
      tag: 'docker.io/ai/from-tar:latest',
    });
  });

  it('goes through the registry in the CNCF format too, and answers from there', async () => {
    const target = `${registry.host}/mine/smollm2-cncf:v1`;
    const told = await lines(
      await post(`${maker.url}/gantry/package`, { from: made.tag, format: 'cncf', target, push: true }),
    );
    const id = told.at(-1)?.id;
    const raw = await rawManifest(target);
    expect(sha256(raw)).toBe(id);
    expect(JSON.parse(raw.toString())).toMatchObject({ artifactType: 'application/vnd.cncf.model.manifest.v1+json' });
    await lines(await post(`${user.url}/models/create`, { from: target }));
    const answer = await post(`${user.url}/v1/chat/completions`, {
      model: target,
      max_tokens: 4,
      messages: [{ role: 'user', content: 'Say hello.' }],
    });
    expect(answer.status, await answer.text()).toBe(200);
  });
});
