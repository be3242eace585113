import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssistantEvent } from '#contract';
import { createTranslate } from '../../messages/translate.ts';
import { en } from '../../messages/en.ts';
import { zh } from '../../messages/zh.ts';
import type { Key, KeyName } from '../input/keys.ts';
import { lineWidth, paint } from '../text/line.ts';
import { frame } from '../view/frame.ts';
import { nothingPrinted, transcript } from '../view/transcript.ts';
import { firstState, reduce } from './reduce.ts';
import type { Effect, Input, SessionFacts, State } from './types.ts';

const session: SessionFacts = {
  id: 's',
  title: '',
  workingDirectory: '/home/me/项目',
  mode: 'ask',
  model: { name: 'ai/qwen', isLocal: true },
};
const fresh = (): State => firstState(session, { history: ['earlier question', 'first question'] });
const at = '2026-01-01T00:00:00.000Z';
let seq = 0;
type Without<Event> = Event extends AssistantEvent ? Omit<Event, 'seq' | 'at'> : never;
const event = (one: Without<AssistantEvent>): Input => ({
  type: 'event',
  event: { seq: (seq += 1), at, ...one } as AssistantEvent,
});
const key = (name: KeyName): Input => ({ type: 'key', key: { type: 'key', name } });
const type = (text: string): Input => ({ type: 'key', key: { type: 'text', text } });

function after(inputs: readonly Input[], from = fresh()): { state: State; effects: Effect[] } {
  const effects: Effect[] = [];
  let state = from;
  for (const input of inputs) {
    const step = reduce(state, input);
    state = step.state;
    effects.push(...step.effects.filter((effect) => effect.type !== 'remember'));
  }
  return { state, effects };
}

const started = event({ type: 'turn_started', model: null, mode: 'ask' });
const ended = event({ type: 'turn_ended', stopReason: 'answered' });
const asked = (callId = 'c1', preview = 'docker rm db'): Input =>
  event({
    type: 'tool_call_confirmation',
    callId,
    tool: 'shell',
    title: 'Run a command',
    preview,
    risk: 'R5',
    because: 'risk',
    reasons: ['deletes'],
    untrustedWords: [],
    scopes: ['session'],
  });
const arm: Input = { type: 'arm', callId: 'c1' };

describe('a question', () => {
  it('is sent with Enter, and waits while a turn is under way', () => {
    const { state, effects } = after([type('hi'), key('enter'), started, type('more'), key('enter')]);
    expect(effects).toEqual([{ type: 'send', question: { text: 'hi', attachments: [] } }]);
    expect(state.queue.map(({ text }) => text)).toEqual(['more']);
    const next = after([ended, { type: 'turn_closed' }], state);
    expect(next.effects).toEqual([{ type: 'send', question: { text: 'more', attachments: [] } }]);
  });

  it('that waits comes back into the editor when the turn is stopped', () => {
    const { state, effects } = after([
      type('hi'),
      key('enter'),
      type('more'),
      key('enter'),
      key('escape'),
      event({ type: 'turn_ended', stopReason: 'aborted' }),
      { type: 'turn_closed' },
    ]);
    expect(effects.map((effect) => effect.type)).toEqual(['send', 'stop']);
    expect(state).toMatchObject({ turn: 'idle', queue: [], editor: { text: 'more' } });
  });

  it('that begins with a path is no command', () => {
    const { effects } = after([type('/etc/hosts is broken'), key('enter')]);
    expect(effects).toEqual([{ type: 'send', question: { text: '/etc/hosts is broken', attachments: [] } }]);
  });

  it('takes a long paste as an attachment', () => {
    const text = 'line\n'.repeat(50);
    const { state } = after([{ type: 'key', key: { type: 'paste', text } }]);
    expect(state.attachments).toEqual([{ kind: 'text', name: 'paste 1', content: text }]);
    expect(state.editor.text).toBe('');
  });
});

describe('commands and completion', () => {
  it('completes a command and runs it', () => {
    const { effects, state } = after([type('/he'), key('enter')]);
    expect(effects).toEqual([{ type: 'command', name: 'help', rest: '' }]);
    expect(state.editor.text).toBe('');
    expect(after([type('/title My work'), key('enter')]).effects).toEqual([
      { type: 'command', name: 'title', rest: 'My work' },
    ]);
  });

  it('says that there is no such command and keeps what was typed', () => {
    const { effects, state } = after([type('/exprot x'), key('enter')]);
    expect(effects).toEqual([]);
    expect(state.editor.text).toBe('/exprot x');
    expect(state.items.at(-1)).toMatchObject({ kind: 'notice', saying: { values: { close: '/export' } } });
  });

  it('asks for files behind @ and puts the chosen one in', () => {
    const files: Input = { type: 'files', prefix: 'sr', paths: ['src/', 'src.txt'] };
    const first = after([type('look at @sr')]);
    expect(first.effects.at(-1)).toEqual({ type: 'complete', prefix: 'sr' });
    const { state } = after([files, key('down'), key('tab')], first.state);
    expect(state.editor.text).toBe('look at @src.txt ');
    const folder = after([files, key('tab')], first.state);
    expect(folder.state.editor.text).toBe('look at @src/');
    expect(folder.effects.at(-1)).toEqual({ type: 'complete', prefix: 'src/' });
  });

  it('drops files of a word that has changed since', () => {
    const { state } = after([type('@a'), type('b'), { type: 'files', prefix: 'a', paths: ['a.txt'] }]);
    expect(state.menu).toBeUndefined();
  });
});

