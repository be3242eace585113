import { describe, expect, it } from 'vitest';
import { conversation } from './instructions.ts';
import { openAiMessages } from './messages.ts';

const png = 'iVBORw0KGgoAAAANSUhEUg==';

describe('messages', () => {
  it('carry images as parts with what the bytes are', () => {
    expect(openAiMessages([{ role: 'user', content: 'What is it?', images: [png] }])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
        ],
      },
    ]);
    const [withPrefix] = openAiMessages([{ role: 'user', images: [`data:whatever;base64,${png}`] }]);
    expect(withPrefix?.['content']).toEqual([
      { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
    ]);
  });

  it.each(['', 'hello', 'https://example.com/cat.png', '/etc/passwd', 'iVBORw0KGgo*', `${png}x`])(
    'are refused with an image that is none: %s',
    (image) => {
      expect(() => openAiMessages([{ role: 'user', content: '', images: [image] }])).toThrow(
        expect.objectContaining({ code: 'request.invalid' }),
      );
    },
  );

  it('pair the answers of tools with the calls they answer', () => {
    const call = (name: string) => ({ function: { name, arguments: { at: name } } });
    const messages = openAiMessages([
      { role: 'assistant', content: '', tool_calls: [call('time'), call('weather')] },
      { role: 'tool', tool_name: 'weather', content: 'rain' },
      { role: 'tool', content: 'noon' },
      { role: 'tool', tool_call_id: 'given', content: 'x' },
    ]);
    expect(messages[0]?.['tool_calls']).toEqual([
      { id: 'call_1', type: 'function', function: { name: 'time', arguments: '{"at":"time"}' } },
      { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '{"at":"weather"}' } },
    ]);
    expect(messages.slice(1).map((message) => message['tool_call_id'])).toEqual(['call_2', 'call_1', 'given']);
  });

  it('keep what the model thought before', () => {
    expect(openAiMessages([{ role: 'assistant', content: 'Yes.', thinking: 'Hm.' }])).toEqual([
      { role: 'assistant', content: 'Yes.', reasoning_content: 'Hm.' },
    ]);
  });
});

describe('a conversation with a model that has words of its own', () => {
  const user = { role: 'user', content: 'Hi' };
  const example = { role: 'user', content: 'Who are you?' };

  it('begins with its system message and its examples', () => {
    expect(conversation({ system: 'Be brief.', messages: [example] }, [user])).toEqual([
      { role: 'system', content: 'Be brief.' },
      example,
      user,
    ]);
  });

  it("leaves its system message out for the client's", () => {
    const own = { role: 'system', content: 'Be long.' };
    expect(conversation({ system: 'Be brief.' }, [own, user])).toEqual([own, user]);
  });

  it('is the one given when it has none', () => {
    expect(conversation({}, [user])).toEqual([user]);
  });
});
