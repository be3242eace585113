import OpenAI, { BadRequestError, NotFoundError } from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { psBody } from '#contract';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

describe('the Responses API of the official OpenAI SDK against the real daemon', () => {
  let started: ModelDaemon;
  beforeAll(async () => {
    started = await startModelDaemon();
  });
  afterAll(() => started.stop());
  beforeEach((context) => {
    if (started.skip) context.skip(started.skip);
  });

  const client = (path = '/v1'): OpenAI =>
    new OpenAI({ baseURL: `${started.url}${path}`, apiKey: 'not-needed', maxRetries: 0 });
  const short = (input: OpenAI.Responses.ResponseInput | string) => ({
    model: started.model,
    input,
    max_output_tokens: 12,
    temperature: 0,
  });
  const weather: OpenAI.Responses.FunctionTool = {
    type: 'function',
    name: 'get_weather',
    description: 'The weather in a city',
    strict: true,
    parameters: {
      type: 'object',
      properties: { city: { enum: ['Paris', 'London'] } },
      required: ['city'],
      additionalProperties: false,
    },
  };

  it.each(['', '/v1', '/engines', '/engines/v1', '/engines/llama.cpp/v1'])('creates a response at %s', async (path) => {
    const response = await client(path).responses.create(short('Name one animal.'));
    expect(response.output_text).toMatch(/\w/);
    expect(response).toMatchObject({ object: 'response', error: null, previous_response_id: null });
    expect(response.usage?.output_tokens).toBeGreaterThan(0);
    expect(await client(path).responses.retrieve(response.id)).toMatchObject({ output: response.output });
  });

  it('streams, and the helper puts the same response together as a whole answer', async () => {
    const stream = client().responses.stream(short('Name one animal.'));
    const seen: string[] = [];
    let text = '';
    for await (const event of stream) {
      seen.push(event.type);
      if (event.type === 'response.output_text.delta') text += event.delta;
    }
    expect(seen.slice(0, 2)).toEqual(['response.created', 'response.in_progress']);
    expect(['response.completed', 'response.incomplete']).toContain(seen.at(-1));
    const streamed = await stream.finalResponse();
    const whole = await client().responses.create(short('Name one animal.'));
    expect(streamed.output_text).toBe(text);
    expect(whole.output_text).toBe(text);
    expect(streamed.usage?.total_tokens).toBe(whole.usage?.total_tokens);
    expect(await client().responses.retrieve(streamed.id)).toMatchObject({ output_text: text });
  });

  it('continues a conversation with all that was said in it', async () => {
    const first = await client().responses.create(short('My name is Ada. Remember it.'));
    const second = await client().responses.create({
      ...short('What is my name?'),
      previous_response_id: first.id,
      instructions: 'Answer in one word.',
    });
    // What the model read is what it reads when the client sends the whole history itself.
    const replayed = await client().responses.create({
      ...short([
        { role: 'user', content: 'My name is Ada. Remember it.' },
        ...first.output.filter((item) => item.type === 'message'),
        { role: 'user', content: 'What is my name?' },
      ]),
      instructions: 'Answer in one word.',
      store: false,
    });
    expect(second.usage?.input_tokens).toBe(replayed.usage?.input_tokens);
    expect(second.output_text).toBe(replayed.output_text);
    const alone = await client().responses.create({
      ...short('What is my name?'),
      instructions: 'Answer in one word.',
    });
    const said = (first.usage?.output_tokens ?? 0) + (alone.usage?.input_tokens ?? 0);
    expect(second.usage?.input_tokens).toBeGreaterThan(said);
    const items = await client().responses.inputItems.list(second.id, { order: 'asc' });
    expect(items.data.map((item) => ('role' in item ? item.role : item.type))).toEqual(['user', 'assistant', 'user']);
  });

  it('calls a tool when it must, and goes on with its output', async () => {
    const asked = { ...short('How is the weather in Paris?'), tools: [weather], max_output_tokens: 100 };
    const response = await client().responses.create({ ...asked, tool_choice: 'required' });
    const streamed = await client()
      .responses.stream({ ...asked, tool_choice: 'required' })
      .finalResponse();
    for (const { output, status } of [response, streamed]) {
      expect(status).toBe('completed');
      expect(output.map(({ type }) => type)).toEqual(['function_call']);
      const [call] = output as OpenAI.Responses.ResponseFunctionToolCall[];
      expect(call?.name).toBe('get_weather');
      expect(['Paris', 'London']).toContain((JSON.parse(call?.arguments ?? '') as { city: unknown }).city);
    }
    const [call] = response.output as OpenAI.Responses.ResponseFunctionToolCall[];
    const answer = await client().responses.create({
      ...short([{ type: 'function_call_output', call_id: call?.call_id ?? '', output: '21 degrees and sunny' }]),
      previous_response_id: response.id,
      tools: [weather],
      tool_choice: 'none',
    });
    expect(answer.output_text).toMatch(/\w/);
  });

  it('answers in the form of a schema', async () => {
    const schema = {
      type: 'object',
      properties: { animal: { enum: ['cat', 'spider'] }, legs: { type: 'integer', minimum: 0, maximum: 8 } },
      required: ['animal', 'legs'],
      additionalProperties: false,
    };
    const response = await client().responses.parse({
      ...short('Name one animal.'),
      max_output_tokens: 100,
      text: { format: { type: 'json_schema', name: 'animal', schema, strict: true } },
    });
    expect(response.output_parsed).toMatchObject({ animal: expect.stringMatching(/^(cat|spider)$/) as string });
  });

  it('says that an answer was cut off', async () => {
    const response = await client().responses.create({ ...short('Count to one hundred.'), max_output_tokens: 3 });
    expect(response).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  });

  it('counts the tokens that a response really has', async () => {
    const { input_tokens: counted } = await client().responses.inputTokens.count({
      model: started.model,
      input: 'Name one animal.',
    });
    const response = await client().responses.create(short('Name one animal.'));
    expect(counted).toBe(response.usage?.input_tokens);
  });

  it('deletes, keeps nothing that is not to be kept, and gives typed errors', async () => {
    const kept = await client().responses.create({ ...short('hi'), max_output_tokens: 1 });
    const unkept = await client().responses.create({ ...short('hi'), max_output_tokens: 1, store: false });
    await client().responses.delete(kept.id);
    for (const { id } of [kept, unkept]) {
      await expect(client().responses.retrieve(id)).rejects.toBeInstanceOf(NotFoundError);
    }
    await expect(client().responses.create({ ...short('hi'), model: 'ai/not-here' })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(client().responses.create({ ...short('hi'), background: true })).rejects.toMatchObject({
      status: 400,
      param: 'background',
    });
    await expect(client().responses.create(short('word '.repeat(60_000)))).rejects.toBeInstanceOf(BadRequestError);
  });

  it('aborts, and the place in the runner is free again', async () => {
    const abort = new AbortController();
    const stream = await client().responses.create(
      { model: started.model, input: 'Write a long story.', stream: true, max_output_tokens: 2000 },
      { signal: abort.signal },
    );
    for await (const event of stream) if (event.type === 'response.output_text.delta') abort.abort();
    await expect
      .poll(async () => psBody.parse(await (await fetch(`${started.url}/engines/ps`)).json())[0]?.active_requests ?? 0)
      .toBe(0);
  });
});
