import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compact, estimateTokens } from './compact.ts';
import type { Message } from './types.ts';

const user = (content: string): Message => ({ role: 'user', content });
const call = (id: string): Message => ({
  role: 'assistant',
  content: '',
  toolCalls: [{ id, name: 'x', arguments: '{}' }],
});
const result = (callId: string, content: string): Message => ({ role: 'tool', callId, tool: 'x', content });
const system: Message = { role: 'system', content: 'You help.' };

describe('making a conversation fit', () => {
  const long = 'x'.repeat(4000);
  const conversation = [
    system,
    user('first'),
    call('1'),
    result('1', long),
    user('now'),
    call('2'),
    result('2', long),
    call('3'),
    result('3', long),
  ];

  it('leaves one alone that fits', () => {
    expect(compact(conversation, { tools: [], maxTokens: 100_000 })).toEqual({
      messages: conversation,
      removedLength: 0,
    });
  });

  it('empties the oldest results first, and keeps the newest', () => {
    const { messages } = compact(conversation, { tools: [], maxTokens: 2700 });
    expect(messages.map(({ content }) => content.length > 1000)).toEqual([
      false,
      false,
      false,
      false,
      false,
      false,
      true,
      false,
      true,
    ]);
  });

  it('takes the oldest turns away when that is not enough', () => {
    const { messages } = compact(conversation, { tools: [], maxTokens: 10 });
    expect(messages.slice(0, 2)).toEqual([system, user('now')]);
  });

  const message = fc.oneof(
    fc.string({ maxLength: 300 }).map(user),
    fc.string({ maxLength: 3000 }).map((text) => [call('i'), result('i', text)]),
  );

  it('never parts a call from its answer, nor loses the last question', () => {
    fc.assert(
      fc.property(fc.array(message), fc.integer({ min: 1, max: 4000 }), (parts, maxTokens) => {
        const messages = [system, user('start'), ...parts.flat(), user('last')];
        const { messages: left } = compact(messages, { tools: [], maxTokens });
        expect(left[0]).toEqual(system);
        expect(left.at(-1)).toEqual(user('last'));
        for (const [index, one] of left.entries()) {
          if (one.role === 'tool') expect(left[index - 1]?.role).toBe('assistant');
          if (one.role === 'assistant') expect(left[index + 1]?.role).toBe('tool');
        }
        const least = estimateTokens([system, user('last')], []);
        if (maxTokens >= least) expect(estimateTokens(left, [])).toBeLessThanOrEqual(maxTokens);
      }),
    );
  });

  it('counts other scripts as more than a quarter of a token a letter', () => {
    expect(estimateTokens([user('你能做什么？')], [])).toBeGreaterThan(estimateTokens([user('what??')], []));
  });
});
