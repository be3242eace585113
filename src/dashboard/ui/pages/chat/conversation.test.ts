import { describe, expect, it } from 'vitest';
import { chatRequest, noOptions as options, runCommand, type Turn } from './conversation.ts';

const ask = (text: string): Turn => ({ role: 'user', text, images: [] });
const answer = (text: string): Turn => ({ role: 'assistant', model: 'm', text, reasoning: 'hm', state: 'done' });
const turns = [ask('one'), answer('1'), ask('two'), answer('2')];

describe('a conversation', () => {
  it('is asked as the API wants it, without what was thought', () => {
    expect(
      chatRequest('m', turns, { ...options, system: 'Be brief.', temperature: '0', maxTokens: '64', seed: '7' }),
    ).toEqual({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'one' },
        { role: 'assistant', content: '1' },
        { role: 'user', content: 'two' },
        { role: 'assistant', content: '2' },
      ],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      max_tokens: 64,
      seed: 7,
    });
  });

  it('has pictures beside the text', () => {
    const request = chatRequest('m', [{ role: 'user', text: 'What?', images: ['data:image/png;base64,AA'] }], options);
    const url = 'data:image/png;base64,AA';
    expect(request).toMatchObject({
      messages: [
        {
          content: [
            { type: 'text', text: 'What?' },
            { type: 'image_url', image_url: { url } },
          ],
        },
      ],
    });
  });

  it('is asked the same on the command line', () => {
    expect(runCommand('ai/x', options)).toBe('gantry run ai/x');
    expect(runCommand('ai/x', { ...options, system: "It's you", temperature: '0.5', seed: '7' })).toBe(
      String.raw`gantry run --system 'It'\''s you' --temperature 0.5 --seed 7 ai/x`,
    );
  });
});
