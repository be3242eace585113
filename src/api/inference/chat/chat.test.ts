import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import type { JsonObject } from '../json.ts';
import type { RunnerFacts } from '../runner-facts.ts';
import { callBegin, callEnd, callHead } from './call-grammar.ts';
import { createCallReader, type Reading } from './call-reader.ts';
import { planChat } from './plan-chat.ts';
import { renderMessages } from './render-messages.ts';
import { createEventShaper, shapeWhole } from './shape-answer.ts';

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Tells the weather.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const other = { type: 'function', function: { name: 'other' } };
const hi = [{ role: 'user', content: 'hi' }];
const plain: RunnerFacts = { template: { knowsTools: false, hasSystemRole: true } };
const native: RunnerFacts = { template: { knowsTools: true, hasSystemRole: true } };
const foreign: RunnerFacts = { template: undefined };
const call = (name: string, json: string): string => `${callBegin}${callHead(name)}${json}}${callEnd}`;
const chat = (extra: JsonObject): JsonObject => ({ model: 'm', messages: hi, temperature: 0, ...extra });
const planned = (extra: JsonObject, facts = plain) => planChat(chat(extra))?.for(facts);

function refusal(extra: JsonObject): AppError {
  try {
    planned(extra);
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('Nothing was refused.');
}

describe('planning a chat', () => {
  it.each([{}, { tools: [] }, { tools: null }, { response_format: { type: 'text' } }, { tool_choice: 'none' }])(
    'leaves a chat without tools or a form alone: %j',
    (extra) => {
      expect(planChat(chat(extra))).toBeUndefined();
    },
  );

  it('leaves tools to a template that knows them, as long as the model is free to call or not', () => {
    const request = { tools: [weather], tool_choice: 'auto', parallel_tool_calls: true };
    expect(planned(request, native)).toEqual({ body: chat(request), readsCalls: false });
  });

  it('leaves everything to a runtime that has its own ways', () => {
    const request = { tools: [weather, other], response_format: { type: 'json_object' } };
    expect(planned(request, foreign)).toEqual({ body: chat(request), readsCalls: false });
    const named = planned(
      { tools: [weather, other], tool_choice: { type: 'function', function: { name: 'other' } } },
      foreign,
    );
    expect(named?.body).toMatchObject({ tools: [other], tool_choice: 'required' });
  });

  it('describes tools to a template that does not know them, and takes them out of the request', () => {
    const { body, readsCalls } = planned({ tools: [weather], tool_choice: 'auto' }) ?? {};
    expect(readsCalls).toBe(true);
    expect(body).not.toHaveProperty('tools');
    expect(body).not.toHaveProperty('tool_choice');
    expect(body).toMatchObject({ temperature: 0, grammar: expect.stringContaining('tool_call') });
    expect(body?.['messages']).toEqual([
      { role: 'system', content: expect.stringMatching(/weather: Tells the weather\..*"city"/s) },
      ...hi,
    ]);
  });

  it('holds a call that must come with every template', () => {
    for (const facts of [plain, native]) {
      for (const choice of ['required', { type: 'function', function: { name: 'weather' } }]) {
        const { body, readsCalls } = planned({ tools: [weather, other], tool_choice: choice }, facts) ?? {};
        expect(readsCalls).toBe(true);
        expect(body?.['grammar']).toContain('weather');
        expect(String(body?.['grammar']).includes('other')).toBe(choice === 'required');
      }
    }
  });

  it('offers none of the tools when none may be called', () => {
    const { body, readsCalls } = planned({ tools: [weather], tool_choice: 'none' }) ?? {};
    expect(readsCalls).toBe(false);
    expect(body).toEqual({ model: 'm', temperature: 0, messages: hi });
  });

  it('allows several calls only where they were asked for', () => {
    const grammar = (parallel: boolean) =>
      planned({ tools: [weather], tool_choice: 'required', parallel_tool_calls: parallel })?.body['grammar'];
    expect(grammar(true)).toContain('{0,15}');
    expect(grammar(false)).not.toContain('{0,15}');
  });

  it('offers the tools that are allowed', () => {
    const allowed = { mode: 'required', tools: [{ type: 'function', function: { name: 'other' } }] };
    const { body } =
      planned({ tools: [weather, other], tool_choice: { type: 'allowed_tools', allowed_tools: allowed } }) ?? {};
    expect(body?.['grammar']).toContain('other');
    expect(body?.['grammar']).not.toContain('weather');
  });

  it('holds a form with a grammar of its own, with no thoughts before it', () => {
    const schema = { type: 'object', properties: { colour: { enum: ['red'] } }, required: ['colour'] };
    for (const form of [
      { response_format: { type: 'json_schema', json_schema: { name: 'c', schema } } },
      { response_format: { type: 'json_schema', schema } },
      { response_format: { type: 'json_object', schema } },
      { json_schema: schema },
    ]) {
      const { body, readsCalls } = planned({ ...form, chat_template_kwargs: { a: 1 } }, native) ?? {};
      expect(readsCalls).toBe(false);
      expect(body).toEqual({
        model: 'm',
        temperature: 0,
        messages: hi,
        grammar: expect.stringContaining('colour'),
        reasoning_format: 'none',
        chat_template_kwargs: { a: 1, enable_thinking: false },
      });
    }
    expect(planned({ response_format: { type: 'json_object' } })?.body['grammar']).toContain('any-object');
  });

  it.each([
    ['tools', { tools: [{ type: 'function' }] }],
    ['tools', { tools: [{ type: 'custom', custom: { name: 'x' } }] }],
    ['tools', { tools: [{ type: 'function', function: { name: 'a b' } }] }],
    ['tools', { tools: [weather, weather] }],
    ['tools', { tools: [{ type: 'function', function: { name: 'x', parameters: 'y' } }] }],
    [
      'tools',
      { tools: Array.from({ length: 129 }, (_, index) => ({ type: 'function', function: { name: `f${index}` } })) },
    ],
    ['tool_choice', { tool_choice: 'required' }],
    ['tool_choice', { tools: [weather], tool_choice: 'always' }],
    ['tool_choice', { tools: [weather], tool_choice: { type: 'function', function: { name: 'missing' } } }],
    ['tool_choice', { tools: [weather], tool_choice: { type: 'allowed_tools', allowed_tools: {} } }],
    ['response_format', { response_format: 'json' }],
    ['response_format', { response_format: { type: 'xml' } }],
    ['response_format', { response_format: { type: 'json_schema', json_schema: { name: 'x' } } }],
    ['grammar', { response_format: { type: 'json_object' }, grammar: 'root ::= "a"' }],
  ])('refuses bad %s before anything is loaded', (param, extra) => {
    expect(() => planChat(chat(extra))).toThrow(AppError);
    expect(refusal(extra)).toMatchObject({ code: 'request.invalid', params: { param } });
  });

  it('names the keyword that no grammar can hold, for tools too', () => {
    const odd = {
      type: 'function',
      function: { name: 'odd', parameters: { type: 'object', not: { required: ['a'] } } },
    };
    expect(refusal({ tools: [odd], tool_choice: 'required' })).toMatchObject({ params: { keyword: 'not' } });
    expect(planned({ tools: [odd] }, native)?.readsCalls).toBe(false);
  });
});

describe('a conversation with tools in plain words', () => {
  const turns = [
    { role: 'user', content: 'Weather?' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: '1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
        { id: '2', type: 'function', function: { name: 'weather', arguments: 'not json' } },
      ],
    },
    { role: 'tool', tool_call_id: '1', content: 'Sunny' },
    { role: 'tool', tool_call_id: '2', content: [{ type: 'text', text: 'Failed' }] },
    { role: 'user', content: 'And?' },
  ];

  it('writes calls as calls are read, and results as words of the user, in turns', () => {
    expect(renderMessages(turns, { wish: undefined, hasSystemRole: true })).toEqual([
      { role: 'user', content: 'Weather?' },
      {
        role: 'assistant',
        content: `${call('weather', '{"city":"Rome"}')}\n${call('weather', '"not json"')}`,
      },
      { role: 'user', content: 'Result of weather: Sunny\n\nResult of weather: Failed\n\nAnd?' },
    ]);
  });

  it('adds tools to the system message there is, or to the first turn where there can be none', () => {
    const wish = {
      tools: [{ name: 'f', description: undefined, parameters: undefined }],
      use: 'auto',
      parallel: false,
    } as const;
    const messages = [{ role: 'developer', content: 'Be kind.' }, ...hi];
    const [system] = renderMessages(messages, { wish, hasSystemRole: true });
    expect(system).toMatchObject({ role: 'developer', content: expect.stringMatching(/^Be kind\.\n\n.*f/s) });
    const without = renderMessages(messages, { wish, hasSystemRole: false });
    expect(without).toMatchObject([{ role: 'user', content: expect.stringMatching(/^Be kind\..*f.*hi$/s) }]);
  });

  it('keeps images when turns are put together', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } };
    const messages = [
      { role: 'tool', content: 'ok' },
      { role: 'user', content: [image] },
    ];
    expect(renderMessages(messages, { wish: undefined, hasSystemRole: true })).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Result: ok' }, image] },
    ]);
  });
});