describe('history', () => {
  it('comes back with the arrows, and goes forward to what was being typed', () => {
    const { state } = after([type('new'), key('up'), key('up')]);
    expect(state.editor.text).toBe('first question');
    expect(after([key('down'), key('down')], state).state.editor.text).toBe('new');
  });

  it('is searched with Ctrl-R; Enter sends what was found', () => {
    const { effects } = after([key('ctrl-r'), type('firs'), key('enter')]);
    expect(effects).toEqual([{ type: 'send', question: { text: 'first question', attachments: [] } }]);
  });
});

describe('approval', () => {
  it('is given once, and a second press gives nothing', () => {
    const { effects } = after([started, asked(), arm, type('y'), type('y')]);
    expect(effects).toEqual([{ type: 'approve', callId: 'c1', approval: { kind: 'once' } }]);
  });

  it('is never given by what was being typed when the question came', () => {
    const { effects, state } = after([started, type('please '), asked(), type('y'), arm, type('y')]);
    expect(effects).toEqual([]);
    expect(state.editor.text).toBe('please yy');
    expect(after([key('tab'), type('y')], state).effects).toEqual([
      { type: 'approve', callId: 'c1', approval: { kind: 'once' } },
    ]);
  });

  it('is never given by a paste, nor by a key before the question could be seen', () => {
    const paste: Input = { type: 'key', key: { type: 'paste', text: 'yes' } };
    expect(after([started, asked(), arm, paste]).effects).toEqual([]);
    expect(after([started, asked(), type('y')]).effects).toEqual([]);
  });

  it('is not given for longer than is offered', () => {
    expect(after([started, asked(), arm, type('p')]).effects).toEqual([]);
    expect(after([started, asked(), arm, type('s')]).effects).toEqual([
      { type: 'approve', callId: 'c1', approval: { kind: 'session' } },
    ]);
  });

  it('is refused with a reason', () => {
    const { effects } = after([started, asked(), arm, type('n'), type('use stop y'), key('enter')]);
    expect(effects).toEqual([{ type: 'approve', callId: 'c1', approval: { kind: 'reject', reason: 'use stop y' } }]);
  });

  it('that another screen gave closes the question here', () => {
    const { state } = after([started, asked(), event({ type: 'approval', callId: 'c1', kind: 'once' })]);
    expect(state.dialogs).toEqual([]);
  });

  it('shows all of a command that is longer than the terminal, page by page', () => {
    const preview = Array.from({ length: 100 }, (_, line) => `step ${line}`).join('\n');
    let { state } = after([started, asked('c1', preview), arm]);
    const seen = new Set<string>();
    for (let page = 0; page < 40; page += 1) {
      for (const line of drawn(state, { columns: 60, rows: 20 })) seen.add(/step \d+/.exec(line)?.[0] ?? '');
      state = after([key('page-down')], state).state;
    }
    expect([...seen].filter((line) => line !== '')).toHaveLength(100);
  });
});

describe('leaving', () => {
  it('takes Ctrl-C twice when nothing runs, and a key in between forgets the first', () => {
    expect(after([key('ctrl-c'), key('ctrl-c')]).effects).toEqual([{ type: 'leave' }]);
    expect(after([key('ctrl-c'), type('a'), key('ctrl-c')]).effects).toEqual([]);
  });

  it('stops what runs first', () => {
    const { effects } = after([started, key('ctrl-c'), key('ctrl-c'), key('ctrl-c')]);
    expect(effects.map((effect) => effect.type)).toEqual(['stop', 'leave']);
  });

  it('takes Ctrl-D in an empty editor, or /exit', () => {
    expect(after([key('ctrl-d')]).effects).toEqual([{ type: 'leave' }]);
    expect(after([type('a'), key('ctrl-d')]).effects).toEqual([]);
    expect(after([type('/exit'), key('enter')]).effects).toEqual([{ type: 'leave' }]);
  });
});

function drawn(
  state: State,
  { columns, rows, chinese = false }: { columns: number; rows: number; chinese?: boolean },
): string[] {
  const t = createTranslate(chinese ? zh : en);
  const { open } = transcript(state.items, nothingPrinted, { columns, t, expanded: state.expanded });
  const { lines, cursor } = frame(state, { columns, rows, t, tick: 0, open, home: '/home/me' });
  expect(lines.length).toBeLessThan(Math.max(5, rows));
  expect(cursor.row).toBeLessThan(lines.length);
  for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
  return lines.map((line) => paint(line, { colors: false }));
}

