import type { AssistantEvent } from '#contract';
import type { Message } from '../loop/types.ts';
import type { Question, SessionChange, SessionMeta, SessionRecord } from './types.ts';

export function newRecord(meta: SessionMeta): SessionRecord {
  return { meta, events: [], messages: [], untrusted: [], feedback: {}, plan: null, questions: [] };
}

/** A session after one more change. */
export function applyChange(record: SessionRecord, change: SessionChange): SessionRecord {
  switch (change.kind) {
    case 'meta':
      return { ...record, meta: change.meta };
    case 'event':
      return withQuestion({ ...record, events: withEvent(record.events, change.event) }, change.event);
    case 'messages': {
      const messages = [...record.messages.slice(0, change.keep), ...change.add];
      return {
        ...record,
        messages,
        questions: moved(record.questions, { from: record.messages, to: messages }),
        untrusted: [...record.untrusted, ...change.untrusted],
      };
    }
    case 'feedback': {
      const { [change.messageId]: _, ...others } = record.feedback;
      return {
        ...record,
        feedback: change.feedback === null ? others : { ...others, [change.messageId]: change.feedback },
      };
    }
    case 'plan':
      return { ...record, plan: change.plan };
  }
}

/** Remembers where a question stands; takes out what is asked anew, of what people see and of what the model is given. */
function withQuestion(record: SessionRecord, event: AssistantEvent): SessionRecord {
  const { questions, messages } = record;
  if (event.type === 'user_message') {
    const question = { messageId: event.messageId, seq: event.seq, before: messages.length };
    return { ...record, questions: [...questions, question] };
  }
  if (event.type !== 'rewound') return record;
  const first = questions.find(({ seq }) => seq >= event.fromSeq);
  return {
    ...record,
    messages: messages.slice(0, first?.before),
    questions: questions.filter(({ seq }) => seq < event.fromSeq),
    plan: null,
  };
}

/** Where questions stand once the messages were shortened, which takes away the oldest turns: each is as far from the end as before. */
function moved(
  questions: readonly Question[],
  { from, to }: { readonly from: readonly Message[]; readonly to: readonly Message[] },
): readonly Question[] {
  if (from.every((message, index) => to[index] === message)) return questions;
  const asked = to.flatMap(({ role }, index) => (role === 'user' ? [index] : []));
  return questions.map((question) => {
    const since = from.slice(question.before).filter(({ role }) => role === 'user').length;
    return { ...question, before: since === 0 ? to.length : (asked.at(-since) ?? 0) };
  });
}

/** Pieces of one text become one; what was discarded is no longer there. */
function withEvent(events: readonly AssistantEvent[], event: AssistantEvent): readonly AssistantEvent[] {
  if (event.type === 'answer_discarded') {
    return events.filter(
      (one) => !((one.type === 'text' || one.type === 'reasoning') && one.messageId === event.messageId),
    );
  }
  if (event.type === 'rewound') return [...events.filter(({ seq }) => seq < event.fromSeq), event];
  const last = events.at(-1);
  if (
    (event.type === 'text' || event.type === 'reasoning') &&
    last?.type === event.type &&
    last.messageId === event.messageId
  )
    return [...events.slice(0, -1), { ...event, text: last.text + event.text }];
  return [...events, event];
}

/** Questions and answers. */
export function countMessages({ events }: Pick<SessionRecord, 'events'>): number {
  return new Set(
    events.flatMap((event) => (event.type === 'user_message' || event.type === 'text' ? [event.messageId] : [])),
  ).size;
}

/**
 * What a daemon that was killed left unfinished, brought to an end: the turn is over, and the model is told what had been said and
 * done, so that it neither does it again nor believes that nothing happened.
 */
export function closeInterrupted(record: SessionRecord, at: string): readonly SessionChange[] {
  const { events, messages } = record;
  const started = events.findLastIndex(({ type }) => type === 'turn_started');
  const ended = events.findLastIndex(({ type }) => type === 'turn_ended');
  const asked = events.findLastIndex(({ type }) => type === 'user_message');
  if (Math.max(started, asked) <= ended) return [];
  const turn = events.slice(ended + 1);
  const seq = (events.at(-1)?.seq ?? 0) + 1;
  const end: SessionChange = {
    kind: 'event',
    event: { type: 'turn_ended', seq, at, stopReason: 'interrupted' },
  };
  if (messages.at(-1)?.role !== 'user') return [end];
  const note: Message = { role: 'assistant', content: told(turn), toolCalls: [] };
  return [{ kind: 'messages', keep: messages.length, add: [note], untrusted: [] }, end];
}

function told(turn: readonly AssistantEvent[]): string {
  const said = turn.flatMap((event) => (event.type === 'text' ? [event.text] : [])).join('\n');
  const outcomes = new Map(
    turn.flatMap((event) => (event.type === 'tool_call_response' ? [[event.callId, event.outcome]] : [])),
  );
  const done = turn.flatMap((event) =>
    event.type === 'tool_call' ? [`${event.tool}: ${outcomes.get(event.callId) ?? 'not known to have ended'}`] : [],
  );
  const actions = done.length > 0 ? ` Tools that were called: ${done.join('; ')}.` : '';
  return `${said}\n[This answer was interrupted.${actions}]`.trim();
}