describe('reading calls from an answer', () => {
  const read = (parts: readonly string[]): readonly Reading[] => {
    const reader = createCallReader();
    return [...parts.flatMap((part) => reader.push(part)), ...reader.rest()];
  };
  const joined = (readings: readonly Reading[]): unknown[] => {
    const merged: { type: string; value: string }[] = [];
    for (const reading of readings) {
      const value = reading.type === 'call' ? reading.name : 'text' in reading ? reading.text : '';
      const last = merged.at(-1);
      if (last && last.type === reading.type && reading.type !== 'call') last.value += value;
      else merged.push({ type: reading.type, value });
    }
    return merged;
  };

  it('finds the same in an answer however it is cut', () => {
    const json = '{"city": "a } \\" { ]", "n": [{"x": 1}]}';
    const answers = [
      `${call('weather', json)}\n${call('other', '{}')}`,
      'Just words < here.',
      '<tool_cap> is no call',
      '',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...answers), fc.array(fc.nat(200), { maxLength: 20 }), (answer, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, answer.length)).toSorted((a, b) => a - b), answer.length];
        const parts = places.slice(1).map((end, index) => answer.slice(places[index], end));
        expect(joined(read(parts))).toEqual(joined(read([answer])));
      }),
    );
    expect(joined(read([answers[0] ?? '']))).toEqual([
      { type: 'call', value: 'weather' },
      { type: 'arguments', value: json },
      { type: 'called', value: '' },
      { type: 'call', value: 'other' },
      { type: 'arguments', value: '{}' },
      { type: 'called', value: '' },
    ]);
  });

  it('lets words through at once when they cannot become a call', () => {
    const reader = createCallReader();
    expect(reader.push('<')).toEqual([]);
    expect(reader.push('b')).toEqual([{ type: 'text', text: '<b' }]);
    expect(reader.push('<tool_call>')).toEqual([{ type: 'text', text: '<tool_call>' }]);
  });
});

