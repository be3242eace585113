import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { serve, smolLmWeights, type TestServer } from '#testing';
import { gantry, temporaryDirectory, type CommandResult } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

describe('commands that make, move, configure and measure models, through a real daemon', () => {
  let daemon: ModelDaemon;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let hub: TestServer;

  beforeAll(async () => {
    hub = await serve((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url?.startsWith('/v2/repositories/ai/?')) {
        const results = [{ name: 'smollm2', namespace: 'ai', description: 'Tiny', pull_count: 1500, star_count: 3 }];
        response.end(JSON.stringify({ next: null, results }));
      } else response.writeHead(404).end('{}');
    });
    const env = { GANTRY_HUB_ENDPOINT: hub.url, HF_ENDPOINT: 'http://127.0.0.1:9' };
    [daemon, folder] = await Promise.all([startModelDaemon(env), temporaryDirectory('commands')]);
  });
  afterAll(async () => {
    await daemon.stop();
    await hub[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });
  beforeEach((context) => {
    if (daemon.skip !== undefined) context.skip(daemon.skip);
  });

  const run = (...args: readonly string[]): Promise<CommandResult> => gantry(daemon.home, args);
  async function good(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(...args);
    expect(code, stderr).toBe(0);
    return stdout;
  }

  it('package a file with its context, and show what came of it', async () => {
    const weights = await smolLmWeights();
    if (!('path' in weights)) throw new Error(weights.skip);
    const licence = join(folder.path, 'LICENSE');
    await writeFile(licence, 'Apache-2.0\n');
    const options = ['--gguf', weights.path, '--license', licence, '--context-size', '512'];
    expect(await good('package', ...options, 'test/packaged:v1')).toBe('Model test/packaged:v1 is packaged.\n');
    expect(await good('show', 'test/packaged:v1')).toMatch(/Context size: +512\n/);
    expect(await good('repackage', 'test/packaged:v1', 'test/small:v1', '--context-size', '256')).toContain('is made');
    expect(await good('show', 'test/small:v1')).toMatch(/Context size: +256\n/);
  });

  it('export a model and load it again under another name', async () => {
    const file = join(folder.path, 'model.tar');
    const before = JSON.parse(await good('inspect', 'test/packaged:v1')) as { id: string };
    await good('export', 'test/packaged:v1', '--output', file);
    expect((await stat(file)).size).toBeGreaterThan(50_000_000);
    await good('rm', '--force', 'test/packaged:v1');
    expect(await good('load', file, '--tag', 'test/loaded:v1')).toBe('Model test/loaded:v1 is loaded.\n');
    expect(JSON.parse(await good('inspect', 'test/loaded:v1'))).toMatchObject({ id: before.id });
  });

  it('configure how a model is run, a field at a time', async () => {
    await good('configure', '--context-size', '1024', daemon.model);
    await good('configure', '--keep-alive', '-1', daemon.model, '--', '--temp', '0.1');
    const [one] = JSON.parse(await good('configure', 'show', daemon.model)) as [{ Config: Record<string, unknown> }];
    expect(one.Config).toMatchObject({ 'context-size': 1024, 'runtime-flags': ['--temp', '0.1'] });
    expect(await good('inspect', '--effective', daemon.model)).toMatch(/Context size +1024/);
  });

  it('answer in the form of a schema, with a file in the question', async () => {
    const schema = join(folder.path, 'schema.json');
    const note = join(folder.path, 'note.txt');
    await writeFile(
      schema,
      JSON.stringify({
        type: 'object',
        properties: { ok: { type: 'boolean' } },
        required: ['ok'],
        additionalProperties: false,
      }),
    );
    await writeFile(note, 'Ships float.\n');
    const options = ['--format', schema, '--temperature', '0', '--max-tokens', '64'];
    const answer = await good('run', ...options, daemon.model, 'Is this true?', `@${note}`);
    expect(JSON.parse(answer)).toEqual({ ok: expect.any(Boolean) });
  });

  it('measure a model, failures and percentiles included', async () => {
    const options = [
      '--duration',
      '100ms',
      '--concurrency',
      '1',
      '--max-tokens',
      '8',
      '--prompt',
      'Say hello.',
      '--json',
    ];
    const { results } = JSON.parse(await good('bench', daemon.model, ...options)) as { results: unknown[] };
    expect(results).toEqual([
      expect.objectContaining({
        Concurrency: 1,
        FailedRequests: 0,
        Requests: expect.any(Number),
        TimeToFirstTokenMs: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
      }),
    ]);
  });

  it('search both sources, and go on without the one that is out of reach', async () => {
    const { code, stdout, stderr } = await run('search', 'tiny');
    expect([code, stdout.split('\n')[1]]).toEqual([
      0,
      expect.stringMatching(/^ai\/smollm2 +Tiny +llama\.cpp +n\/a +1\.5K/),
    ]);
    expect(stderr).toContain('HuggingFace could not be searched');
  });

  it('remove all models, but only when told to', async () => {
    const refused = await gantry(daemon.home, ['purge'], { input: 'n\n' });
    expect(refused.stderr).toContain('Operation cancelled.');
    expect(JSON.parse(await good('list', '--json'))).not.toEqual([]);
    await good('purge', '--force');
    expect(JSON.parse(await good('list', '--json'))).toEqual([]);
    expect(await readFile(join(daemon.home, 'models', 'models.json'), 'utf8')).toContain('[]');
  });
});
