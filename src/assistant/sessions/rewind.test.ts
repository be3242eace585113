import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compact } from '../loop/compact.ts';
import type { Message } from '../loop/types.ts';
import { applyChange, newRecord } from './apply-change.ts';
import type { SessionChange, SessionRecord } from './types.ts';

const at = '2026-01-01T00:00:00.000Z';
const meta = {
  id: 's',
  title: '',
  workingDirectory: '/work',
  createdAtMs: 0,
  updatedAtMs: 0,
  starred: false,
  mode: 'ask' as const,
  model: null,
};

/** Turn `n`, with results of tools so long that little has room. */
function turn(record: SessionRecord, n: number): readonly SessionChange[] {
  const seq = (record.events.at(-1)?.seq ?? 0) + 1;
  const add: Message[] = [
    { role: 'user', content: `question ${n}` },
    { role: 'assistant', content: '', toolCalls: [{ id: `c${n}`, name: 't', arguments: '{}' }] },
    { role: 'tool', callId: `c${n}`, tool: 't', content: 'x'.repeat(2000) },
    { role: 'assistant', content: `answer ${n}`, toolCalls: [] },
  ];
  return [
    {
      kind: 'event',
      event: { type: 'user_message', seq, at, messageId: `q${n}`, text: `question ${n}`, attachments: [] },
    },
    { kind: 'messages', keep: record.messages.length, add, untrusted: [] },
  ];
}

function shortened(record: SessionRecord, maxTokens: number): SessionChange {
  const { messages } = compact(record.messages, { tools: [], maxTokens });
  const differs = messages.findIndex((message, index) => message !== record.messages[index]);
  const keep = differs === -1 ? messages.length : differs;
  return { kind: 'messages', keep, add: messages.slice(keep), untrusted: [] };
}

describe('a session that goes back to a question', () => {
  it('gives the model only what came before it, however often it was shortened in between', () => {
    const steps = fc.array(fc.oneof(fc.constant('turn' as const), fc.integer({ min: 50, max: 3000 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(steps, fc.nat(), (all, chosen) => {
        let record = newRecord(meta);
        let turns = 0;
        for (const step of all) {
          const changes = step === 'turn' ? turn(record, (turns += 1)) : [shortened(record, step)];
          for (const change of changes) record = applyChange(record, change);
        }
        if (turns === 0) return;
        const target = record.questions[chosen % turns];
        if (!target) throw new Error('a question is missing');
        const gone = applyChange(record, {
          kind: 'event',
          event: { type: 'rewound', seq: 1000, at, fromSeq: target.seq },
        });
        const number = Number(target.messageId.slice(1));
        const left = gone.messages.flatMap(({ role, content }) => (role === 'user' ? [content] : []));
        expect(left).toEqual(
          record.messages.flatMap(({ role, content }) =>
            role === 'user' && Number(content.split(' ')[1]) < number ? [content] : [],
          ),
        );
        expect(gone.questions).toHaveLength(number - 1);
        expect(gone.events.filter(({ type }) => type === 'user_message')).toHaveLength(number - 1);
      }),
    );
  });
});
