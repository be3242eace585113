import { silentLog, systemClock } from '#core';
import { createDocker } from '#docker';
import { createContainerBackend, createRuntimeImages } from '#inference';
import { afterAll } from 'vitest';
import { smolLmWeights } from '#testing';
import { describeBackend } from '../src/testing/describe-backend.ts';
import { dockerMissing } from './docker-engine.ts';
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

describeBackend('llama-server in a container', {
  create: (parts) => createContainerBackend({ ...options, ...parts }),
  orphans: 'stay',
  runtime: image ? { runtime: await createRuntimeImages(options).find(image.name) } : { skip: missing },
  weights: await smolLmWeights(),
});