describe('the screen, whatever happens', () => {
  const word = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom('/', '@s', '你好', '\u001B[2J', 'y', 'n'),
  );
  const names: readonly KeyName[] = [
    'enter',
    'newline',
    'tab',
    'escape',
    'backspace',
    'up',
    'down',
    'left',
    'ctrl-c',
    'ctrl-d',
    'ctrl-r',
    'ctrl-o',
    'ctrl-x',
    'page-down',
    'ctrl-w',
  ];
  const keys: fc.Arbitrary<Key> = fc.oneof(
    fc.constantFrom(...names).map((name) => ({ type: 'key', name }) as const),
    word.map((text) => ({ type: 'text', text }) as const),
    word.map((text) => ({ type: 'paste', text }) as const),
  );
  const callId = fc.constantFrom('c1', 'c2');
  const call = fc.record({
    callId,
    tool: word,
    title: word,
    preview: fc.option(word, { nil: undefined }),
    risk: fc.constantFrom('R0', 'R3', 'R5'),
  });
  const events = fc.oneof(
    fc.record({ type: fc.constantFrom('text', 'reasoning'), messageId: fc.constantFrom('m1', 'm2'), text: word }),
    call.map((one) => ({ type: 'tool_call', arguments: '{}', ...one })),
    call.map((one) => ({
      type: 'tool_call_confirmation',
      because: 'risk',
      reasons: ['new-kind'],
      untrustedWords: ['x'],
      scopes: ['session'],
      ...one,
    })),
    fc.record({ type: fc.constant('approval'), callId, kind: fc.constantFrom('once', 'reject') }),
    fc.record({ type: fc.constant('tool_output'), callId, text: word }),
    fc.record({
      type: fc.constant('tool_call_response'),
      callId,
      text: word,
      untrusted: fc.boolean(),
      isError: fc.boolean(),
      outcome: fc.constantFrom('done', 'failed'),
    }),
    fc.record({
      type: fc.constant('fact_card'),
      cardId: word,
      kind: fc.constant('why'),
      title: word,
      markdown: word,
      data: fc.constant(null),
    }),
    fc.record({ type: fc.constant('user_message'), messageId: word, text: word, attachments: fc.constant([]) }),
    fc.record({
      type: fc.constant('token_usage'),
      promptTokens: fc.nat(),
      completionTokens: fc.nat(),
      contextTokens: fc.nat(),
    }),
    fc.record({ type: fc.constant('turn_started'), model: fc.constant(null), mode: fc.constantFrom('ask', 'auto') }),
    fc.record({ type: fc.constant('turn_ended'), stopReason: fc.constantFrom('answered', 'aborted', 'error') }),
    fc.record({ type: fc.constant('answer_discarded'), messageId: fc.constant('m1'), reason: fc.constant('broken') }),
    fc.record({ type: fc.constant('continue_confirmation'), callId, steps: fc.nat() }),
  );
  const inputs: fc.Arbitrary<Input> = fc.oneof(
    keys.map((pressed) => ({ type: 'key', key: pressed }) as const),
    events.map((one) => event(one as Without<AssistantEvent>)),
    callId.map((id) => ({ type: 'arm', callId: id }) as const),
    fc.constant({ type: 'turn_closed' } as const),
    fc.record({ type: fc.constant('files' as const), prefix: word, paths: fc.array(word) }),
  );

  it('fits the terminal, shows no control character, and approves only what was asked about', () => {
    fc.assert(
      fc.property(
        fc.array(inputs, { maxLength: 60 }),
        fc.integer({ min: 8, max: 100 }),
        fc.boolean(),
        (all, columns, chinese) => {
          let state = fresh();
          const open = new Set<string>();
          for (const one of all) {
            if (one.type === 'event' && one.event.type.endsWith('confirmation') && 'callId' in one.event)
              open.add(one.event.callId);
            const dialogs = state.dialogs;
            const step = reduce(state, one);
            for (const effect of step.effects) {
              if (effect.type !== 'approve') continue;
              expect(open).toContain(effect.callId);
              expect(dialogs[0]).toMatchObject({ armed: true });
            }
            state = step.state;
          }
          for (const line of drawn(state, { columns, rows: 16, chinese })) expect(line).not.toMatch(/\p{Cc}/u);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('prints each item once: what is above never changes', () => {
    const t = createTranslate(en);
    fc.assert(
      fc.property(fc.array(events, { maxLength: 40 }), (all) => {
        let state = fresh();
        let printed = nothingPrinted;
        const above: string[] = [];
        for (const one of all) {
          state = reduce(state, event(one as Without<AssistantEvent>)).state;
          const shown = transcript(state.items, printed, { columns: 60, t, expanded: false });
          printed = shown.printed;
          above.push(...shown.lines.map((line) => paint(line, { colors: false })));
        }
        state = reduce(state, { type: 'turn_closed' }).state;
        const last = transcript(state.items, printed, { columns: 60, t, expanded: false });
        expect(last.open).toEqual([]);
        expect(last.printed.items).toBe(state.items.length);
      }),
    );
  });
});
