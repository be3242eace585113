import { describe, expect, it } from 'vitest';
import { chatMessages } from './conversation.ts';
import { readItems } from './items.ts';
import { readResponseRequest } from './read-response-request.ts';

const read = (extra: object) => readResponseRequest({ model: 'm', input: 'hi', ...extra });
const messagesOf = (input: unknown, instructions?: string): unknown =>
  chatMessages(
    instructions,
    readItems(input, () => undefined),
  );
const tools = [
  { type: 'function', name: 'weather', parameters: { type: 'object' }, strict: true },
  { type: 'function', name: 'clock' },
];
const image = 'data:image/png;base64,AAAA';

describe('the input of a response, as a chat', () => {
  it('puts instructions first, with what developers and systems say', () => {
    const input = [
      { role: 'developer', content: 'Two.' },
      { role: 'user', content: 'hi' },
    ];
    expect(messagesOf(input, 'One.')).toEqual([
      { role: 'system', content: 'One.\n\nTwo.' },
      { role: 'user', content: 'hi' },
    ]);
  });

  it('keeps what the assistant said in a history that the client keeps', () => {
    const input = [
      { role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'Hello', annotations: [] },
          { type: 'refusal', refusal: '!' },
        ],
      },
      { role: 'user', content: 'more' },
    ];
    expect(messagesOf(input)).toEqual([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'Hello!' },
      { role: 'user', content: 'more' },
    ]);
  });

  it('gives calls to the assistant and their outputs to the tools, reasoning with them', () => {
    const input = [
      { role: 'user', content: 'hi' },
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'Hm' }] },
      { type: 'function_call', call_id: 'a', name: 'weather', arguments: '{"city":"Paris"}' },
      { type: 'function_call', call_id: 'b', name: 'clock', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: 'Sunny' },
      {
        type: 'function_call_output',
        call_id: 'b',
        output: [
          { type: 'input_text', text: 'see' },
          { type: 'input_image', image_url: image },
        ],
      },
    ];
    expect(messagesOf(input)).toEqual([
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: null,
        reasoning_content: 'Hm',
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
          { id: 'b', type: 'function', function: { name: 'clock', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', name: 'weather', content: 'Sunny' },
      { role: 'tool', tool_call_id: 'b', name: 'clock', content: 'see' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: image } }] },
    ]);
  });

  it.each([
    ['a number', 5, 'input'],
    ['an unknown item', [{ type: 'web_search_call' }], 'input.0.type'],
    ['an unknown part', [{ role: 'user', content: [{ type: 'input_file' }] }], 'input.0.content.0.type'],
    ['an unknown role', [{ role: 'tool', content: 'x' }], 'input.0.role'],
    [
      'an image that would have to be fetched',
      [{ role: 'user', content: [{ type: 'input_image', image_url: 'http://x/y.png' }] }],
      'input.0.content.0.image_url',
    ],
    ['half arguments', [{ type: 'function_call', call_id: 'a', name: 'x', arguments: '{' }], 'input.0.arguments'],
    ['an output without its call', [{ type: 'function_call_output', call_id: 'z', output: 'x' }], 'input'],
    ['a reference to nothing', [{ type: 'item_reference', id: 'msg_0' }], 'input.0.id'],
  ])('refuses %s and names the parameter', (_name, input, param) => {
    expect(() => messagesOf(input)).toThrow(
      expect.objectContaining({ code: 'request.invalid', params: { param } }) as Error,
    );
  });
});

describe('the parameters of a response', () => {
  it('are those of a chat under other names', () => {
    const format = { type: 'json_schema', name: 'n', schema: { type: 'object' }, strict: true };
    expect(read({ temperature: 0, top_p: 0.5, max_output_tokens: 8, text: { format } }).chat).toEqual({
      temperature: 0,
      top_p: 0.5,
      max_tokens: 8,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'n', schema: { type: 'object' }, strict: true },
      },
    });
    expect(read({ reasoning: { effort: 'none' } }).chat).toMatchObject({
      chat_template_kwargs: { enable_thinking: false },
    });
    expect(read({ reasoning_effort: 'minimal' }).chat).toMatchObject({ reasoning_effort: 'low' });
  });

  it('choose among the tools', () => {
    const offered = (name: string) =>
      expect.objectContaining({ function: expect.objectContaining({ name }) as object });
    expect(read({ tools, tool_choice: 'required', parallel_tool_calls: false }).chat).toEqual({
      tools: [offered('weather'), offered('clock')],
      tool_choice: 'required',
      parallel_tool_calls: false,
    });
    expect(read({ tools, tool_choice: { type: 'function', name: 'clock' } }).chat['tool_choice']).toEqual({
      type: 'function',
      function: { name: 'clock' },
    });
    const allowed = { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'clock' }] };
    expect(read({ tools, tool_choice: allowed }).chat).toEqual({ tools: [offered('clock')], tool_choice: 'required' });
  });

  it('that have no effect are named, those about caching and accounting are not', () => {
    const { ignored } = read({
      user: 'me',
      prompt_cache_key: 'k',
      metadata: { a: 'b' },
      include: ['reasoning.encrypted_content'],
      reasoning: { summary: 'auto' },
      text: { verbosity: 'low' },
      colour: 'red',
      moderation: null,
    });
    expect(ignored).toEqual(['colour', 'reasoning.summary', 'text.verbosity', 'include.reasoning.encrypted_content']);
  });

  it.each([
    ['model', { model: '' }],
    ['input', { input: undefined }],
    ['background', { background: true }],
    ['conversation', { conversation: 'c' }],
    ['prompt', { prompt: { id: 'p' } }],
    ['truncation', { truncation: 'auto' }],
    ['top_logprobs', { top_logprobs: 2 }],
    ['service_tier', { service_tier: 'flex' }],
    ['include', { include: ['message.output_text.logprobs'] }],
    ['max_output_tokens', { max_output_tokens: 0 }],
    ['temperature', { temperature: 'hot' }],
    ['text.format.schema', { text: { format: { type: 'json_schema', name: 'n' } } }],
    ['tools.0.type', { tools: [{ type: 'web_search' }] }],
    ['tools.0.name', { tools: [{ type: 'function', name: 'a b' }] }],
    ['tools', { tools: [tools[0], tools[0]] }],
    ['tool_choice', { tool_choice: 'required' }],
    ['tool_choice', { tools, tool_choice: { type: 'function', name: 'x' } }],
    ['metadata.a', { metadata: { a: 1 } }],
  ])('are refused by name: %s in %j', (param, extra) => {
    expect(() => read(extra)).toThrow(expect.objectContaining({ code: 'request.invalid', params: { param } }) as Error);
  });
});
