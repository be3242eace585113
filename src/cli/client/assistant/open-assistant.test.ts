import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AssistantEvent } from '#contract';
import { en } from '../../messages/en.ts';
import { createTranslate } from '../../messages/translate.ts';
import { createFakeDaemon, failure, json, type FakeDaemon } from '../../testing/fake-daemon.ts';
import { connectOnly } from '../connect.ts';
import { openAssistant } from './open-assistant.ts';
import type { AssistantClient } from './types.ts';

const t = createTranslate(en);
const at = '2026-01-01T00:00:00.000Z';
let daemon: FakeDaemon;
let assistant: AssistantClient;

beforeEach(async () => {
  daemon = await createFakeDaemon();
  const address = { kind: 'local', socket: daemon.paths.socket } as const;
  const { signal } = new AbortController();
  assistant = await openAssistant({ t, daemon: async () => connectOnly({ address, signal, t }) });
});
afterEach(() => daemon[Symbol.asyncDispose]());

async function all(events: AsyncIterable<AssistantEvent>): Promise<readonly AssistantEvent[]> {
  const seen: AssistantEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}

describe('the client of the assistant', () => {
  it('streams the events of a turn, however they are cut', async () => {
    const events = [
      { seq: 1, at, type: 'turn_started', model: null, mode: 'ask' },
      { seq: 2, at, type: 'text', messageId: 'm1', text: '你好\n' },
      { seq: 3, at, type: 'turn_ended', stopReason: 'answered' },
    ];
    const bytes = Buffer.from(events.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(''));
    daemon.on('POST /gantry/assistant/sessions/s%201/turns', (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of bytes) response.write(Buffer.of(byte));
      response.end();
    });
    expect(await all(assistant.turn('s 1', { text: 'hi', attachments: [] }))).toEqual(events);
    expect(daemon.requests.at(-1)?.body).toEqual({ text: 'hi', attachments: [] });
  });

  it('says what the daemon refuses, and what it does not understand', async () => {
    daemon.on('POST /gantry/assistant/sessions/s/turns', failure('request.invalid', 'Enable it first.'));
    await expect(all(assistant.turn('s', { text: 'hi' }))).rejects.toThrow('Enable it first.');
    daemon.on('GET /gantry/assistant/sessions/s/events?after=3', (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"type":"text"}\n\n');
    });
    await expect(all(assistant.events('s', { after: 3 }))).rejects.toMatchObject({ code: 'internal' });
  });

  it('asks for what is listed with its query', async () => {
    daemon.on('GET /gantry/assistant/sessions?query=a+b', json([]));
    expect(await assistant.sessions('a b')).toEqual([]);
    daemon.on('GET /gantry/assistant/files?directory=%2Fw&prefix=s', json({ paths: ['src/'], truncated: false }));
    expect(await assistant.files('/w', 's')).toEqual({ paths: ['src/'], truncated: false });
  });
});
