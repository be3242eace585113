import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Ollama } from 'ollama';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dockerRegistryMissing, smolLmWeights, startDockerRegistry, type DockerRegistry } from '#testing';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

describe('the official Ollama SDK against the real daemon', () => {
  let started: ModelDaemon;
  let ollama: Ollama;
  let model: string;
  beforeAll(async () => {
    started = await startModelDaemon();
    ollama = new Ollama({ host: started.url });
    model = started.model;
  });
  afterAll(() => started.stop());
  beforeEach((context) => {
    if (started.skip) context.skip(started.skip);
  });

  const messages = [{ role: 'user', content: 'Name one animal.' }];
  const short = { num_predict: 12, temperature: 0, seed: 1 };

  it('asks for the version and lists the models by the names that users type', async () => {
    expect((await ollama.version()).version).toMatch(/^\d+\.\d+\.\d+$/);
    const { models } = await ollama.list();
    expect(models).toHaveLength(1);
    expect(models[0]).toMatchObject({
      name: model,
      model,
      digest: expect.stringMatching(/^sha256:/),
      details: { format: 'gguf', family: 'llama', parameter_size: '134.52M', quantization_level: 'MOSTLY_Q4_1' },
    });
    expect(models[0]?.size).toBeGreaterThan(90_000_000);
  });

  it('shows what a model is and can do', async () => {
    const shown = await ollama.show({ model });
    expect(shown.capabilities).toEqual(['completion', 'tools']);
    expect(shown.template).toContain('<|im_start|>');
    expect(shown.details.family).toBe('llama');
    const info = shown.model_info as unknown as Record<string, unknown>;
    expect(info).toMatchObject({
      'general.architecture': 'llama',
      'llama.context_length': 8192,
      'general.parameter_count': 134_515_008,
    });
    expect(Date.parse(String(shown.modified_at))).not.toBeNaN();
    await expect(ollama.show({ model: 'not-here' })).rejects.toMatchObject({
      status_code: 404,
      error: expect.stringContaining("model 'not-here' not found"),
    });
  });

  it('chats, and says what it took', async () => {
    const answer = await ollama.chat({ model, messages, options: short });
    expect(answer).toMatchObject({ model, done: true, message: { role: 'assistant' } });
    expect(answer.message.content).not.toBe('');
    expect(['stop', 'length']).toContain(answer.done_reason);
    expect(answer.prompt_eval_count).toBeGreaterThan(5);
    expect(answer.eval_count).toBeGreaterThan(0);
    expect(answer.eval_duration).toBeGreaterThan(1000);
    expect(answer.total_duration).toBeGreaterThanOrEqual(answer.eval_duration);
    expect(answer.load_duration).toBeGreaterThan(0);
  });

  it('streams the same answer piece by piece', async () => {
    const whole = await ollama.chat({ model, messages, options: short });
    let text = '';
    const flags: boolean[] = [];
    for await (const part of await ollama.chat({ model, messages, options: short, stream: true })) {
      text += part.message.content;
      flags.push(part.done);
    }
    expect(text).toBe(whole.message.content);
    expect(flags.at(-1)).toBe(true);
    expect(flags.slice(0, -1)).not.toContain(true);
    expect(flags.length).toBeGreaterThan(4);
  });

  it('generates, goes on from the tokens, and completes a raw prompt', async () => {
    const first = await ollama.generate({ model, prompt: 'My name is Ada. Say hello.', options: short });
    expect(first.response).not.toBe('');
    expect(first.context.length).toBeGreaterThan(20);
    const second = await ollama.generate({ model, prompt: 'And now?', context: first.context, options: short });
    expect(second.response).not.toBe('');
    expect(second.context.slice(0, first.context.length)).toEqual(first.context);
    const raw = await ollama.generate({ model, prompt: 'One, two, three,', raw: true, options: short });
    expect(raw.response).toContain('four');
    expect(raw.context).toBeUndefined();
  });

  it('says that the limit of tokens ended an answer', async () => {
    const answer = await ollama.generate({ model, prompt: 'Tell me a long story.', options: { num_predict: 3 } });
    expect(answer.done_reason).toBe('length');
    expect(answer.eval_count).toBe(3);
  });

  it('answers in JSON, and in the shape of a schema', async () => {
    const options = { num_predict: 200, temperature: 0 };
    const schema = {
      type: 'object',
      properties: { animal: { type: 'string', maxLength: 20 }, legs: { type: 'integer', minimum: 0, maximum: 8 } },
      required: ['animal', 'legs'],
      additionalProperties: false,
    };
    const shaped = await ollama.chat({ model, messages, format: schema, options });
    expect(JSON.parse(shaped.message.content)).toEqual({
      animal: expect.any(String),
      legs: expect.any(Number),
    });
    const generated = await ollama.generate({ model, prompt: 'Name one animal.', format: schema, options });
    expect(Object.keys(JSON.parse(String(generated.response)) as object)).toEqual(['animal', 'legs']);
  });

  it('takes tools and their results, and gives arguments as objects', async () => {
    const tools = [
      {
        type: 'function',
        function: {
          name: 'weather',
          description: 'Weather of a city',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    ];
    const answer = await ollama.chat({ model, messages, tools, options: { ...short, num_predict: 40 } });
    for (const call of answer.message.tool_calls ?? []) expect(call.function.arguments).toBeTypeOf('object');
    const after = await ollama.chat({
      model,
      tools,
      options: short,
      messages: [
        { role: 'user', content: 'How is the weather in Oslo?' },
        {
          role: 'assistant',
          content: '',
          tool_calls: [{ function: { name: 'weather', arguments: { city: 'Oslo' } } }],
        },
        { role: 'tool', tool_name: 'weather', content: 'Rain, 4 degrees.' },
      ],
    });
    expect(after.done).toBe(true);
  });

  it('embeds once pooling is configured', async () => {
    await expect(ollama.embed({ model, input: 'hello' })).rejects.toMatchObject({ status_code: 400 });
    await ollama.create({ model: 'test/embedder', from: model, license: 'of its own', stream: false });
    const configured = await fetch(`${started.url}/engines/_configure`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'test/embedder',
        mode: 'embedding',
        'context-size': 256,
        'runtime-flags': ['--embeddings', '--pooling', 'mean'],
      }),
    });
    expect(configured.status, await configured.text()).toBe(202);
    const { embeddings, prompt_eval_count: read } = await ollama.embed({
      model: 'test/embedder',
      input: ['a cat', 'a dog'],
    });
    expect(embeddings.map((vector) => vector.length)).toEqual([576, 576]);
    expect(read).toBeGreaterThan(0);
    const [shorter] = (await ollama.embed({ model: 'test/embedder', input: 'a cat', dimensions: 64 })).embeddings;
    expect(shorter).toHaveLength(64);
    expect(Math.hypot(...(shorter ?? []))).toBeCloseTo(1);
    const old = await ollama.embeddings({ model: 'test/embedder', prompt: 'a cat' });
    expect(old.embedding).toHaveLength(576);
    const long = 'word '.repeat(400);
    expect((await ollama.embed({ model: 'test/embedder', input: long })).embeddings[0]).toHaveLength(576);
    await expect(ollama.embed({ model: 'test/embedder', input: long, truncate: false })).rejects.toMatchObject({
      status_code: 400,
    });
    await ollama.delete({ model: 'test/embedder' });
  });

  it('loads, shows and unloads a model by how long it is kept', async () => {
    const loaded = await ollama.generate({ model, prompt: '', keep_alive: '10m' });
    expect(loaded).toMatchObject({ response: '', done: true, done_reason: 'load' });
    const [row] = (await ollama.ps()).models;
    expect(row).toMatchObject({ name: model, model });
    const left = Date.parse(String(row?.expires_at)) - Date.now();
    expect(left).toBeGreaterThan(8 * 60_000);
    const unloaded = await ollama.chat({ model, messages: [], keep_alive: 0 });
    expect(unloaded.done_reason).toBe('unload');
    expect((await ollama.ps()).models).toEqual([]);
  });

  it('gives a conversation the context it asks for, more than is configured', async () => {
    const configure = async (contextSize: number | null): Promise<number> => {
      const body = JSON.stringify({ model, 'context-size': contextSize });
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${started.url}/engines/_configure`, { method: 'POST', headers, body })).status;
    };
    expect(await configure(512)).toBe(202);
    await ollama.generate({ model, prompt: 'Hi', options: { num_predict: 1, num_ctx: 1024 } });
    const rows = (await ollama.ps()).models as unknown as { name: string; context_length: number }[];
    expect(rows.map((row) => [row.name, row.context_length])).toEqual([[model, 1024]]);
    await ollama.generate({ model, prompt: '', keep_alive: 0 });
    expect(await configure(null)).toBe(202);
  });

  it('makes a model with words of its own, which lasts', async () => {
    const system = 'You only ever answer with the word MARIO.';
    const status = await ollama.create({
      model: 'mario',
      from: model,
      system,
      license: 'Free for plumbers',
      parameters: { temperature: 0, num_predict: 5, stop: ['<|im_end|>'] },
      messages: [
        { role: 'user', content: 'Who are you?' },
        { role: 'assistant', content: 'MARIO' },
      ],
      stream: false,
    });
    expect(status.status).toBe('success');
    const shown = await ollama.show({ model: 'mario' });
    expect(shown).toMatchObject({ system, license: 'Free for plumbers' });
    expect(shown.parameters).toMatch(/temperature\s+0/);
    expect((shown as { messages?: unknown[] }).messages).toHaveLength(2);
    const answer = await ollama.chat({ model: 'mario', messages: [{ role: 'user', content: 'Who are you?' }] });
    expect(answer.eval_count).toBeLessThanOrEqual(5);
    const plain = await ollama.chat({ model, messages: [{ role: 'user', content: 'Who are you?' }], options: short });
    expect(answer.prompt_eval_count).toBeGreaterThan(plain.prompt_eval_count);
    // Made again with other words, the name means the new one and nothing of the old one stays.
    await ollama.create({ model: 'mario', from: model, system: 'Say LUIGI.', stream: false });
    expect((await ollama.show({ model: 'mario' })).system).toBe('Say LUIGI.');
    expect((await ollama.list()).models.map(({ name }) => name).toSorted()).toEqual(['ai/mario:latest', model]);
  });

  it('copies and deletes names', async () => {
    await ollama.copy({ source: 'mario', destination: 'luigi' });
    expect((await ollama.show({ model: 'luigi' })).system).toBe('Say LUIGI.');
    await ollama.delete({ model: 'luigi' });
    await ollama.delete({ model: 'mario' });
    expect((await ollama.list()).models.map(({ name }) => name)).toEqual([model]);
    await expect(ollama.delete({ model: 'mario' })).rejects.toMatchObject({ status_code: 404 });
  });

  it('makes a model of a file that was sent', async () => {
    const weights = await smolLmWeights();
    if (!('path' in weights)) throw new Error(weights.skip);
    const bytes = await readFile(weights.path);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const at = `${started.url}/api/blobs/${digest}`;
    const lie = await fetch(`${started.url}/api/blobs/sha256:${'0'.repeat(64)}`, { method: 'POST', body: 'no' });
    expect(lie.status).toBe(400);
    expect((await fetch(at, { method: 'POST', body: bytes })).status).toBe(201);
    expect((await fetch(at, { method: 'HEAD' })).status).toBe(200);
    const steps: string[] = [];
    for await (const { status } of await ollama.create({
      model: 'from-file',
      files: { 'model.gguf': digest },
      system: 'Be brief.',
      stream: true,
    } as never)) {
      steps.push(status);
    }
    expect(steps.at(-1)).toBe('success');
    expect((await ollama.show({ model: 'from-file' })).system).toBe('Be brief.');
    expect((await ollama.list()).models.map(({ name }) => name)).toContain('ai/from-file:latest');
    const answer = await ollama.generate({ model: 'from-file', prompt: 'Hi', options: short });
    expect(answer.response).not.toBe('');
    await ollama.delete({ model: 'from-file' });
  });

  it('pushes to a registry and pulls from it, words included', async (context) => {
    const missing = dockerRegistryMissing();
    if (missing) return context.skip(missing);
    await using registry: DockerRegistry = await startDockerRegistry();
    const name = `${registry.host}/me/brief:v1`;
    await ollama.create({ model: name, from: model, system: 'Be brief.', stream: false });
    const pushed: string[] = [];
    for await (const { status } of await ollama.push({ model: name, stream: true })) pushed.push(status);
    expect(pushed.at(-1)).toBe('success');
    await ollama.delete({ model: name });
    const pulled: string[] = [];
    for await (const { status } of await ollama.pull({ model: name, stream: true })) pulled.push(status);
    expect(pulled[0]).toBe('pulling manifest');
    expect(pulled.at(-1)).toBe('success');
    expect((await ollama.show({ model: name })).system).toBe('Be brief.');
    await ollama.delete({ model: name });
    await expect(ollama.pull({ model: `${registry.host}/me/absent:v1`, stream: false })).rejects.toMatchObject({
      status_code: 404,
    });
  });

  it('aborts, and the place in the runner is free again', async () => {
    const stream = await ollama.generate({
      model,
      prompt: 'Write a long story.',
      options: { num_predict: 2000 },
      stream: true,
    });
    await expect(
      (async () => {
        for await (const { response } of stream) if (response) stream.abort();
      })(),
    ).rejects.toThrow();
    await expect
      .poll(async () => {
        const rows = (await (await fetch(`${started.url}/engines/ps`)).json()) as { active_requests: number }[];
        return rows.reduce((sum, { active_requests: active }) => sum + active, 0);
      })
      .toBe(0);
  });

  it('refuses in sentences', async () => {
    await expect(ollama.chat({ model, messages, think: true })).rejects.toMatchObject({
      status_code: 400,
      error: expect.stringContaining('does not support thinking'),
    });
    await expect(
      ollama.chat({ model, messages: [{ role: 'user', content: 'What is it?', images: ['iVBORw0KGgoAAAA='] }] }),
    ).rejects.toMatchObject({ status_code: 400, error: expect.stringContaining('images') });
    await expect(ollama.generate({ model, prompt: 'a', suffix: 'b' })).rejects.toMatchObject({
      status_code: 400,
      error: expect.stringContaining('not supported'),
    });
  });
});
