/** What a person did at the keyboard. */
export type Key =
  | { readonly type: 'text'; readonly text: string }
  /** Pasted: none of its characters acts as a key. */
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'key'; readonly name: KeyName };

export type KeyName =
  | 'enter'
  | 'newline'
  | 'tab'
  | 'back-tab'
  | 'escape'
  | 'backspace'
  | 'delete'
  | 'delete-word'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'home'
  | 'end'
  | 'page-up'
  | 'page-down'
  | `ctrl-${string}`;

export interface KeyParser {
  /** Keys of a piece of input; half a sequence waits for the next piece. */
  push(piece: string): Key[];
}

const pasteBegin = '\u001B[200~';
const pasteEnd = '\u001B[201~';
/** A paste longer than this is cut: no question is that long, and the terminal would not show it. */
const longestPaste = 200_000;

const sequences: Readonly<Record<string, KeyName>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  '[H': 'home',
  '[F': 'end',
  OH: 'home',
  OF: 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[3~': 'delete',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[Z': 'back-tab',
  '[1;5C': 'word-right',
  '[1;5D': 'word-left',
  '[1;3C': 'word-right',
  '[1;3D': 'word-left',
  '[13;2u': 'newline',
  '[27;2;13~': 'newline',
  b: 'word-left',
  f: 'word-right',
  '\r': 'newline',
  '\n': 'newline',
  '\u007F': 'delete-word',
  '\b': 'delete-word',
};

/** Terminals name keys by the control sequences of ECMA-48 and xterm; what is none of those does nothing. */
export function createKeyParser(): KeyParser {
  let held = '';
  let pasted: string | undefined;

  const take = (input: string): { key?: Key | undefined; used: number } | undefined => {
    const first = input.codePointAt(0) ?? 0;
    if (input.startsWith('\u001B')) return escaped(input);
    if (first < 0x20 || first === 0x7f) return { key: { type: 'key', name: controlName(first) }, used: 1 };
    if (first >= 0x80 && first <= 0x9f) return { used: 1 };
    const end = input.search(/\p{Cc}/u);
    const text = end === -1 ? input : input.slice(0, end);
    return { key: { type: 'text', text }, used: text.length };
  };

  return {
    push(piece) {
      const keys: Key[] = [];
      let input = held + piece;
      held = '';
      while (input !== '') {
        if (pasted !== undefined) {
          const end = input.indexOf(pasteEnd);
          const kept = end === -1 ? partOf(input, pasteEnd) : 0;
          pasted += input.slice(0, end === -1 ? input.length - kept : end);
          if (end === -1) {
            held = input.slice(input.length - kept);
            return keys;
          }
          keys.push({ type: 'paste', text: cleanPaste(pasted) });
          pasted = undefined;
          input = input.slice(end + pasteEnd.length);
        } else if (input.startsWith(pasteBegin)) {
          pasted = '';
          input = input.slice(pasteBegin.length);
        } else {
          const taken = take(input);
          if (!taken) {
            held = input;
            return keys;
          }
          if (taken.key) keys.push(taken.key);
          input = input.slice(taken.used);
        }
      }
      return keys;
    },
  };
}

/** How much of the end of a text may be the beginning of a marker. */
function partOf(text: string, marker: string): number {
  for (let length = Math.min(marker.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(marker.slice(0, length))) return length;
  }
  return 0;
}

function escaped(input: string): { key?: Key | undefined; used: number } | undefined {
  // A key press comes in one piece, so ESC with nothing behind it is the key of that name.
  if (input.length === 1 || input[1] === '\u001B') return { key: { type: 'key', name: 'escape' }, used: 1 };
  const rest = input.slice(1);
  const [sequence] = /^(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[^[O])/u.exec(rest) ?? [];
  if (sequence === undefined) {
    // `ESC [` and no end: half a sequence, unless what follows can be part of none.
    if (/^(?:\[[0-?]{0,32}[ -/]{0,4}|O)$/.test(rest)) return undefined;
    return { key: { type: 'key', name: 'escape' }, used: 1 };
  }
  const name = Object.hasOwn(sequences, sequence) ? sequences[sequence] : undefined;
  return { key: name && { type: 'key', name }, used: 1 + sequence.length };
}

function controlName(code: number): KeyName {
  if (code === 0x0d) return 'enter';
  if (code === 0x0a) return 'newline';
  if (code === 0x09) return 'tab';
  if (code === 0x7f || code === 0x08) return 'backspace';
  return `ctrl-${String.fromCodePoint(code + 0x60)}`;
}

function cleanPaste(text: string): string {
  return text
    .slice(0, longestPaste)
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', '    ')
    .replaceAll(/[^\P{Cc}\n]/gu, '');
}
