import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Assistant, TurnStream } from '#assistant';
import type { AssistantEvent } from '#contract';
import { AppError } from '#core';
import { startApi, type Answer, type ApiUnderTest } from '../testing/api-under-test.ts';

const at = '2026-01-01T00:00:00.000Z';
const events: readonly AssistantEvent[] = [
  { type: 'turn_started', seq: 1, at, model: null, mode: 'ask' },
  { type: 'turn_ended', seq: 2, at, stopReason: 'answered' },
];

let asked: unknown[][];
let api: ApiUnderTest;

/** Keeps what it is asked. */
function fakeAssistant(): Assistant {
  const stream: TurnStream = {
    start({ onEvent, onEnd }) {
      for (const event of events) onEvent(event);
      onEnd();
    },
    leave: () => void asked.push(['leave']),
  };
  const known: Partial<Record<keyof Assistant, (...args: readonly unknown[]) => unknown>> = {
    turn: () => stream,
    follow: () => stream,
    exportSession: () => '# It\n',
    answer: () => {
      throw new AppError('request.not_found', 'Nobody waits.', { params: { reason: 'approval' } });
    },
  };
  return new Proxy({} as Assistant, {
    get: (_target, name: keyof Assistant | 'then') =>
      // A promise of it must not take it for one.
      name === 'then'
        ? undefined
        : async (...args: readonly unknown[]) => {
            asked.push([name, ...args]);
            return known[name]?.(...args);
          },
  });
}

beforeEach(async () => {
  asked = [];
  const assistant = fakeAssistant();
  api = await startApi({ assistant: async () => await Promise.resolve(assistant) });
});
afterEach(() => api[Symbol.asyncDispose]());

const send = (method: string, path: string, body?: unknown): Promise<Answer> =>
  api.ask(`/gantry/assistant${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

describe('the routes of the assistant', () => {
  it('answer a question with the events of its turn', async () => {
    const { status, headers, text } = await send('POST', '/sessions/a%2Fb/turns', { text: 'why?' });
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/event-stream');
    expect(text).toBe(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''));
    expect(asked).toEqual([['turn', 'a/b', { text: 'why?', attachments: [], interactive: true }], ['leave']]);
  });

  it('follow a session from where a viewer left', async () => {
    await send('GET', '/sessions/s/events?after=7');
    expect(asked[0]).toEqual(['follow', 's', 7]);
  });

  it('hand out a transcript as a file', async () => {
    const { headers, text } = await send('GET', '/sessions/s/export?format=markdown');
    expect(text).toBe('# It\n');
    expect(headers['content-disposition']).toBe('attachment; filename="session.md"');
  });

  it.each([
    ['POST', '/enable', {}],
    ['POST', '/enable', { acceptTerms: 'yes' }],
    ['POST', '/sessions', { workingDirectory: 'relative' }],
    ['POST', '/sessions', { workingDirectory: '/w', mode: 'yolo' }],
    ['PATCH', '/sessions/s', { title: ' ' }],
    ['PATCH', '/sessions/s', { unknown: 1 }],
    ['POST', '/sessions/s/turns', { text: 1 }],
    ['POST', '/sessions/s/turns', { text: 'x', attachments: [{ kind: 'socket', name: 'x' }] }],
    ['POST', '/sessions/s/turns', '{'],
    ['POST', '/sessions/s/turns', `{"text":${'['.repeat(20_000)}`],
    ['POST', '/sessions/s/approvals/c', { kind: 'always' }],
    ['PUT', '/sessions/s/messages/m/feedback', { rating: 'meh' }],
    ['PATCH', '/tools', { name: 'x' }],
    ['PUT', '/permissions', { scope: 'locked', deny: [], ask: [], allow: [] }],
    ['GET', '/sessions/s/events?after=-1', undefined],
    ['GET', '/sessions/s/export?format=exe', undefined],
    ['GET', '/files?directory=etc', undefined],
  ])('refuse %s %s %j', async (method, path, body) => {
    const { status } = await send(method, path, body);
    expect(status).toBe(400);
    expect(asked).toEqual([]);
  });

  it('take a question in the place of another, by its name alone', async () => {
    await send('POST', '/sessions/s/turns', { text: 'better', replaces: 'm' });
    expect(asked[0]).toMatchObject(['turn', 's', { text: 'better', replaces: 'm' }]);
    asked = [];
    for (const replaces of ['', 7, null, 'x'.repeat(201)]) {
      expect((await send('POST', '/sessions/s/turns', { text: 'better', replaces })).status).toBe(400);
    }
    expect(asked).toEqual([]);
  });

  it('say which models may answer', async () => {
    expect((await send('GET', '/models')).status).toBe(200);
    expect(asked).toEqual([['models']]);
  });

  it('say what is not there', async () => {
    expect((await send('POST', '/sessions/s/approvals/c', { kind: 'once' })).status).toBe(404);
    expect((await send('GET', '/nothing')).status).toBe(404);
    expect((await send('POST', '/sessions/s')).status).toBe(404);
  });

  it('are for no page but our own', async () => {
    const { status } = await api.ask('/gantry/assistant/enable', {
      method: 'POST',
      headers: { origin: 'http://localhost:3000' },
      body: '{"acceptTerms":1}',
    });
    expect(status).toBe(403);
    expect(asked).toEqual([]);
  });
});
