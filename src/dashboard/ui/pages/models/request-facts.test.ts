import { describe, expect, it } from 'vitest';
import { factsOf } from './request-facts.ts';

const record = { id: '1', model: 'm', method: 'POST', url: '/v1/chat/completions', timestamp: 1, status_code: 200 };

describe('a recorded request', () => {
  it('says what was asked and answered, in how many tokens and how fast', () => {
    const facts = factsOf({
      ...record,
      request: JSON.stringify({ messages: [{ content: 'before' }, { content: [{ type: 'text', text: 'Why?' }] }] }),
      response: JSON.stringify({
        choices: [{ message: { content: 'So.' } }],
        usage: { total_tokens: 12, completion_tokens: 5 },
        timings: { predicted_per_second: 40 },
      }),
    });
    expect(facts).toEqual({ question: 'Why?', answer: 'So.', tokens: 12, tokensPerSecond: 40 });
  });

  it('reckons the speed where the runtime does not say it', () => {
    const response = JSON.stringify({ usage: { completion_tokens: 50 } });
    expect(factsOf({ ...record, duration_ms: 2000, response }).tokensPerSecond).toBe(25);
  });

  it.each([undefined, '', 'not JSON', 'null', '[]', '{"messages":3}', '{"messages":[{"content":null}]}'])(
    'survives %j',
    (text) => {
      expect(factsOf({ ...record, request: text, response: text })).toMatchObject({ question: '', answer: '' });
    },
  );
});