describe('shaping an answer', () => {
  const answer = (content: string, reason = 'stop'): JsonObject =>
    shapeWhole({
      id: 'x',
      usage: { total_tokens: 3 },
      choices: [{ index: 0, finish_reason: reason, message: { role: 'assistant', content } }],
    });

  it('gives calls, with nothing beside them', () => {
    expect(answer(call('weather', '{"city": "Rome"}'))).toEqual({
      id: 'x',
      usage: { total_tokens: 3 },
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: expect.stringMatching(/^call_\w{24}$/),
                type: 'function',
                function: { name: 'weather', arguments: '{"city": "Rome"}' },
              },
            ],
          },
        },
      ],
    });
  });

  it('leaves words as they are', () => {
    expect(answer('Hello <there>', 'length')).toMatchObject({
      choices: [{ finish_reason: 'length', message: { content: 'Hello <there>' } }],
    });
  });

  it('never shows a call that was cut short as a call', () => {
    const whole = call('weather', '{"city": "Rome"}');
    for (let length = 1; length < whole.length - callEnd.length; length += 1) {
      const { choices } = answer(whole.slice(0, length), 'length') as { choices: [{ message: JsonObject }] };
      expect(choices[0]).toMatchObject({ finish_reason: 'length' });
      expect(choices[0].message).not.toHaveProperty('tool_calls');
    }
    expect(answer(`${whole}\n${whole.slice(0, 30)}`, 'length')).toMatchObject({
      choices: [{ finish_reason: 'length', message: { tool_calls: [{ function: { name: 'weather' } }] } }],
    });
  });

  it('turns events into OpenAI’s: the name first, then the arguments as they come', () => {
    const shaper = createEventShaper();
    const event = (delta: JsonObject, finish: string | null = null): JsonObject => ({
      id: 'x',
      choices: [{ index: 0, finish_reason: finish, delta }],
    });
    const parts = [callBegin, callHead('weather'), '{"city":', ' "Rome"}', `}${callEnd}`];
    const events = [
      event({ role: 'assistant', content: null }),
      ...parts.map((content) => event({ content })),
      event({}, 'stop'),
      { id: 'x', choices: [], usage: { total_tokens: 5 } },
    ];
    expect(events.flatMap((one) => shaper.push(one))).toEqual([
      event({ role: 'assistant', content: null }),
      event({
        tool_calls: [
          {
            index: 0,
            id: expect.stringMatching(/^call_/),
            type: 'function',
            function: { name: 'weather', arguments: '' },
          },
        ],
      }),
      event({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
      event({ tool_calls: [{ index: 0, function: { arguments: ' "Rome"}' } }] }),
      event({}, 'tool_calls'),
      { id: 'x', choices: [], usage: { total_tokens: 5 } },
    ]);
  });

  it('streams words as they come and keeps each choice apart', () => {
    const shaper = createEventShaper();
    const of = (index: number, content: string): JsonObject => ({
      choices: [{ index, finish_reason: null, delta: { content } }],
    });
    expect(shaper.push(of(0, 'a'))).toEqual([of(0, 'a')]);
    expect(shaper.push(of(1, callBegin))).toEqual([]);
    expect(shaper.push(of(0, '<'))).toEqual([of(0, '<')]);
    expect(shaper.push({ choices: [{ index: 1, finish_reason: 'length', delta: {} }] })).toEqual([
      { choices: [{ index: 1, finish_reason: 'length', delta: {} }] },
    ]);
  });
});
