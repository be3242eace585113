import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modelBody } from '#contract';
import {
  dockerRegistryMissing,
  smolLmWeights,
  startDockerRegistry,
  startTestDaemon,
  type DockerRegistry,
  type TestDaemon,
} from '#testing';
import { startFaultProxy, type Fault, type FaultProxy } from './fault-proxy.ts';
import { gantry, temporaryDirectory } from './harness.ts';
import { publishModel } from './published-model.ts';

const sizeBytes = 98_362_432;
const weightsHex = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53';

describe('pulls from a real registry', () => {
  let skip: string | undefined;
  let registry: DockerRegistry;
  let proxy: FaultProxy;
  let daemon: TestDaemon;
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let id: string;
  let model: string;

  beforeAll(async () => {
    skip = dockerRegistryMissing();
    const weights = await smolLmWeights();
    if ('skip' in weights) skip ??= weights.skip;
    if (skip !== undefined || !('path' in weights)) return;
    registry = await startDockerRegistry();
    proxy = await startFaultProxy(registry.host);
    id = await publishModel(weights.path, `${registry.host}/ai/smollm2:test`);
    model = `${proxy.address}/ai/smollm2:test`;
  });
  afterAll(async () => {
    await proxy?.[Symbol.asyncDispose]();
    await registry?.[Symbol.asyncDispose]();
  });
  beforeEach(async (context) => {
    if (skip !== undefined) context.skip(skip);
    Object.assign(proxy, { fault: 'none', blobBytes: 0, bytesPerSecond: 0 });
    home = await temporaryDirectory('pull');
    daemon = await startTestDaemon({ home: home.path });
  });
  afterEach(async () => {
    if (skip !== undefined) return;
    await daemon.stop();
    await home[Symbol.asyncDispose]();
  });

  const pull = (): Promise<Response> =>
    fetch(`${daemon.url}/models/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ from: model }),
    });

  async function expectWholeModel(): Promise<void> {
    const stored = modelBody.parse(await (await fetch(`${daemon.url}/models/${model}`)).json());
    expect(stored).toMatchObject({ id, tags: [model] });
    const blobs = join(daemon.home, 'models/blobs/sha256');
    const files = await readdir(blobs);
    expect(files).toHaveLength(2);
    expect(files).toContain(weightsHex);
    const bytes = await readFile(join(blobs, weightsHex));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(weightsHex);
  }

  it(
    'survive kill -9 of the daemon ten times, and end with the right bytes and nothing else',
    { timeout: 300_000 },
    async () => {
      // Slow enough that each life of the daemon gets only a part.
      proxy.bytesPerSecond = 15_000_000;
      for (let life = 0; life < 10; life += 1) {
        const started = proxy.blobStarted();
        const running = pull()
          .then((answer) => answer.text())
          .catch(() => 'cut');
        await started;
        const target = proxy.blobBytes + Math.random() * 8_000_000;
        await expect
          .poll(() => proxy.blobBytes >= target || proxy.blobBytes >= sizeBytes, { interval: 5, timeout: 20_000 })
          .toBe(true);
        process.kill(daemon.pid, 'SIGKILL');
        await running;
        await daemon.stop();
        daemon = await startTestDaemon({ home: home.path });
      }
      proxy.bytesPerSecond = 0;
      const text = await (await pull()).text();
      expect(text).toContain('"type":"success"');
      await expectWholeModel();
      // Each life may lose what it had not yet written down; starting over each time would take several times the model.
      expect(proxy.blobBytes).toBeLessThan(sizeBytes * 2);
    },
  );

  it('fetch the bytes once when two clients ask at once', async () => {
    proxy.bytesPerSecond = 60_000_000;
    const [first, second] = await Promise.all([pull(), pull()].map(async (answer) => await (await answer).text()));
    expect(first).toContain('"type":"success"');
    expect(second).toContain('"type":"success"');
    expect(proxy.blobBytes).toBeGreaterThanOrEqual(sizeBytes);
    expect(proxy.blobBytes).toBeLessThan(sizeBytes * 1.2);
    await expectWholeModel();
  });

  it.each<[Fault, number, RegExp]>([
    ['corrupt', 5, /digest|sha256/i],
    ['unauthorized', 6, /login|credential|denied|unauthorized|authenticat/i],
    ['missing', 3, /does not exist|not found/i],
    ['rate-limited', 5, /too many|rate/i],
  ])('say what is wrong when blobs are %s, lose nothing, and work afterwards', async (fault, exitCode, message) => {
    proxy.fault = fault;
    const failed = await gantry(daemon.home, ['pull', model]);
    expect(failed.code, failed.stderr).toBe(exitCode);
    expect(failed.stderr).toMatch(message);
    expect((await gantry(daemon.home, ['list', '-q'])).stdout).toBe('');
    proxy.fault = 'none';
    const again = await gantry(daemon.home, ['pull', model]);
    expect(again.code, again.stderr).toBe(0);
    await expectWholeModel();
  });

  it.each<Fault>(['truncate', 'stall'])(
    'go on where they were after connections that %s',
    { timeout: 240_000 },
    async (fault) => {
      proxy.fault = fault;
      const running = pull().then((answer) => answer.text());
      await proxy.blobStarted();
      await expect.poll(() => proxy.blobBytes, { timeout: 60_000 }).toBeGreaterThan(sizeBytes / 3);
      proxy.fault = 'none';
      expect(await running).toContain('"type":"success"');
      await expectWholeModel();
      expect(proxy.blobBytes).toBeLessThan(sizeBytes * 2);
    },
  );
});
