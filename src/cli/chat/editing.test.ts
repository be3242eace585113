import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deferred, gantryPaths } from '#core';
import { FakeOutput } from '../testing/run-for-test.ts';
import { openHistory } from './history.ts';
import { createLineReader } from './line-reader.ts';
import { createPasteFilter, fromEditorLine, lineEndSign } from './paste.ts';
import { trimConversation } from './trim.ts';

class FakeTerminal extends PassThrough {
  readonly isTTY = true;
  raw = false;
  setRawMode(on: boolean): void {
    this.raw = on;
  }
}

const hands = {
  searchPrompt: (query: string) => `? ${query}: `,
  editText: async (text: string) => `${text}\nedited`,
  suspend: async () => undefined,
};

describe('the line reader', () => {
  function open(history: readonly string[] = []): { keys: FakeTerminal; reader: ReturnType<typeof createLineReader> } {
    const keys = new FakeTerminal();
    const output = new FakeOutput({ columns: 80 });
    return {
      keys,
      reader: createLineReader({ input: keys, output, ...hands }, history),
    };
  }

  it('reads a line, and passes keys on only while it reads', async () => {
    const { keys, reader } = open();
    const reading = reader.read('> ');
    expect(keys.raw).toBe(true);
    keys.write('hello\r');
    expect(await reading).toEqual({ type: 'line', text: 'hello' });
    expect(keys.raw).toBe(false);
    reader[Symbol.dispose]();
  });

  it('keeps lines that come at once for the next reads', async () => {
    const { keys, reader } = open();
    const reading = reader.read('> ');
    keys.write('one\rtwo\r');
    expect(await reading).toEqual({ type: 'line', text: 'one' });
    expect(await reader.read('> ')).toEqual({ type: 'line', text: 'two' });
    reader[Symbol.dispose]();
  });

  it('takes a paste of several lines as one message', async () => {
    const { keys, reader } = open();
    const reading = reader.read('> ');
    keys.write('\u001B[200~line one\r\nline two\u001B[201~\r');
    expect(await reading).toEqual({ type: 'line', text: 'line one\nline two' });
    reader[Symbol.dispose]();
  });

  it('tells Ctrl-C with and without text apart, and Ctrl-D', async () => {
    const { keys, reader } = open();
    const interrupted = reader.read('> ');
    keys.write('half\u0003');
    expect(await interrupted).toEqual({ type: 'interrupt', empty: false });
    const again = reader.read('> ');
    keys.write('\u0003');
    expect(await again).toEqual({ type: 'interrupt', empty: true });
    const last = reader.read('> ');
    keys.write('\u0004');
    expect(await last).toEqual({ type: 'end' });
    reader[Symbol.dispose]();
  });

  it('brings back messages of earlier chats and of this one with the arrow keys', async () => {
    const { keys, reader } = open(['newest\nof two lines', 'older']);
    const first = reader.read('> ');
    keys.write('\u001B[A\r');
    expect(await first).toEqual({ type: 'line', text: 'newest\nof two lines' });
    reader.remember('just now');
    const second = reader.read('> ');
    keys.write('\u001B[A\r');
    expect(await second).toEqual({ type: 'line', text: 'just now' });
    expect(reader.history()[0]).toBe('just now');
    reader[Symbol.dispose]();
  });
});

describe('Ctrl-R', () => {
  it.each([
    ['in pieces', ['half', '\u0012', 'sh', 'ip', '\u0012', '\r']],
    ['at once', ['half\u0012ship\u0012\r']],
  ])('finds an earlier message and sends it, keys coming %s', async (_how, pieces) => {
    const keys = new FakeTerminal();
    const output = new FakeOutput({ columns: 80 });
    using reader = createLineReader({ input: keys, output, ...hands }, ['ships', 'cats', 'old\nship']);
    const reading = reader.read('> ');
    for (const piece of pieces) keys.write(piece);
    expect(await reading).toEqual({ type: 'line', text: 'old\nship' });
  });

  it('gives back what was typed when it is cancelled', async () => {
    const keys = new FakeTerminal();
    const output = new FakeOutput({ columns: 80 });
    using reader = createLineReader({ input: keys, output, ...hands }, ['ships']);
    const reading = reader.read('> ');
    keys.write('half\u0012ship');
    keys.write('\u0007 done\r');
    expect(await reading).toEqual({ type: 'line', text: 'half done' });
    expect(output.text).toContain('? ship: ');
  });
});

