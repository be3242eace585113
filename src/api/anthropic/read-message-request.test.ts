import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { readMessageRequest } from './read-message-request.ts';

const user = { role: 'user', content: 'hi' };
const read = (extra: object) => readMessageRequest({ model: 'm', max_tokens: 8, messages: [user], ...extra });
const messagesOf = (...messages: object[]): unknown => read({ messages }).chat['messages'];
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };

describe('a request of the Messages API, as a chat', () => {
  it('puts the system prompt first, texts of blocks apart', () => {
    expect(read({ system: 'Be brief.' }).chat['messages']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hi' },
    ]);
    const system = [
      { type: 'text', text: 'One.', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Two.' },
    ];
    expect(read({ system }).chat['messages']).toMatchObject([{ role: 'system', content: 'One.\n\nTwo.' }, {}]);
  });

  it('joins what one side says in a row, since templates expect turns that alternate', () => {
    expect(messagesOf(user, { role: 'user', content: [{ type: 'text', text: 'there' }] })).toEqual([
      { role: 'user', content: 'hi\nthere' },
    ]);
  });

  it('passes images on as data and documents as their text', () => {
    const document = {
      type: 'document',
      title: 'Notes',
      source: { type: 'text', media_type: 'text/plain', data: 'Milk' },
    };
    expect(messagesOf({ role: 'user', content: [image, document] })).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: 'Notes' },
          { type: 'text', text: 'Milk' },
        ],
      },
    ]);
  });

  it('carries thinking, calls and their results in the roles that templates know', () => {
    const assistant = {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Which city?', signature: '' },
        { type: 'text', text: 'Let me look.' },
        { type: 'tool_use', id: 'a', name: 'weather', input: { city: 'Paris' } },
        { type: 'tool_use', id: 'b', name: 'clock', input: {} },
      ],
    };
    const results = {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: [{ type: 'text', text: 'Sunny' }, image] },
        { type: 'tool_result', tool_use_id: 'b', content: 'no clock', is_error: true },
        { type: 'text', text: 'Go on.' },
      ],
    };
    expect(messagesOf(user, assistant, results)).toEqual([
      { role: 'user', content: 'hi' },
      {
        role: 'assistant',
        content: 'Let me look.',
        reasoning_content: 'Which city?',
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } },
          { id: 'b', type: 'function', function: { name: 'clock', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', name: 'weather', content: 'Sunny' },
      { role: 'tool', tool_call_id: 'b', name: 'clock', content: 'Error: no clock' },
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'text', text: 'Go on.' },
        ],
      },
    ]);
  });

  it('translates tools and the choice among them', () => {
    const tools = [{ name: 'weather', description: 'Now', input_schema: { type: 'object' } }];
    const offered = [
      { type: 'function', function: { name: 'weather', description: 'Now', parameters: { type: 'object' } } },
    ];
    expect(read({ tools }).chat).toMatchObject({ tools: offered });
    expect(read({ tools }).chat).not.toHaveProperty('tool_choice');
    expect(read({ tools, tool_choice: { type: 'any', disable_parallel_tool_use: true } }).chat).toMatchObject({
      tool_choice: 'required',
      parallel_tool_calls: false,
    });
    expect(read({ tools, tool_choice: { type: 'tool', name: 'weather' } }).chat['tool_choice']).toEqual({
      type: 'function',
      function: { name: 'weather' },
    });
    expect(read({ tools, tool_choice: { type: 'none' } }).chat['tool_choice']).toBe('none');
    expect(read({ tools, tool_choice: { type: 'auto' } }).chat['tool_choice']).toBe('auto');
  });

  it('translates limits, sampling, thinking and the format of the answer', () => {
    expect(read({ stop_sequences: ['END'], temperature: 0, top_p: 0.5, top_k: 3, stream: true })).toMatchObject({
      stream: true,
      chat: { max_tokens: 8, stop: ['END'], verbose: true, temperature: 0, top_p: 0.5, top_k: 3 },
    });
    expect(read({ thinking: { type: 'enabled', budget_tokens: 1024 } }).chat).toMatchObject({
      chat_template_kwargs: { enable_thinking: true },
      thinking_budget_tokens: 1024,
    });
    expect(read({ thinking: { type: 'disabled' } }).chat['chat_template_kwargs']).toEqual({ enable_thinking: false });
    const format = { type: 'json_schema', schema: { type: 'object' } };
    expect(read({ output_config: { effort: 'max', format } }).chat).toMatchObject({
      reasoning_effort: 'high',
      response_format: { type: 'json_schema', json_schema: { schema: { type: 'object' } } },
    });
  });

  it('names what had no effect, and is quiet about caching and accounting', () => {
    const { ignored } = read({
      metadata: { user_id: 'me' },
      cache_control: { type: 'ephemeral' },
      service_tier: 'auto',
      context_management: { edits: [] },
      betas: ['x-1'],
      messages: [user, { role: 'assistant', content: [{ type: 'redacted_thinking', data: 'zzz' }] }],
    });
    expect(ignored).toEqual(['context_management', 'betas', 'redacted_thinking']);
  });

  it.each([
    ['no model', { model: undefined }, 'model'],
    ['no messages', { messages: undefined }, 'messages'],
    ['an empty conversation', { messages: [] }, 'messages'],
    ['an unknown role', { messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.role'],
    ['a message without content', { messages: [{ role: 'user' }] }, 'messages.0.content'],
    ['content of the wrong type', { messages: [{ role: 'user', content: 5 }] }, 'messages.0.content'],
    [
      'a text block without text',
      { messages: [{ role: 'user', content: [{ type: 'text' }] }] },
      'messages.0.content.0.text',
    ],
    [
      'an image that would have to be fetched',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url: 'http://x/y.png' } }] }] },
      'messages.0.content.0.source.type',
    ],
    [
      'a PDF',
      { messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'base64', data: 'A' } }] }] },
      'messages.0.content.0.source.type',
    ],
    ['no tokens', { max_tokens: 0 }, 'max_tokens'],
    ['half a token', { max_tokens: 1.5 }, 'max_tokens'],
    ['a warm word', { temperature: 'hot' }, 'temperature'],
    ['an empty stop sequence', { stop_sequences: [''] }, 'stop_sequences.0'],
    ['a tool without a schema', { tools: [{ name: 'x' }] }, 'tools.0.input_schema'],
    ['a tool of a server', { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'tools.0.type'],
    ['a choice among no tools', { tool_choice: { type: 'any' } }, 'tool_choice'],
    [
      'a tool that is not there',
      { tools: [{ name: 'x', input_schema: {} }], tool_choice: { type: 'tool', name: 'y' } },
      'tool_choice.name',
    ],
    ['an unknown kind of thinking', { thinking: { type: 'deep' } }, 'thinking.type'],
    ['MCP servers', { mcp_servers: [{ url: 'x' }] }, 'mcp_servers'],
  ])('refuses %s and names the parameter', (_name, extra, param) => {
    let caught: unknown;
    try {
      read(extra);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(AppError);
    expect(caught).toMatchObject({ code: 'request.invalid', params: { param } });
  });
});
