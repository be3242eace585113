import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { AssistantEvent, TurnRequest } from '#contract';
import { systemClock } from '#core';
import type { AssistantClient } from '../client/assistant/types.ts';
import { en } from '../messages/en.ts';
import { createTranslate } from '../messages/translate.ts';
import { FakeOutput } from '../testing/run-for-test.ts';
import { printable } from '../output/printable.ts';
import { runTui } from './run-tui.ts';

const at = '2026-01-01T00:00:00.000Z';

/** A daemon that answers one turn with the events of a script; a promise in it is waited for. */
type Script = readonly (object | Promise<unknown>)[];

function fakeClient(script: Script): {
  client: AssistantClient;
  calls: [string, ...unknown[]][];
  turns: TurnRequest[];
} {
  const calls: [string, ...unknown[]][] = [];
  const turns: TurnRequest[] = [];
  let seq = 0;
  const client = new Proxy({} as AssistantClient, {
    get: (_target, name: string) => {
      if (name === 'turn') {
        return async function* turn(
          _id: string,
          request: TurnRequest,
          { signal }: { signal: AbortSignal },
        ): AsyncIterable<AssistantEvent> {
          turns.push(request);
          for (const one of script) {
            if (one instanceof Promise) await Promise.race([one, once(signal, 'abort')]);
            else yield { seq: (seq += 1), at, ...one } as AssistantEvent;
          }
        };
      }
      return async (...args: unknown[]) => {
        calls.push([name, ...args]);
        if (name === 'files') return { paths: ['app.ts'], truncated: false };
        if (name === 'undo') return { files: [{ path: 'app.ts', outcome: 'restored' }] };
        return undefined;
      };
    },
  });
  return { client, calls, turns };
}

class Typist {
  readonly input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  readonly output = Object.assign(new FakeOutput({ columns: 80 }), { rows: 30 });
  private from = 0;

  /** Types and resolves with what is shown from there on, once it has what is wanted. */
  async type(keys: string, wanted: RegExp): Promise<string> {
    if (keys !== '') {
      this.from = this.output.text.length;
      this.input.write(keys);
    }
    for (;;) {
      const seen = printable(this.output.text.slice(this.from).replaceAll('\r', ''));
      if (wanted.test(seen)) return seen;
      await new Promise((resolve) => {
        this.output.once('data', resolve);
      });
    }
  }
}

let left: Promise<unknown> | undefined;
let life = new AbortController();
afterEach(async () => {
  life.abort();
  await left;
  life = new AbortController();
});

function open(script: Script): { person: Typist; ended: Promise<readonly string[]> } & ReturnType<typeof fakeClient> {
  const person = new Typist();
  const fake = fakeClient(script);
  const session = { id: 's1', title: '', workingDirectory: '/w', mode: 'ask', model: null } as const;
  const ended = runTui(
    {
      client: fake.client,
      input: person.input,
      output: person.output,
      clock: systemClock,
      t: createTranslate(en),
      language: 'en',
      colors: false,
      env: {},
      home: '/home/me',
      workingDirectory: '/w',
      history: [],
      models: async () => ['ai/a', 'ai/b'],
      writeNew: async () => true,
      editText: async (text) => `${text} edited`,
      suspend: async () => {},
      signal: life.signal,
    },
    { session, events: [], inputs: [], isBusy: false },
  );
  left = ended;
  return { person, ended, ...fake };
}

const ended = { type: 'turn_ended', stopReason: 'answered' };

describe('the assistant on a terminal', () => {
  it('sends a question with the files it names, streams the answer and leaves with what was typed', async () => {
    const {
      person,
      turns,
      ended: over,
    } = open([
      {
        type: 'user_message',
        messageId: 'u',
        text: 'look at @app.ts',
        attachments: [{ kind: 'file', name: 'app.ts' }],
      },
      { type: 'text', messageId: 'm', text: '# Ti' },
      { type: 'text', messageId: 'm', text: 'tle\n\nSome **bold**' },
      { type: 'text', messageId: 'm', text: ' words.\u001B[2J\u202E' },
      ended,
    ]);
    await person.type('', /no model · ask · \/w/);
    const seen = await person.type('look at @app.ts\r', /Some bold words\./);
    expect(seen).toContain('+ app.ts');
    expect(turns).toEqual([
      { text: 'look at @app.ts', attachments: [{ kind: 'file', name: 'app.ts' }], interactive: true },
    ]);
    person.input.write('\u0004');
    expect(await over).toEqual(['look at @app.ts']);
    expect(person.output.text).not.toMatch(/\u202E/);
  });

  it('asks before something is done, shows exactly what, and passes the answer on', async () => {
    const { person, calls } = open([
      {
        type: 'tool_call_confirmation',
        callId: 'c1',
        tool: 'write_file',
        title: 'Write app.ts',
        preview: '--- app.ts\n+++ app.ts\n@@ -1 +1 @@\n-old\n+new\u200B',
        risk: 'R3',
        because: 'risk',
        reasons: ['writes'],
        untrustedWords: [],
        scopes: ['session', 'project'],
      },
      new Promise(() => {}),
    ]);
    const seen = await person.type('change it\r', /\[Y\] once/);
    expect(seen).toContain('+new⟨U+200B⟩');
    expect(seen).toContain('Because: it changes something');
    await person.type('n', /Why not\?/);
    await person.type('not now\r', /works, Esc stops/);
    expect(calls).toContainEqual(['answer', 's1', 'c1', { kind: 'reject', reason: 'not now' }]);
    person.input.write('\u001B');
    await person.type('', /stops/);
    expect(calls).toContainEqual(['stop', 's1']);
  });

  it('carries out commands and says what became of them', async () => {
    const { person, calls } = open([]);
    await person.type('/undo\r', /app\.ts: as it was before/);
    await person.type('/mode plan\r', /mode is now plan/);
    expect(calls).toContainEqual(['changeSession', 's1', { mode: 'plan' }]);
    await person.type('/model\r', /Which model\?[^]*ai\/b/);
    await person.type('b\r', /model is now ai\/b/);
    expect(calls).toContainEqual(['changeSession', 's1', { model: 'ai/b' }]);
    await person.type('draft', /› draft/);
    await person.type('\u0007', /› draft edited/);
    await person.type('\u0003/nosuch\r', /no command \/nosuch/);
  });

  it('says what went wrong and stays', async () => {
    const { person } = open([
      { type: 'error', code: 'source.unreachable', message: 'The model is out of reach.' },
      ended,
    ]);
    await person.type('hi\r', /✗ The model is out of reach\./);
    await person.type('\u0003', /Ctrl-C once more leaves/);
  });
});
