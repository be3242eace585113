import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pythonEnvironment } from '#testing';
import { root, runCommand } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

let started: ModelDaemon;
beforeAll(async () => {
  started = await startModelDaemon();
});
afterAll(() => started.stop());

it('serves the official OpenAI SDK for Python', async (context) => {
  if (started.skip) context.skip(started.skip);
  const environment = await pythonEnvironment('openai==3.54.0');
  if ('skip' in environment) return context.skip(environment.skip);
  const program = join(root, 'tests/children/openai-client.py');
  const ended = await runCommand([environment.python, program, `${started.url}/engines/v1`, started.model]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(JSON.parse(ended.stdout)).toEqual({
    chat: [expect.stringMatching(/\w/), expect.any(Number)],
    stream: [expect.stringMatching(/\w/), expect.any(Number)],
    call: ['tool_calls', 'weather', { city: expect.any(String) }],
    streamed_call: { city: expect.any(String) },
    json: { legs: expect.any(Number) },
    missing: [404, 'model_not_found'],
  });
});
