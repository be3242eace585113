import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeAnswer } from './merge-answer.ts';

const events = (...data: readonly unknown[]): string =>
  data.map((one) => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`).join('');

describe('an answer as one JSON value', () => {
  it('puts the chunks of a chat together', () => {
    const chunk = (choice: object, more: object = {}): object => ({
      id: 'c1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, finish_reason: null, ...choice }],
      ...more,
    });
    const text = events(
      chunk({ delta: { role: 'assistant', content: null } }),
      chunk({ delta: { content: 'Hel' } }),
      chunk({ delta: { content: 'lo', reasoning_content: 'hm' } }),
      chunk({ delta: {}, finish_reason: 'stop' }, { timings: { predicted_n: 2 } }),
      { object: 'chat.completion.chunk', choices: [], usage: { completion_tokens: 2 } },
      '[DONE]',
    );
    expect(mergeAnswer(`: waiting for the model\n\n${text}`)).toEqual({
      id: 'c1',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      timings: { predicted_n: 2 },
      usage: { completion_tokens: 2 },
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content: 'Hello', reasoning_content: 'hm' },
        },
      ],
    });
  });

  it('gives a call its arguments back, whichever way they were cut', () => {
    const json = '{"city":"Zürich","n":[1,2]}';
    fc.assert(
      fc.property(fc.array(fc.nat(json.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), json.length];
        const parts = at.slice(1).map((end, index) => json.slice(at[index], end));
        const chunks = parts.map((part, index) => ({
          choices: [
            {
              index: 0,
              delta: {
                tool_calls: [
                  {
                    index: 0,
                    ...(index === 0 && { id: 'call_1', type: 'function' }),
                    function: { ...(index === 0 && { name: 'weather' }), arguments: part },
                  },
                ],
              },
            },
          ],
        }));
        expect(mergeAnswer(events(...chunks, '[DONE]'))).toMatchObject({
          choices: [{ message: { tool_calls: [{ id: 'call_1', function: { name: 'weather', arguments: json } }] } }],
        });
      }),
    );
  });

  it('puts a completion, a message and the lines of Ollama together', () => {
    expect(
      mergeAnswer(
        events(
          { object: 'text_completion', choices: [{ index: 0, text: 'a' }] },
          { choices: [{ index: 0, text: 'b' }] },
        ),
      ),
    ).toMatchObject({ object: 'text_completion', choices: [{ text: 'ab' }] });
    const anthropic = [
      { type: 'message_start', message: { id: 'msg_1', content: [], usage: { input_tokens: 3 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
      { type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"a"' } },
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: ':1}' } },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ];
    const text = anthropic.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
    expect(mergeAnswer(text)).toEqual({
      id: 'msg_1',
      content: [
        { type: 'text', text: 'Hi' },
        { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 3, output_tokens: 5 },
    });
    const lines = [
      { model: 'm', message: { role: 'assistant', content: 'a' }, done: false },
      { model: 'm', message: { role: 'assistant', content: 'b' }, done: false },
      { model: 'm', message: { role: 'assistant', content: '' }, done: true, eval_count: 2 },
    ];
    expect(mergeAnswer(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))).toEqual({
      model: 'm',
      message: { role: 'assistant', content: 'ab' },
      done: true,
      eval_count: 2,
    });
  });

  it('takes the whole response of a stream of responses, and says an error that came on the way', () => {
    const response = { id: 'resp_1', status: 'completed' };
    const text = events(
      { type: 'response.created', response: { id: 'resp_1', status: 'in_progress' } },
      { type: 'response.output_text.delta', delta: 'x' },
      { type: 'response.completed', response },
    );
    expect(mergeAnswer(text)).toEqual(response);
    expect(
      mergeAnswer(events({ choices: [{ index: 0, delta: { content: 'a' } }] }, { error: { message: 'gone' } })),
    ).toMatchObject({ error: { message: 'gone' }, choices: [{ message: { role: 'assistant', content: 'a' } }] });
  });

  it('keeps whole answers, and never fails on anything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(mergeAnswer(text)).toEqual(JSON.parse(text));
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json())), fc.constantFrom('\n', '\n\ndata: '), (parts, join) => {
        mergeAnswer(`data: ${parts.join(join)}`);
      }),
    );
    expect(mergeAnswer('Internal error')).toBeUndefined();
  });
});
