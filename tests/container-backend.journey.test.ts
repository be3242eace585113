import { silentLog, systemClock } from '#core';
import { createDocker } from '#docker';
import { createContainerBackend, createRuntimeImages } from '#inference';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { smolLmBundle, smolLmWeights } from '#testing';
import { describeBackend } from '../src/testing/describe-backend.ts';
import { dockerMissing } from './docker-engine.ts';
import { runCommand, temporaryDirectory } from './harness.ts';
import { llamaServerProgram, makeLlamaServerImage } from './runtime-image.ts';

const docker = createDocker({
  env: process.env,
  userHome: process.env['HOME'] ?? '',
  dockerConfig: '/nonexistent',
  ownSocket: '/nonexistent',
  log: silentLog,
});
const home = `/test/${process.pid}`;
const options = { docker, home, clock: systemClock, log: silentLog };
const program = await llamaServerProgram();
const noEngine = await dockerMissing();
const image = 'path' in program && noEngine === undefined ? await makeLlamaServerImage(program.path) : undefined;
afterAll(() => image?.[Symbol.asyncDispose]());

const missing = noEngine ?? ('skip' in program ? program.skip : '');
const weights = await smolLmWeights();
const runtime = image && (await createRuntimeImages(options).find(image.name));

describeBackend('llama-server in a container', {
  create: (parts) => createContainerBackend({ ...options, ...parts }),
  orphans: 'stay',
  runtime: runtime ? { runtime } : { skip: missing },
  weights,
});

it('names the limit when a model wants more memory than its container may use, and leaves nothing', async (context) => {
  if (!runtime) return context.skip(missing);
  if (!('path' in weights)) return context.skip(weights.skip);
  await using folder = await temporaryDirectory('oom');
  const backend = createContainerBackend({ ...options, runDirectory: folder.path });
  const plan = {
    runtime,
    bundle: smolLmBundle(weights.path),
    alias: 'ai/smollm2:135M-Q4_1',
    socket: join(folder.path, 'runner-0123456789abcdef.sock'),
    // Far too little for caches of 8 conversations.
    estimatedBytes: 1,
    config: {
      mode: 'completion',
      contextSize: 8192,
      parallel: 8,
      threads: 1,
      batchThreads: 1,
      runtimeFlags: [],
    },
  } as const;
  await expect(backend.start(plan, { signal: AbortSignal.timeout(60_000) })).rejects.toMatchObject({
    code: 'inference.out_of_memory',
    message: expect.stringMatching(
      /^ai\/smollm2:135M-Q4_1 needs more than the 268\S* ?MB of memory that its container may use\.$/,
    ),
    params: { reason: 'container_memory' },
  });
  const left = await runCommand(['docker', 'ps', '-aq', '--filter', `ancestor=${runtime.path}`]);
  expect(left.stdout).toBe('');
});
