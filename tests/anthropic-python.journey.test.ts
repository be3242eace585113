import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pythonEnvironment } from '#testing';
import { root, runCommand } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

interface Found {
  readonly message: { readonly text: string; readonly reason: string; readonly input: number; readonly output: number };
  readonly count: number;
  readonly stream: { readonly text: string; readonly final: string; readonly reason: string };
  readonly call: { readonly name: string; readonly input: { readonly city: string }; readonly reason: string };
  readonly models: readonly string[];
  readonly missing: readonly [number, string];
}

let started: ModelDaemon;
beforeAll(async () => {
  started = await startModelDaemon();
});
afterAll(() => started.stop());

it("serves Anthropic's official SDK for Python", async (context) => {
  if (started.skip) context.skip(started.skip);
  const environment = await pythonEnvironment('anthropic==2.12.0');
  if ('skip' in environment) return context.skip(environment.skip);
  const program = join(root, 'tests/children/anthropic-client.py');
  const ended = await runCommand([environment.python, program, `${started.url}/anthropic`, started.model]);
  expect(ended.code, ended.stderr).toBe(0);
  const found = JSON.parse(ended.stdout) as Found;

  expect(found.message.text).not.toBe('');
  expect(['end_turn', 'max_tokens']).toContain(found.message.reason);
  expect(found.message.output).toBeGreaterThan(0);
  expect(found.count).toBe(found.message.input);
  expect(found.stream.text).not.toBe('');
  expect(found.stream.final).toBe(found.stream.text);
  expect(found.call).toMatchObject({ name: 'get_weather', reason: 'tool_use' });
  expect(['Paris', 'London']).toContain(found.call.input.city);
  expect(found.models).toEqual([`docker.io/${started.model}`]);
  expect(found.missing).toEqual([404, 'not_found_error']);
});
