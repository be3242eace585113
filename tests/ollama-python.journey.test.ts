import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pythonEnvironment } from '#testing';
import { root, runCommand } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

interface Found {
  readonly list: readonly string[];
  readonly show: { readonly capabilities: readonly string[]; readonly architecture: string; readonly modified: string };
  readonly chat: { readonly content: string; readonly reason: string; readonly counts: readonly number[] };
  readonly stream: string;
  readonly generate: readonly string[];
  readonly format: { readonly legs: number };
  readonly tools: readonly unknown[];
  readonly made: readonly string[];
  readonly left: readonly string[];
  readonly ps: readonly (readonly [string, string, number])[];
  readonly unload: string;
  readonly missing: readonly [number, string];
  readonly embed: number;
}

let started: ModelDaemon;
beforeAll(async () => {
  started = await startModelDaemon();
});
afterAll(() => started.stop());

it('serves the official Ollama SDK for Python', async (context) => {
  if (started.skip) context.skip(started.skip);
  const environment = await pythonEnvironment('ollama==0.6.3');
  if ('skip' in environment) return context.skip(environment.skip);
  const program = join(root, 'tests/children/ollama-client.py');
  const ended = await runCommand([environment.python, program, started.url, started.model]);
  expect(ended.code, ended.stderr).toBe(0);
  const found = JSON.parse(ended.stdout) as Found;

  expect(found.list).toEqual([started.model]);
  expect(found.show).toMatchObject({ capabilities: ['completion', 'tools'], architecture: 'llama' });
  expect(found.chat.content).not.toBe('');
  expect(['stop', 'length']).toContain(found.chat.reason);
  for (const count of found.chat.counts) expect(count).toBeGreaterThan(0);
  expect(found.stream).toBe(found.chat.content);
  expect(found.generate.every((text) => text !== '')).toBe(true);
  expect(found.format.legs).toBeTypeOf('number');
  for (const given of found.tools) expect(given).toBeTypeOf('object');
  expect(found.made).toEqual(['ai/python-copy:latest', 'ai/python-made:latest', started.model].toSorted());
  expect(found.left).toEqual([started.model]);
  expect(found.ps[0]?.[0]).toBe(started.model);
  expect(found.ps[0]?.[2]).toBeGreaterThan(0);
  expect(found.unload).toBe('unload');
  expect(found.missing).toEqual([404, expect.stringContaining('not found')]);
  expect(found.embed).toBe(400);
});
