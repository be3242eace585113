import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { jsonSchemas } from '#testing';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

// Hermes' way of writing calls, in a template of our own.
const toolTemplate = `{% if tools %}<|im_start|>system
Tools:{% for tool in tools %} {{ tool | tojson }}{% endfor %}
Call one with <tool_call>{"name": NAME, "arguments": ARGUMENTS}</tool_call>.<|im_end|>
{% endif %}{% for m in messages %}<|im_start|>{{ m.role }}
{% if m.content %}{{ m.content }}{% endif %}{% if m.tool_calls %}{% for c in m.tool_calls %}<tool_call>{"name": "{{ c.function.name }}", "arguments": {{ c.function.arguments | tojson }}}</tool_call>{% endfor %}{% endif %}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;

const weather: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Get the weather of a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string', maxLength: 40 }, unit: { enum: ['celsius', 'fahrenheit'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
  },
};
const add: OpenAI.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'add',
    description: 'Add two numbers',
    parameters: {
      type: 'object',
      properties: { a: { type: 'integer', minimum: 0, maximum: 99 }, b: { type: 'integer', minimum: 0, maximum: 99 } },
      required: ['a', 'b'],
    },
  },
};
const question: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'What is the weather in Paris?' }];

const isValid = (tool: OpenAI.ChatCompletionTool, text: string): boolean =>
  tool.type === 'function' && new Ajv().compile(tool.function.parameters ?? {})(JSON.parse(text));

describe('tools and structured output with real weights', () => {
  let started: ModelDaemon;
  let client: OpenAI;
  beforeAll(async () => {
    started = await startModelDaemon();
    client = new OpenAI({ baseURL: `${started.url}/engines/v1`, apiKey: 'none', maxRetries: 0 });
  });
  afterAll(() => started.stop());
  beforeEach((context) => {
    if (started.skip !== undefined) context.skip(started.skip);
  });

  it.each(Array.from({ length: 6 }, (_, seed) => seed))('always calls when it must (seed %i)', async (seed) => {
    const answer = await client.chat.completions.create({
      model: started.model,
      messages: question,
      tools: [weather, add],
      tool_choice: 'required',
      temperature: 1,
      seed,
    });
    const [choice] = answer.choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.content).toBeNull();
    const [call] = choice?.message.tool_calls ?? [];
    if (call?.type !== 'function') throw new Error('There is no call.');
    expect(isValid(call.function.name === 'add' ? add : weather, call.function.arguments)).toBe(true);
    expect(answer.usage?.completion_tokens).toBeGreaterThan(0);
  });

  it('calls the function that is named, though the question is about another', async () => {
    const answer = await client.chat.completions.create({
      model: started.model,
      messages: question,
      tools: [weather, add],
      tool_choice: { type: 'function', function: { name: 'add' } },
    });
    const calls = answer.choices[0]?.message.tool_calls ?? [];
    expect(calls).toMatchObject([{ type: 'function', function: { name: 'add' } }]);
    expect(calls[0]?.type === 'function' && isValid(add, calls[0].function.arguments)).toBe(true);
  });

  it('streams a call: the name first, then arguments that are JSON in the end, then usage', async () => {
    const stream = await client.chat.completions.create({
      model: started.model,
      messages: question,
      tools: [weather],
      tool_choice: 'required',
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
    const deltas: OpenAI.ChatCompletionChunk.Choice.Delta.ToolCall[] = [];
    const finishes: string[] = [];
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      deltas.push(...(chunk.choices[0]?.delta.tool_calls ?? []));
      if (chunk.choices[0]?.finish_reason) finishes.push(chunk.choices[0].finish_reason);
      expect(chunk.choices[0]?.delta.content ?? '').toBe('');
      usage = chunk.usage ?? usage;
    }
    expect(deltas[0]).toMatchObject({
      index: 0,
      id: expect.stringMatching(/^call_/),
      function: { name: 'get_weather' },
    });
    expect(deltas.slice(1).every(({ id, function: called }) => id === undefined && called?.name === undefined)).toBe(
      true,
    );
    expect(deltas.length).toBeGreaterThan(3);
    expect(isValid(weather, deltas.map((delta) => delta.function?.arguments ?? '').join(''))).toBe(true);
    expect(finishes).toEqual(['tool_calls']);
    expect(usage?.completion_tokens).toBeGreaterThan(0);
  });

  it('answers ordinary questions in words though there are tools', async () => {
    for (const content of ['Hello!', 'Who wrote Hamlet?', 'Name three colours.']) {
      const answer = await client.chat.completions.create({
        model: started.model,
        messages: [{ role: 'user', content }],
        tools: [weather, add],
        max_tokens: 24,
        temperature: 0,
      });
      expect(answer.choices[0]?.message.content).toMatch(/\w+/);
      expect(answer.choices[0]?.message.tool_calls).toBeUndefined();
    }
  });

  it('goes on with the result of a call', async () => {
    const answer = await client.chat.completions.create({
      model: started.model,
      messages: [
        ...question,
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'Sunny, 21 degrees' },
      ],
      tools: [weather],
      max_tokens: 32,
      temperature: 0,
    });
    expect(answer.choices[0]?.message.content).toMatch(/sunny|21/i);
  });

  it('says that a call was cut short, and shows none', async () => {
    const answer = await client.chat.completions.create({
      model: started.model,
      messages: question,
      tools: [weather],
      tool_choice: 'required',
      max_tokens: 12,
    });
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: null } });
    expect(answer.choices[0]?.message.tool_calls).toBeUndefined();
  });

  it('refuses what no grammar can hold, by name', async () => {
    const create = client.chat.completions.create({
      model: started.model,
      messages: question,
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { not: { type: 'string' } } } },
    });
    await expect(create).rejects.toMatchObject({ status: 400, message: expect.stringContaining('"not"') });
  });

  it.each(Object.entries(jsonSchemas))('gives JSON that is valid: %s', async (_name, schema) => {
    const answer = await client.chat.completions.create({
      model: started.model,
      messages: [{ role: 'user', content: 'Give an example, in JSON.' }],
      response_format: { type: 'json_schema', json_schema: { name: 'example', strict: true, schema: { ...schema } } },
      temperature: 0.7,
      seed: 1,
    });
    const [choice] = answer.choices;
    expect(choice?.finish_reason).toBe('stop');
    const text = choice?.message.content ?? '';
    expect(validator(schema)(JSON.parse(text)) ? '' : text).toBe('');
  });
});

describe('tools with a template that knows them', () => {
  let started: ModelDaemon;
  let client: OpenAI;
  beforeAll(async () => {
    const flags = JSON.stringify(['--chat-template', toolTemplate]);
    started = await startModelDaemon(
      {},
      { settings: `modelSettings:\n  test/smollm2:135m:\n    runtimeFlags: ${flags}\n` },
    );
    client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: 'none', maxRetries: 0 });
  });
  afterAll(() => started.stop());
  beforeEach((context) => {
    if (started.skip !== undefined) context.skip(started.skip);
  });

  it('leaves the model free in the template’s own way', async () => {
    const answer = await client.chat.completions.create({
      model: started.model,
      messages: question,
      tools: [weather],
      max_tokens: 32,
      temperature: 0,
    });
    const [choice] = answer.choices;
    expect(choice?.message.content ?? choice?.message.tool_calls).toBeTruthy();
    // The tools are in the prompt that the template wrote.
    expect(answer.usage?.prompt_tokens).toBeGreaterThan(100);
  });

  it.each(['required', { type: 'function', function: { name: 'get_weather' } }] as const)(
    'still holds tool_choice %j',
    async (choice) => {
      const answer = await client.chat.completions.create({
        model: started.model,
        messages: question,
        tools: [weather],
        tool_choice: choice,
      });
      const [call] = answer.choices[0]?.message.tool_calls ?? [];
      expect(call?.type === 'function' && isValid(weather, call.function.arguments)).toBe(true);
    },
  );
});

function validator(schema: object): ValidateFunction {
  const isOld = JSON.stringify(schema).includes('additionalItems');
  return new (isOld ? Ajv : Ajv2020)({ strict: false, validateFormats: false }).compile(schema);
}
