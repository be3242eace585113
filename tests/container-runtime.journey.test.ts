import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { smolLmWeights, startTestDaemon, type TestDaemon } from '#testing';
import { dockerMissing } from './docker-engine.ts';
import { gantry, runCommand, temporaryDirectory } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';
import {
  llamaServerProgram,
  makeLlamaServerImage,
  makeVllmLikeImage,
  writeSafetensors,
  type RuntimeImage,
} from './runtime-image.ts';

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly User: string; readonly Cmd: readonly string[]; readonly Labels: Record<string, string> };
  readonly HostConfig: Record<string, unknown> & {
    readonly Mounts: readonly { Source: string; Target: string; ReadOnly?: boolean }[];
  };
}

describe('a daemon whose runtimes are container images', () => {
  let daemon: ModelDaemon;
  let images: readonly RuntimeImage[] = [];
  let next: TestDaemon | undefined;
  let url = '';
  let skip: string | undefined;

  beforeAll(async () => {
    const program = await llamaServerProgram();
    skip = (await dockerMissing()) ?? ('skip' in program ? program.skip : undefined);
    if (skip !== undefined || !('path' in program)) return;
    images = await Promise.all([makeLlamaServerImage(program.path), makeVllmLikeImage(program.path)]);
    const [server, vllm] = images.map(({ name }) => `container:${name}`);
    daemon = await startModelDaemon(
      {},
      { settings: `inference:\n  runtime: '${server}'\n  vllm: '${vllm}'\n  contextSize: 2048\n` },
    );
    skip = daemon.skip;
    url = daemon.url;
  });
  afterAll(async () => {
    await next?.stop();
    await daemon?.stop();
    await Promise.all(images.map((image) => image[Symbol.asyncDispose]()));
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  const ask = (body: object, { path = '/v1/chat/completions', signal }: { path?: string; signal?: AbortSignal } = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: daemon.model, ...body }),
      ...(signal && { signal }),
    });
  const chat = (content: string, more: object = {}): object => ({
    messages: [{ role: 'user', content }],
    max_tokens: 8,
    ...more,
  });
  const story = chat('Tell me a long story.', { stream: true, max_tokens: 1500, ignore_eos: true });

  /** Of every home: nobody else runs containers of these images. */
  async function containers(): Promise<readonly Inspected[]> {
    const ids = await Promise.all(
      images.map(async ({ name }) => {
        const { stdout } = await runCommand(['docker', 'ps', '-aq', '--no-trunc', '--filter', `ancestor=${name}`]);
        return stdout.split('\n').filter((id) => id !== '');
      }),
    );
    const all = ids.flat();
    if (all.length === 0) return [];
    return JSON.parse((await runCommand(['docker', 'inspect', ...all])).stdout) as Inspected[];
  }

  async function only(): Promise<Inspected> {
    const [first, ...others] = await containers();
    if (!first || others.length > 0) throw new Error(`there are ${others.length + (first ? 1 : 0)} containers`);
    return first;
  }

  async function rows(): Promise<readonly Record<string, unknown>[]> {
    return (await (await fetch(`${url}/engines/ps`)).json()) as Record<string, unknown>[];
  }

  it('answers from a container that can do nothing but answer', async () => {
    const answer = await ask(chat('Say hello.'));
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: expect.stringMatching(/\w/) } }] });

    const { HostConfig, Config, Name } = await only();
    expect(HostConfig).toMatchObject({
      NetworkMode: 'none',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      PidsLimit: 512,
      Privileged: false,
      PortBindings: expect.not.objectContaining({ '8080/tcp': expect.anything() }),
    });
    expect(HostConfig['Memory']).toBeGreaterThan(200_000_000);
    expect(HostConfig['MemorySwap']).toBe(HostConfig['Memory']);
    expect(HostConfig['NanoCpus']).toBeGreaterThanOrEqual(1e9);
    const uid = process.getuid?.();
    expect(Config.User.split(':')[0]).toBe(uid === 0 ? '65534' : String(uid));
    const writable = HostConfig.Mounts.filter(({ ReadOnly }) => ReadOnly !== true).map(({ Target }) => Target);
    expect(writable).toEqual(['/run/gantry']);
    expect(HostConfig.Mounts.filter(({ Target }) => Target.startsWith('/model/'))).toHaveLength(1);
    expect(Config.Labels).toMatchObject({ 'gantry.runner.model': expect.stringMatching(/^sha256:/) });
    expect(Name).toMatch(/^\/gantry-[0-9a-f]{12}-runner-[0-9a-f]{16}$/);
    const [row] = await rows();
    expect(row).toMatchObject({ backend_name: 'llama.cpp' });
  });

  it('says which images run models', async () => {
    const status = (await (await fetch(`${url}/engines/status`)).json()) as Record<string, string>;
    expect(status['llama.cpp']).toMatch(/^Running: llama\.cpp .+ \(container\)$/);
    expect(status['vllm']).toMatch(/^Running: vllm .+ \(container\)$/);
    const listed = await gantry(daemon.home, ['runtime', 'ls']);
    for (const { name } of images) expect(listed.stdout).toContain(name);
  });

  it('streams, and frees the place of a client that leaves', async () => {
    const leaving = new AbortController();
    const answer = await ask(story, { signal: leaving.signal });
    const reader = answer.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toMatch(/^data: \{/);
    leaving.abort();
    for (let busy = true; busy;) busy = (await rows()).some((row) => row['active_requests'] !== 0);
    expect((await ask(chat('Still there?'))).status).toBe(200);
  });

  it('ends a stream with an error when its container is killed, and starts another', async () => {
    const before = await only();
    const answer = await ask(story);
    let text = '';
    for await (const chunk of answer.body ?? []) {
      if (text === '') await runCommand(['docker', 'kill', '--signal', 'KILL', before.Id]);
      text += Buffer.from(chunk).toString();
    }
    expect(text).toContain('"error"');
    expect(text).toContain('backend.crashed');
    expect((await ask(chat('Back again?'))).status).toBe(200);
    expect((await only()).Id).not.toBe(before.Id);
  });

  it('takes the container and its folder away when a model is unloaded', async () => {
    expect(await (await fetch(`${url}/engines/unload`, { method: 'POST', body: '{"all":true}' })).json()).toEqual({
      unloaded_runners: 1,
    });
    expect(await containers()).toEqual([]);
    expect((await readdir(join(daemon.home, 'run'))).filter((name) => name.startsWith('runner-'))).toEqual([]);
  });

  it('runs a safetensors model with vLLM, under every path and name', async () => {
    await using folder = await temporaryDirectory('safetensors');
    const weights = await smolLmWeights();
    if (!('path' in weights)) throw new Error(weights.skip);
    await writeSafetensors(folder.path, weights.path);
    const packed = await gantry(daemon.home, ['package', '--safetensors-dir', folder.path, 'test/folder:latest']);
    expect(packed.stderr + packed.stdout).not.toMatch(/error/i);
    const vllm = { model: 'test/folder', ...chat('Say hello.') };
    for (const path of ['/v1/chat/completions', '/engines/vllm/v1/chat/completions']) {
      const answer = await ask(vllm, { path });
      const text = await answer.text();
      expect([answer.status, text]).toEqual([200, expect.stringContaining('"content"')]);
    }
    const { Config, HostConfig } = await only();
    expect(Config.Cmd.slice(0, 4)).toEqual(['serve', '/model', '--uds', '/run/gantry/r.sock']);
    expect(HostConfig).toMatchObject({ NetworkMode: 'none', ShmSize: 4 * 1024 ** 3, ReadonlyRootfs: true });
    expect((await rows()).map((row) => row['backend_name'])).toEqual(['vllm']);

    const wrong = await ask(chat('Hello?'), { path: '/engines/vllm/v1/chat/completions' });
    expect([wrong.status, await wrong.text()]).toEqual([
      400,
      expect.stringContaining('runs with llama.cpp, not with vllm'),
    ]);
  });

  it('takes away what a daemon left that was killed, and nothing of others', async () => {
    const { stdout } = await runCommand([
      'docker',
      'create',
      '--label',
      'gantry.runner.home=other',
      images[0]?.name ?? '',
    ]);
    const other = stdout.trim();
    try {
      expect((await ask(chat('Hello?'))).status).toBe(200);
      const left = (await containers()).filter(({ Id }) => Id !== other);
      expect(left.length).toBeGreaterThan(0);
      process.kill(daemon.pid, 'SIGKILL');
      next = await startTestDaemon({ home: daemon.home });
      url = next.url;
      while ((await containers()).some(({ Id }) => left.some((one) => one.Id === Id)));
      expect((await containers()).map(({ Id }) => Id)).toEqual([other]);
      expect((await ask(chat('Hello again?'))).status).toBe(200);
    } finally {
      await runCommand(['docker', 'rm', '--force', other]);
    }
    await next.stop();
    expect(await containers()).toEqual([]);
  });
});
