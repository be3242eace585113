import { describe, expect, it } from 'vitest';
import { answerParts, type AnswerPart } from './answer-parts.ts';

async function partsOf(lines: readonly unknown[]): Promise<readonly AnswerPart[]> {
  let ms = 0;
  async function* events(): AsyncGenerator<{ data: string }> {
    for (const line of lines) {
      ms += 500;
      yield { data: typeof line === 'string' ? line : JSON.stringify(line) };
    }
  }
  const parts: AnswerPart[] = [];
  for await (const part of answerParts(events(), () => ms)) parts.push(part);
  return parts;
}
const says = (delta: object): object => ({ choices: [{ delta }] });

describe('a streamed answer', () => {
  it('is what was thought, what was said, and how fast', async () => {
    const parts = await partsOf([
      says({ role: 'assistant' }),
      says({ reasoning_content: 'hm' }),
      says({ content: 'So.' }),
      { choices: [], usage: { total_tokens: 12, completion_tokens: 5 } },
      '[DONE]',
    ]);
    expect(parts.map(({ text, reasoning }) => [reasoning, text])).toEqual([
      ['', ''],
      ['hm', ''],
      ['', 'So.'],
      ['', ''],
    ]);
    expect(parts.at(-1)?.stats).toEqual({ firstTokenMs: 1000, totalTokens: 12, tokensPerSecond: 5 });
  });

  it('believes the runner how fast it was, and keeps what it says went wrong', async () => {
    const [first, second] = await partsOf([
      { timings: { predicted_per_second: 40 }, choices: [] },
      { error: { message: 'too long' } },
    ]);
    expect(first?.stats?.tokensPerSecond).toBe(40);
    expect(second?.problem).toBe('too long');
  });

  it('survives what is no event', async () => {
    expect(await partsOf(['', 'null', '{', '[]', '{"choices":3}'])).toEqual([]);
  });
});
