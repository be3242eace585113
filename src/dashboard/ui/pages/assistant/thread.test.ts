import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssistantEvent } from '#contract';
import { previewLines } from './preview-lines.ts';
import { emptyThread, threadOf, withEvent, type Thread } from './thread.ts';

const at = '2026-01-01T00:00:00.000Z';
type Without<Event> = Event extends AssistantEvent ? Omit<Event, 'seq' | 'at'> : never;

function eventsOf(bodies: readonly Without<AssistantEvent>[]): AssistantEvent[] {
  return bodies.map((body, index) => ({ seq: index + 1, at, ...body }) as AssistantEvent);
}

function threadAfter(...bodies: readonly Without<AssistantEvent>[]): Thread {
  return eventsOf(bodies).reduce(withEvent, emptyThread);
}

const call = { callId: 'c', tool: 'shell', title: 'Run', preview: 'rm x', risk: 'R5' } as const;
const asked: Without<AssistantEvent> = {
  ...call,
  type: 'tool_call_confirmation',
  because: 'risk',
  reasons: [],
  untrustedWords: [],
  scopes: [],
};

describe('what events add up to', () => {
  it('joins the pieces of a message, and begins anew behind what came in between', () => {
    const { items } = threadAfter(
      { type: 'text', messageId: 'm', text: 'a' },
      { type: 'text', messageId: 'm', text: 'b' },
      { type: 'tool_call', ...call, arguments: '{}' },
      { type: 'text', messageId: 'm', text: 'c' },
    );
    expect(items.map((item) => ('text' in item ? item.text : item.kind))).toEqual(['ab', 'tool', 'c']);
  });

  it('asks about a call until it is answered, here or elsewhere, or the turn is over', () => {
    const open = threadAfter({ type: 'tool_call', ...call, arguments: '{}' }, asked);
    expect(open.items[0]).toMatchObject({ state: 'asked', asked: { callId: 'c' } });
    const answered = withEvent(open, { seq: 9, at, type: 'approval', callId: 'c', kind: 'once' });
    expect(answered.items[0]).toMatchObject({ state: 'running', asked: undefined });
    const ended = withEvent(open, { seq: 9, at, type: 'turn_ended', stopReason: 'aborted' });
    expect(ended.items[0]).toMatchObject({ state: 'stopped', asked: undefined });
    expect(ended.isBusy).toBe(false);
  });

  it('asks nothing in a session that was left in the middle', () => {
    const events = eventsOf([{ type: 'tool_call', ...call, arguments: '{}' }, asked]);
    expect(threadOf({ events, busy: false }).items[0]).toMatchObject({ state: 'stopped', asked: undefined });
    expect(threadOf({ events, busy: true }).items[0]).toMatchObject({ state: 'asked' });
  });

  it('is the same when a stream is opened again and says things twice', () => {
    const events = eventsOf([
      { type: 'user_message', messageId: 'u', text: 'hi', attachments: [] },
      { type: 'text', messageId: 'm', text: 'a' },
      { type: 'text', messageId: 'm', text: 'b' },
      asked,
      { type: 'turn_ended', stopReason: 'answered' },
    ]);
    const once = events.reduce(withEvent, emptyThread);
    fc.assert(
      fc.property(fc.nat(events.length), fc.nat(events.length), (first, again) => {
        const from = Math.min(first, again);
        const all = [...events.slice(0, first), ...events.slice(from)];
        expect(all.reduce(withEvent, emptyThread)).toEqual(once);
      }),
    );
  });
});

describe('what waits for approval', () => {
  const listed = [
    { type: 'turn_started', model: null, mode: 'ask' },
    { type: 'tool_call', ...call, arguments: '{}' },
    { type: 'needs_approval', ...call, arguments: '{}' },
    { type: 'tool_call_response', callId: 'c', text: 'Nobody.', untrusted: false, isError: true, outcome: 'denied' },
    { type: 'turn_ended', stopReason: 'needs_approval', plan: 'p' },
  ] as const;

  it('is one card, and a list with the name of all of it', () => {
    const { items, plan } = threadAfter(...listed);
    expect(items.map((item) => ('state' in item ? item.state : item.kind))).toEqual(['listed', 'note']);
    expect(plan).toMatchObject({ name: 'p', calls: [{ callId: 'c', preview: 'rm x' }] });
  });

  it('is done under the same name, and what was listed stays as it was', () => {
    const { items } = threadAfter(
      ...listed,
      { type: 'turn_started', model: null, mode: 'ask' },
      { type: 'tool_call', ...call, arguments: '{}' },
      { type: 'approval', callId: 'c', kind: 'once' },
      { type: 'tool_call_response', callId: 'c', text: 'x', untrusted: true, isError: false, outcome: 'done' },
      { type: 'turn_ended', stopReason: 'answered' },
    );
    expect(items.flatMap((item) => (item.kind === 'tool' ? [item.state] : []))).toEqual(['listed', 'done']);
  });
});

describe('a session that is deleted', () => {
  it('is known to be, also where it is told after more', () => {
    expect(threadAfter({ type: 'session_removed' }, { type: 'turn_ended', stopReason: 'aborted' }).isRemoved).toBe(
      true,
    );
  });
});

describe('a question that is asked anew', () => {
  it('takes out what stands from it on', () => {
    const question = (text: string) => ({ type: 'user_message' as const, messageId: text, text, attachments: [] });
    const thread = threadAfter(
      question('first'),
      { type: 'text', messageId: 'a', text: 'one' },
      question('second'),
      { type: 'text', messageId: 'b', text: 'two' },
      { type: 'rewound', fromSeq: 3 },
      question('better'),
    );
    expect(thread.items.map((item) => ('text' in item ? item.text : item.kind))).toEqual(['first', 'one', 'better']);
    expect(thread.isBusy).toBe(true);
  });
});

describe('what is about to be done', () => {
  it('has the lines of a diff by what they say, and hides no control character', () => {
    expect(previewLines('--- a\n+++ a\n@@ -1 +1 @@\n-x\n+y\u001B[8m\n z\n')).toEqual([
      { kind: 'file', text: '--- a' },
      { kind: 'file', text: '+++ a' },
      { kind: 'place', text: '@@ -1 +1 @@' },
      { kind: 'removed', text: '-x' },
      { kind: 'added', text: '+y⟨001B⟩[8m' },
      { kind: 'plain', text: ' z' },
    ]);
    expect(previewLines('ls -l')).toEqual([{ kind: 'plain', text: 'ls -l' }]);
  });
});
