import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../inference/engine.ts';
import { piecesOf, type Ending, type Piece } from './answer.ts';

async function* events(...list: readonly JsonObject[]): AsyncIterable<JsonObject> {
  yield* list;
}

async function read(...list: readonly JsonObject[]): Promise<{ pieces: Piece[]; ending: Ending }> {
  const reading = piecesOf(events(...list));
  const pieces: Piece[] = [];
  for (;;) {
    const next = await reading.next();
    if (next.done) return { pieces, ending: next.value };
    pieces.push(next.value);
  }
}

const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const call = (index: number, part: JsonObject): JsonObject => chunk({ tool_calls: [{ index, function: part }] });

describe('an answer of a runner', () => {
  it('is read piece by piece with what it took', async () => {
    const { pieces, ending } = await read(
      chunk({ role: 'assistant', content: null }),
      chunk({ reasoning_content: 'Hm.' }),
      chunk({ content: 'Yes' }),
      chunk({}, 'length'),
      {
        choices: [],
        usage: { prompt_tokens: 31, completion_tokens: 2 },
        timings: { prompt_ms: 73.5, predicted_ms: 6.4, prompt_n: 1, cache_n: 30 },
      },
    );
    expect(pieces.map(({ content, thinking }) => content ?? thinking)).toEqual(['Hm.', 'Yes']);
    expect(ending).toEqual({ reason: 'length', promptTokens: 31, promptMs: 73.5, answerTokens: 2, answerMs: 6.4 });
  });

  it('counts what was in the cache as part of the prompt', async () => {
    const { ending } = await read({ content: 'x', stop: true, timings: { prompt_n: 2, cache_n: 5, predicted_n: 1 } });
    expect(ending).toMatchObject({ promptTokens: 7, answerTokens: 1, reason: 'stop' });
  });

  it('gives calls of tools whole, though they come in fragments', async () => {
    const { pieces, ending } = await read(
      call(0, { name: 'weather', arguments: '' }),
      call(0, { arguments: '{"city":' }),
      call(1, { name: 'time', arguments: '{}' }),
      call(0, { arguments: '"Oslo"}' }),
      chunk({}, 'tool_calls'),
    );
    expect(pieces).toEqual([
      {
        toolCalls: [
          { function: { index: 0, name: 'weather', arguments: { city: 'Oslo' } } },
          { function: { index: 1, name: 'time', arguments: {} } },
        ],
      },
    ]);
    expect(ending.reason).toBe('stop');
  });

  it('does not pass off a call that was cut off as one', async () => {
    const { pieces, ending } = await read(call(0, { name: 'weather', arguments: '{"ci' }), chunk({}, 'length'));
    expect(pieces).toEqual([]);
    expect(ending.reason).toBe('length');
  });

  it('fails when the arguments of a call are no object', async () => {
    await expect(read(call(0, { name: 'weather', arguments: '[1]' }), chunk({}, 'tool_calls'))).rejects.toMatchObject({
      code: 'backend.failed',
    });
  });

  it('has log probabilities in the form of Ollama', async () => {
    const token = { id: 1, token: 'hi', bytes: [104, 105], logprob: -1, top_logprobs: [{ token: 'a', logprob: -2 }] };
    const { pieces } = await read({
      choices: [{ delta: { content: 'hi' }, logprobs: { content: [token] }, finish_reason: null }],
    });
    expect(pieces[0]?.logprobs).toEqual([
      {
        token: 'hi',
        logprob: -1,
        bytes: [104, 105],
        top_logprobs: [{ token: 'a', logprob: -2, bytes: undefined }],
      },
    ]);
  });
});
