import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateObject, generateText, stepCountIs, streamText, tool, type LanguageModel } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

const weather = tool({
  description: 'Get the weather of a city',
  inputSchema: z.object({ city: z.string().max(40) }),
  execute: async ({ city }) => `Sunny in ${city}`,
});

describe('the Vercel AI SDK against the real daemon', () => {
  let started: ModelDaemon;
  let model: LanguageModel;
  beforeAll(async () => {
    started = await startModelDaemon();
    const provider = createOpenAICompatible({
      name: 'gantry',
      baseURL: `${started.url}/engines/v1`,
      supportsStructuredOutputs: true,
      includeUsage: true,
    });
    model = provider(started.model);
  });
  afterAll(() => started.stop());
  beforeEach((context) => {
    if (started.skip !== undefined) context.skip(started.skip);
  });

  it('generates text', async () => {
    const { text, usage } = await generateText({
      model,
      prompt: 'Name one animal.',
      maxOutputTokens: 12,
      maxRetries: 0,
    });
    expect(text).not.toBe('');
    expect(usage.outputTokens).toBeGreaterThan(0);
  });

  it('streams text with usage', async () => {
    const result = streamText({ model, prompt: 'Name one animal.', maxOutputTokens: 12, maxRetries: 0 });
    let text = '';
    for await (const part of result.textStream) text += part;
    expect(text).not.toBe('');
    expect((await result.usage).outputTokens).toBeGreaterThan(0);
  });

  it('calls a tool that it must call, whose result goes back', async () => {
    const { steps } = await generateText({
      model,
      prompt: 'What is the weather in Paris?',
      tools: { weather },
      toolChoice: 'required',
      stopWhen: stepCountIs(1),
      maxRetries: 0,
    });
    expect(steps[0]?.finishReason).toBe('tool-calls');
    expect(steps[0]?.toolResults[0]?.output).toMatch(/^Sunny in /);
  });

  it('streams a tool call', async () => {
    const result = streamText({
      model,
      prompt: 'What is the weather in Paris?',
      tools: { weather },
      toolChoice: { type: 'tool', toolName: 'weather' },
      maxRetries: 0,
    });
    const kinds = new Set<string>();
    for await (const part of result.fullStream) kinds.add(part.type);
    expect([...kinds]).toEqual(
      expect.arrayContaining(['tool-input-start', 'tool-input-delta', 'tool-call', 'tool-result']),
    );
  });

  it('generates objects of a zod schema', async () => {
    const schema = z.object({ name: z.string().max(20), legs: z.number().int().min(0).max(8), tame: z.boolean() });
    const { object } = await generateObject({ model, schema, prompt: 'Describe one animal.', maxRetries: 0 });
    expect(schema.parse(object)).toEqual(object);
  });
});
