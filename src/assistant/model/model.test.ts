import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { chooseIntent } from '../intents/choose-intent.ts';
import type { JsonRecord, ModelEvent } from '../loop/types.ts';
import { createOpenAiModel, type PostChat } from './openai-model.ts';

const signal = new AbortController().signal;

function answering(status: number, text: string | readonly string[]) {
  const sent: JsonRecord[] = [];
  const post: PostChat = async (body) => {
    sent.push(body);
    const parts = typeof text === 'string' ? [text] : text;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      for (const part of parts) yield Buffer.from(part);
    }
    return { status, body: bytes() };
  };
  return { model: createOpenAiModel({ name: 'm', isLocal: true, contextTokens: 4096, post }), sent };
}

const sse = (...chunks: object[]): string =>
  [...chunks.map((one) => `data: ${JSON.stringify(one)}\n\n`), 'data: [DONE]\n\n'].join('');
const delta = (value: object, finish: string | null = null): object => ({
  choices: [{ delta: value, finish_reason: finish }],
});

async function events(model: ReturnType<typeof answering>['model']): Promise<ModelEvent[]> {
  const all: ModelEvent[] = [];
  for await (const event of model.answer(
    { messages: [{ role: 'user', content: 'hi', attachments: '<data>' }], tools: [] },
    { signal },
  ))
    all.push(event);
  return all;
}

describe('a model behind an OpenAI-compatible API', () => {
  it('streams text, thoughts and how it ended', async () => {
    const { model, sent } = answering(
      200,
      sse(
        delta({ role: 'assistant', reasoning_content: 'hm' }),
        delta({ content: 'Hel' }),
        delta({ content: 'lo' }, 'stop'),
        {
          choices: [],
          usage: { prompt_tokens: 3, completion_tokens: 2 },
        },
      ),
    );
    expect(await events(model)).toEqual([
      { type: 'reasoning', text: 'hm' },
      { type: 'text', text: 'Hel' },
      { type: 'text', text: 'lo' },
      { type: 'end', reason: 'stop', usage: { promptTokens: 3, completionTokens: 2 } },
    ]);
    expect(sent[0]?.['messages']).toEqual([{ role: 'user', content: 'hi\n\n<data>' }]);
  });

  it('gives calls whole, however they are cut', async () => {
    const text = sse(
      delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'li', arguments: '{"x"' } }] }),
      delta({
        tool_calls: [
          { index: 0, function: { name: 'st', arguments: ':1}' } },
          { index: 1, id: 'b', function: { name: 'ps', arguments: '{}' } },
        ],
      }),
      delta({}, 'tool_calls'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 8 }), async (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const { model } = answering(
          200,
          at.slice(1).map((end, index) => text.slice(at[index], end)),
        );
        expect(await events(model)).toEqual([
          { type: 'call', call: { id: 'a', name: 'list', arguments: '{"x":1}' } },
          { type: 'call', call: { id: 'b', name: 'ps', arguments: '{}' } },
          { type: 'end', reason: 'calls' },
        ]);
      }),
    );
  });

  it('has no end when its stream was cut, so that no call of it is carried out', async () => {
    const { model } = answering(
      200,
      sse(delta({ tool_calls: [{ index: 0, id: 'a', function: { name: 'rm', arguments: '{' } }] })),
    );
    expect(await events(model)).toEqual([]);
  });

  it.each([
    [401, '{"error":{"message":"bad key"}}', 'source.unauthorized', /bad key/],
    [429, '{"error":"slow down"}', 'source.rate_limited', /slow down/],
    [500, 'oops \u001b[31m', 'backend.failed', /HTTP 500/],
    [200, 'data: {"choices": 1}\n\n', 'source.invalid_response', /not OpenAI/],
    [200, 'data: {"error":{"message":"out of memory"}}\n\n', 'backend.failed', /out of memory/],
  ])('that answers %s %j fails in words', async (...[status, body, code, words]) => {
    const failing = events(answering(status, body).model);
    await expect(failing).rejects.toMatchObject({ code });
    await expect(failing).rejects.toThrow(words);
  });
});

describe('a small model', () => {
  const choosing = async (content: string, question: string) => {
    const { model, sent } = answering(200, JSON.stringify({ choices: [{ message: { content } }] }));
    return { intent: await chooseIntent(question, model.choose, { signal }), sent };
  };

  it('chooses among what can be answered from facts, held to the list by a schema', async () => {
    const { intent, sent } = await choosing('{"intent":"why","object":"web"}', 'web has gone away, how come?');
    expect(intent).toEqual({ kind: 'why', container: 'web' });
    expect(sent[0]?.['response_format']).toMatchObject({ json_schema: { strict: true } });
  });

  it('cannot name an object that was not asked about', async () => {
    expect((await choosing('{"intent":"run","object":"evil/image"}', 'run something')).intent).toEqual({
      kind: 'run',
      image: undefined,
    });
    expect((await choosing('{"intent":"other","object":""}', 'hello')).intent).toBeUndefined();
    expect((await choosing('{"intent":"nonsense","object":""}', 'hello')).intent).toBeUndefined();
  });
});
