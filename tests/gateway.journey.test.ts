import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort, gantryProgram } from '#testing';
import { temporaryDirectory } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

describe('the gateway before a real daemon and an upstream that is not there', () => {
  let daemon: ModelDaemon;
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  let gateway: ChildProcess;
  let said = '';
  let url = '';

  beforeAll(async () => {
    [daemon, folder] = await Promise.all([startModelDaemon(), temporaryDirectory('gateway')]);
    const file = join(folder.path, 'gateway.yaml');
    const upstream = `${daemon.url}/engines/v1`;
    await writeFile(
      file,
      [
        'model_list:',
        `  - { model_name: small, params: { model: docker_model_runner/${daemon.model}, api_base: "${upstream}" } }`,
        `  - { model_name: gone, params: { model: vllm/x, api_base: "http://127.0.0.1:${await freePort()}" } }`,
        'general_settings: { master_key: os.environ/GATEWAY_KEY, num_retries: 0, fallbacks: [{ gone: [small] }] }',
      ].join('\n'),
    );
    gateway = spawn(process.execPath, [...gantryProgram, 'gateway', '-c', file, '--port', '0', '--verbose'], {
      env: { ...process.env, GANTRY_HOME: daemon.home, GANTRY_LANG: 'en', GATEWAY_KEY: 'open' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    url = await new Promise<string>((resolve, reject) => {
      gateway.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const serving = /at (http:\/\/\S+)\. Ctrl-C/.exec(said)?.[1];
        if (serving !== undefined) resolve(serving);
      });
      gateway.once('exit', () => reject(new Error(`The gateway ended: ${said}`)));
    });
  });
  afterAll(async () => {
    gateway.kill('SIGKILL');
    await daemon.stop();
    await folder[Symbol.asyncDispose]();
  });
  beforeEach((context) => {
    if (daemon.skip !== undefined) context.skip(daemon.skip);
  });

  const client = (): OpenAI => new OpenAI({ baseURL: `${url}/v1`, apiKey: 'open', maxRetries: 0 });
  const question = {
    messages: [{ role: 'user', content: 'Say hello.' }],
    max_tokens: 8,
    temperature: 0,
  } satisfies Partial<OpenAI.ChatCompletionCreateParams>;

  it('streams an answer of the model behind an alias to a real SDK', async () => {
    const stream = await client().chat.completions.create({ ...question, model: 'small', stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).not.toBe('');
  });

  it('answers with the fallback when the upstream of an alias is dead, and says which failed', async () => {
    const answer = await client().chat.completions.create({ ...question, model: 'gone' });
    expect(answer.choices[0]?.message.content).not.toBe('');
    expect(said).toContain('gone: vllm/x failed (ECONNREFUSED).');
    expect(said).toContain(`small: docker_model_runner/${daemon.model} answered 200.`);
  });

  it('lists its aliases, and refuses whoever has no key', async () => {
    const names: string[] = [];
    for await (const model of client().models.list()) names.push(model.id);
    expect(names).toEqual(['small', 'gone']);
    const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'wrong', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401 });
  });

  it('ends at once with Ctrl-C', async () => {
    gateway.kill('SIGINT');
    const [code] = (await once(gateway, 'exit')) as [number | null];
    expect(code).toBe(0);
  });
});
