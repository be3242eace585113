import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { startFakeRunner, type FakeRunner } from '../testing/fake-runner.ts';
import { digest } from '../testing/fake-ports.ts';
import { instruct } from './instruct.ts';

const turn = (role: string, content: string) => ({ role, content });
const hi = turn('user', 'Hi');
const own = {
  system: 'Be brief.',
  examples: [turn('user', 'A'), turn('assistant', 'B')],
  sampling: { temperature: 0.1, max_tokens: 9 },
  contextSize: undefined,
};

describe('what a model brings to a request', () => {
  it('comes before what the client says', () => {
    expect(instruct({ messages: [hi] }, own)).toEqual({
      messages: [turn('system', 'Be brief.'), ...own.examples, hi],
      temperature: 0.1,
      max_tokens: 9,
    });
  });

  it('gives way to the system message and the parameters of the client', () => {
    const asked = { messages: [turn('developer', 'Be long.'), hi], temperature: 1, max_completion_tokens: 4 };
    expect(instruct(asked, own)).toEqual({ ...asked, messages: [turn('developer', 'Be long.'), ...own.examples, hi] });
  });

  it('is nothing for most models, whose requests stay the same object', () => {
    const asked = { messages: [hi] };
    expect(instruct(asked, undefined)).toBe(asked);
  });

  it('leaves prompts alone, but for the parameters', () => {
    expect(instruct({ prompt: 'Hi' }, own)).toEqual({ prompt: 'Hi', temperature: 0.1, max_tokens: 9 });
  });
});

describe('a model with instructions', () => {
  let api: ApiUnderTest;
  let runner: FakeRunner;
  let reads = 0;
  let revision = 1;
  beforeEach(async () => {
    reads = 0;
    api = await startApi({ storeRevision: () => revision });
    runner = await startFakeRunner(api);
    const texts = api.models.texts.bind(api.models);
    api.models.texts = (...asked) => {
      reads += 1;
      return texts(...asked);
    };
    const parameters = { temperature: 0.1, num_ctx: 512 };
    api.models.instructions.set(digest('a'), JSON.stringify({ system: 'Be brief.', parameters }));
  });
  afterEach(() => api[Symbol.asyncDispose]());
  const post = async (path: string, body: object): Promise<number> => {
    const { status } = await api.ask(path, { method: 'POST', body: JSON.stringify({ model: 'ai/smollm2', ...body }) });
    return status;
  };

  it.each([
    ['/v1/chat/completions', { messages: [hi] }],
    ['/anthropic/v1/messages', { messages: [hi], max_tokens: 5 }],
    ['/v1/responses', { input: 'Hi' }],
  ])('holds to them at %s', async (path, body) => {
    runner.reply = () => ({
      json: { choices: [{ index: 0, message: turn('assistant', 'Yo'), finish_reason: 'stop' }] },
    });
    expect(await post(path, body)).toBe(200);
    expect(runner.asked[0]?.body).toMatchObject({
      messages: [turn('system', 'Be brief.'), hi],
      temperature: 0.1,
    });
    expect(api.inference.acquired[0]).toMatchObject({ contextSize: 512 });
  });

  it('is looked up once for each state of the store', async () => {
    const ask = () => post('/v1/chat/completions', { messages: [hi] });
    await ask();
    await ask();
    expect(reads).toBe(1);
    api.models.instructions.set(digest('a'), JSON.stringify({ system: 'Be long.' }));
    revision += 1;
    await ask();
    expect(runner.asked.at(-1)?.body).toMatchObject({ messages: [turn('system', 'Be long.'), hi] });
  });
});

describe('a completion with a form for its text', () => {
  it('is held to it by a grammar of ours', async () => {
    await using api = await startApi();
    const runner = await startFakeRunner(api);
    const schema = { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] };
    const ask = (form: object) =>
      api.ask('/v1/completions', {
        method: 'POST',
        body: JSON.stringify({ model: 'ai/smollm2', prompt: 'Hi', ...form }),
      });
    for (const form of [
      { json_schema: schema },
      { response_format: { type: 'json_schema', json_schema: { schema } } },
    ]) {
      expect((await ask(form)).status).toBe(200);
      const { body } = runner.asked.at(-1) ?? {};
      expect(body).toMatchObject({ prompt: 'Hi', grammar: expect.stringContaining('root ::=') });
      expect(body).not.toHaveProperty('json_schema');
      expect(body).not.toHaveProperty('response_format');
    }
    expect((await ask({ json_schema: { not: {} } })).status).toBe(400);
  });
});
