import { describe, expect, it } from 'vitest';
import { chatRequest, edited, unanswered, type Turn } from './conversation.ts';

const options = { system: '', temperature: '', topP: '', maxTokens: '' };
const ask = (text: string): Turn => ({ role: 'user', text, images: [] });
const answer = (text: string): Turn => ({ role: 'assistant', text, reasoning: 'hm', state: 'done' });
const turns = [ask('one'), answer('1'), ask('two'), answer('2')];

describe('a conversation', () => {
  it('is asked as the API wants it, without what was thought', () => {
    expect(chatRequest('m', turns, { ...options, system: 'Be brief.', temperature: '0', maxTokens: '64' })).toEqual({
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

  it('forgets what came after a question that is edited', () => {
    expect(edited(turns, 0, 'other')).toEqual([ask('other')]);
    expect(edited(turns, 1, 'x')).toBe(turns);
  });

  it('is answered again without its last answer', () => {
    expect(unanswered(turns)).toEqual(turns.slice(0, 3));
    expect(unanswered(turns.slice(0, 1))).toHaveLength(1);
  });
});