describe('another program on the terminal', () => {
  it.each([
    ['in pieces', ['half', '\u0018', ' after\r']],
    ['at once', ['half\u0018 after\r']],
  ])('edits the line on Ctrl-X, keys coming %s', async (_how, pieces) => {
    const keys = new FakeTerminal();
    const output = new FakeOutput({ columns: 80 });
    const seen: [string, boolean][] = [];
    const editText = async (text: string): Promise<string> => {
      seen.push([text, keys.raw]);
      return `${text}\nedited`;
    };
    using reader = createLineReader({ input: keys, output, ...hands, editText }, []);
    const reading = reader.read('> ');
    for (const piece of pieces) keys.write(piece);
    expect(await reading).toEqual({ type: 'line', text: 'half\nedited after' });
    expect(seen).toEqual([['half', false]]);
  });

  it('gives the terminal back on Ctrl-Z and goes on where it was', async () => {
    const keys = new FakeTerminal();
    const output = new FakeOutput({ columns: 80 });
    const back = deferred<undefined>();
    const left = deferred<boolean>();
    const suspend = async (): Promise<undefined> => {
      left.resolve(keys.raw);
      return await back.promise;
    };
    using reader = createLineReader({ input: keys, output, ...hands, suspend }, []);
    const reading = reader.read('> ');
    keys.write('half\u001A');
    expect(await left.promise).toBe(false);
    keys.write(' done\r');
    back.resolve(undefined);
    expect(await reading).toEqual({ type: 'line', text: 'half done' });
  });
});

describe('a paste', () => {
  it('is found however the terminal cuts it', () => {
    const sent = 'a\u001B[200~x\ny\u001B[201~b';
    fc.assert(
      fc.property(fc.array(fc.nat(sent.length - 1)), (cuts) => {
        const filter = createPasteFilter();
        const places = [0, ...new Set(cuts.filter((cut) => cut > 0)), sent.length].toSorted((p, q) => p - q);
        // A lone ESC is a key of its own and is passed on at once.
        const pieces = places.slice(1).map((end, index) => sent.slice(places[index], end));
        fc.pre(pieces.every((piece) => !piece.endsWith('\u001B')));
        expect(pieces.map(filter).join('')).toBe(`ax${lineEndSign}yb`);
      }),
    );
  });

  it('cannot press keys', () => {
    expect(createPasteFilter()('\u001B[200~rm\u0003\u001B[A\u0004\u001B[201~')).toBe('rm[A');
    expect(fromEditorLine(`a${lineEndSign}b`)).toBe('a\nb');
  });
});

describe('the history of chats', () => {
  it('is kept for this user alone, oldest first, and read back newest first', async () => {
    const home = await mkdtemp(join(tmpdir(), 'gantry-history-'));
    const paths = gantryPaths({ GANTRY_HOME: home });
    const history = await openHistory({ paths, env: {} });
    expect(history.entries).toEqual([]);
    await history.save(['newest\nof two lines', '旧的']);
    expect((await stat(join(home, 'history'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(home, 'history'), 'utf8')).toBe('"旧的"\n"newest\\nof two lines"\n');
    expect((await openHistory({ paths, env: {} })).entries).toEqual(['newest\nof two lines', '旧的']);
    await writeFile(join(home, 'history'), '"ok"\n{"half');
    expect((await openHistory({ paths, env: {} })).entries).toEqual(['ok']);
  });

  it('is neither read nor written when DOCKER_MODEL_NOHISTORY says so', async () => {
    const home = await mkdtemp(join(tmpdir(), 'gantry-history-'));
    await writeFile(join(home, 'history'), '"secret"\n');
    const history = await openHistory({
      paths: gantryPaths({ GANTRY_HOME: home }),
      env: { DOCKER_MODEL_NOHISTORY: '1' },
    });
    expect(history.entries).toEqual([]);
    await history.save(['new']);
    expect(await readFile(join(home, 'history'), 'utf8')).toBe('"secret"\n');
  });
});

describe('a conversation that does not fit', () => {
  const message = fc.record({ role: fc.constant('user' as const), content: fc.string() });
  const exchange = fc.tuple(fc.string(), fc.string()).map(([question, answer]) => [
    { role: 'user' as const, content: question },
    { role: 'assistant' as const, content: answer },
  ]);

  it('always gets shorter, and keeps the system message and the last question', () => {
    const sizes = fc.record({
      promptTokens: fc.option(fc.nat(10_000), { nil: undefined }),
      contextSize: fc.option(fc.nat(10_000), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(exchange), message, fc.boolean(), (exchanges, last, hasSystem) => {
        const system = { role: 'system' as const, content: 's' };
        const messages = [...(hasSystem ? [system] : []), ...exchanges.flat(), last];
        fc.assert(
          fc.property(sizes, (size) => {
            const trimmed = trimConversation(messages, size);
            if (exchanges.length === 0) {
              expect(trimmed).toBeUndefined();
              return;
            }
            expect(trimmed?.messages.at(-1)).toBe(last);
            expect(trimmed?.messages.includes(system)).toBe(hasSystem);
            expect(trimmed?.messages.length).toBe(messages.length - 2 * (trimmed?.dropped ?? 0));
            expect(trimmed?.dropped).toBeGreaterThan(0);
          }),
          { numRuns: 5 },
        );
      }),
      { numRuns: 50 },
    );
  });

  it('loses about as much as is too much', () => {
    const messages = Array.from({ length: 10 }, () => [
      { role: 'user' as const, content: 'x'.repeat(50) },
      { role: 'assistant' as const, content: 'y'.repeat(50) },
    ]).flat();
    const last = { role: 'user' as const, content: 'z' };
    expect(trimConversation([...messages, last], { promptTokens: 1000, contextSize: 600 })?.dropped).toBe(5);
  });
});
