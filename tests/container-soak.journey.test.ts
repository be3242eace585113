import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { smolLmWeights } from '#testing';
import { dockerMissing } from './docker-engine.ts';
import { gantry, runCommand, temporaryDirectory } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';
import { llamaServerProgram, makeVllmLikeImage, writeSafetensors, type RuntimeImage } from './runtime-image.ts';

const clients = 4;
const requestsEach = 20;

describe('processes and containers beside each other', () => {
  let daemon: ModelDaemon;
  let image: RuntimeImage | undefined;
  let models: readonly string[] = [];
  let skip: string | undefined;

  beforeAll(async () => {
    const [program, weights] = await Promise.all([llamaServerProgram(), smolLmWeights()]);
    skip = (await dockerMissing()) ?? ('skip' in program ? program.skip : 'skip' in weights ? weights.skip : undefined);
    if (skip !== undefined || !('path' in program) || !('path' in weights)) return;
    image = await makeVllmLikeImage(program.path);
    const settings = `inference:\n  vllm: 'container:${image.name}'\n  contextSize: 1024\n  threads: 1\n`;
    daemon = await startModelDaemon({}, { settings });
    skip = daemon.skip;
    for (const seed of [1, 2]) {
      await using folder = await temporaryDirectory('safetensors');
      await writeSafetensors(folder.path, weights.path, { seed });
      const packed = await gantry(daemon.home, ['package', '--safetensors-dir', folder.path, `test/folder:${seed}`]);
      if (packed.code !== 0) throw new Error(packed.stderr);
    }
    models = [daemon.model, 'test/folder:1', 'test/folder:2'];
  });
  afterAll(async () => {
    await daemon?.stop();
    await image?.[Symbol.asyncDispose]();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  const post = (path: string, body: object, signal?: AbortSignal): Promise<Response> =>
    fetch(`${daemon.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });

  async function containers(): Promise<readonly string[]> {
    const { stdout } = await runCommand(['docker', 'ps', '-aq', '--filter', `ancestor=${image?.name}`]);
    return stdout.split('\n').filter((id) => id !== '');
  }

  /** What came of a request: its status, `left`, or `broken` for a stream that ended with an error. */
  async function request(step: number): Promise<string> {
    const model = models[step % models.length];
    const stream = step % 2 === 0;
    const leaving = new AbortController();
    const content = `Count from ${step} on.`;
    const leaves = stream && step % 5 === 0;
    const body = { model, messages: [{ role: 'user', content }], max_tokens: leaves ? 500 : 12, stream };
    try {
      const answer = await post('/v1/chat/completions', body, leaving.signal);
      if (answer.status !== 200) return `${answer.status} ${await answer.text()}`;
      let text = '';
      for await (const chunk of answer.body ?? []) {
        text += Buffer.from(chunk).toString();
        if (leaves) leaving.abort();
      }
      if (!stream) return '200';
      return text.includes('data: [DONE]') ? '200' : text.includes('"error"') ? 'broken' : `cut off: ${text}`;
    } catch (error) {
      if (leaving.signal.aborted) return 'left';
      throw error;
    }
  }

  async function trouble(step: number): Promise<void> {
    if (step % 2 === 0) await post('/engines/unload', { all: true });
    else for (const id of (await containers()).slice(0, 1)) await runCommand(['docker', 'kill', id]);
  }

  it('answer everybody or say why, through kills and unloads', async () => {
    const results = await Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        const mine: string[] = [];
        for (let index = 0; index < requestsEach; index += 1) {
          mine.push(await request(index * clients + client));
          if (client === 0 && index % 5 === 4) await trouble((index - 4) / 5);
        }
        return mine;
      }),
    );
    const all = results.flat();
    const explained = all.filter((result) => /^(200|left|broken)$|^50[02] .*"backend\.(crashed|failed)"/.test(result));
    expect(explained).toHaveLength(clients * requestsEach);
    expect(all.filter((result) => result === '200').length).toBeGreaterThan(all.length / 2);
    const { stdout } = await runCommand(['docker', 'ps', '-q', '--filter', `ancestor=${image?.name}`]);
    expect(stdout).not.toBe('');
  });

  it('leave no container, process, socket or folder once they are unloaded', async () => {
    for (let busy = true; busy;) {
      const rows = (await (await fetch(`${daemon.url}/engines/ps`)).json()) as Record<string, unknown>[];
      busy = rows.some((row) => row['in_use'] === true || row['loading'] === true);
    }
    await post('/engines/unload', { all: true });
    expect(await containers()).toEqual([]);
    const left = (await readdir(join(daemon.home, 'run'))).filter((name) => name.startsWith('runner-'));
    expect(left).toEqual([]);
    const children = await runCommand(['ps', '-o', 'args=', '--ppid', String(daemon.pid)]);
    expect(children.stdout).not.toMatch(/llama|launcher/);
  });
});
