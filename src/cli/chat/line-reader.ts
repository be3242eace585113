import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { CliInput, CliOutput } from '../types.ts';
import { beginSearch, foundBy, searchKey, searchWith, type HistorySearch } from './history-search.ts';
import { createPasteFilter, fromEditorLine, pasteMode, toEditorLine } from './paste.ts';

export type LineEvent =
  | { readonly type: 'line'; readonly text: string }
  /** Ctrl-C; `empty` when nothing had been typed. */
  | { readonly type: 'interrupt'; readonly empty: boolean }
  /** Ctrl-D on an empty line, or the terminal is gone. */
  | { readonly type: 'end' };

/** Where a chat gets its lines from. */
export interface LineReader extends Disposable {
  /** Only while this waits does the terminal pass keys on; in between Ctrl-C is a signal as usual. */
  read(prompt: string): Promise<LineEvent>;
  /** Puts a message among those the arrow keys bring back. */
  remember(message: string): void;
  /** Newest first. */
  history(): readonly string[];
}

export interface ChatTerminal {
  readonly input: CliInput;
  readonly output: CliOutput;
  /** The prompt while earlier messages are searched. */
  readonly searchPrompt: (query: string) => string;
  /** Ctrl-X: the text as the user's editor leaves it. Never rejects. */
  readonly editText: (text: string) => Promise<string>;
  /** Ctrl-Z: gives the terminal to the shell and resolves when it is ours again. */
  readonly suspend: () => Promise<void>;
}

const editorKey = '\u0018';
const ownKeys = new RegExp(`[${searchKey}${editorKey}]`);

export function createLineReader(terminal: ChatTerminal, history: readonly string[]): LineReader {
  const { input, output, searchPrompt } = terminal;
  const entries = history.map(toEditorLine);
  const keys = new PassThrough();
  const editor = createInterface({
    input: keys,
    output,
    terminal: true,
    history: entries,
    historySize: 10_000,
    removeHistoryDuplicates: false,
  });
  const filter = createPasteFilter();
  const decoder = new StringDecoder('utf8');
  const ready: LineEvent[] = [];
  let waiting: ((event: LineEvent) => void) | undefined;
  let live: string[] = entries;
  let known = entries.length;

  const give = (event: LineEvent): void => {
    const receive = waiting;
    // Two lines may come in one piece of input; the second is for the next read.
    waiting = undefined;
    if (receive) receive(event);
    else ready.push(event);
  };
  const raw = (on: boolean): void => {
    input.setRawMode?.(on);
    output.write(on ? pasteMode.on : pasteMode.off);
  };
  let prompt = '';
  let search: HistorySearch | undefined;
  /** Keys that came with one of ours, until the line editor has seen those before it. */
  let held: string | undefined;

  const show = (shown: string, line: string): void => {
    editor.setPrompt(shown);
    editor.write(null, { ctrl: true, name: 'e' });
    editor.write(null, { ctrl: true, name: 'u' });
    editor.write(line);
    editor.prompt(true);
  };
  const take = (pressed: string): void => {
    if (held !== undefined) held += pressed;
    else if (search) searchOn(search, pressed);
    else {
      const at = pressed.search(ownKeys);
      if (at !== -1) held = pressed.slice(at + 1);
      if (pressed !== '') keys.write(at === -1 ? pressed : pressed.slice(0, at + 1));
    }
  };
  const searchOn = (from: HistorySearch, pressed: string): void => {
    const result = searchWith(from, pressed, live);
    if ('search' in result) {
      search = result.search;
      show(searchPrompt(result.search.query), foundBy(result.search, live));
      return;
    }
    search = undefined;
    show(prompt, result.end.line);
    take(result.end.keys);
  };
  /** While somebody else has the terminal keys are not ours. */
  const lend = async (use: () => Promise<string>): Promise<void> => {
    input.pause();
    raw(false);
    try {
      const line = await use();
      raw(true);
      show(prompt, line);
    } finally {
      input.resume();
      const pressed = held ?? '';
      held = undefined;
      take(pressed);
    }
  };
  const edit = async (): Promise<string> => toEditorLine(await terminal.editText(fromEditorLine(editor.line)));
  const suspended = async (): Promise<string> => {
    await terminal.suspend();
    return editor.line;
  };
  // The line editor itself does nothing with these keys; it tells when all keys before them have had their effect.
  keys.on('keypress', (_text: string | undefined, key: { sequence?: string | undefined }) => {
    if (key.sequence === editorKey) void lend(edit);
    if (key.sequence !== searchKey) return;
    const pressed = held ?? '';
    held = undefined;
    searchOn(beginSearch(editor.line), pressed);
  });
  editor.on('SIGTSTP', () => {
    held ??= '';
    void lend(suspended);
  });
  const onData = (chunk: Buffer | string): void => {
    take(filter(typeof chunk === 'string' ? chunk : decoder.write(chunk)));
  };
  const onEnd = (): void => give({ type: 'end' });
  editor.on('history', (all: string[]) => {
    live = all;
  });
  editor.on('line', (line: string) => {
    // What belongs together (several lines, a message) is remembered by the chat as one.
    if (live.length > known) live.shift();
    give({ type: 'line', text: fromEditorLine(line) });
  });
  editor.on('close', onEnd);
  editor.on('SIGINT', () => {
    const empty = editor.line === '';
    editor.write(null, { ctrl: true, name: 'e' });
    editor.write(null, { ctrl: true, name: 'u' });
    output.write('\n');
    give({ type: 'interrupt', empty });
  });
  input.on('data', onData);
  input.on('end', onEnd);
  input.pause();

  return {
    async read(asked) {
      prompt = asked;
      const early = ready.shift();
      if (early) return early;
      raw(true);
      editor.setPrompt(prompt);
      editor.prompt();
      input.resume();
      try {
        return await new Promise<LineEvent>((resolve) => {
          waiting = resolve;
        });
      } finally {
        waiting = undefined;
        input.pause();
        raw(false);
      }
    },
    remember(message) {
      const entry = toEditorLine(message);
      if (live[0] !== entry) live.unshift(entry);
      known = live.length;
    },
    history: () => live.map(fromEditorLine),
    [Symbol.dispose]() {
      editor.off('close', onEnd);
      editor.close();
      input.off('data', onData);
      input.off('end', onEnd);
      input.pause();
    },
  };
}
