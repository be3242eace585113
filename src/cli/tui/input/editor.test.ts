import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemesOf, textWidth } from '../text/line.ts';
import { edit, editorOf, editorRows, emptyEditor, insert, moveLine, type Editor } from './editor.ts';
import type { KeyName } from './keys.ts';

const press = (editor: Editor, ...names: readonly KeyName[]): Editor =>
  names.reduce((state, name) => edit(state, name) ?? state, editor);

describe('the editor', () => {
  it('deletes what people see as one character', () => {
    const family = '👨‍👩‍👧';
    expect(press(editorOf(`a${family}`), 'backspace')).toEqual({ text: 'a', at: 1 });
    expect(press(editorOf('e\u0301x'), 'left', 'backspace')).toEqual({ text: 'x', at: 0 });
  });

  it('deletes words and lines', () => {
    expect(press(editorOf('docker compose up'), 'ctrl-w').text).toBe('docker compose ');
    expect(press(editorOf('one\ntwo'), 'ctrl-u').text).toBe('one\n');
    expect(press({ text: 'one\ntwo', at: 1 }, 'ctrl-k').text).toBe('o\ntwo');
  });

  it('goes up and down by lines, keeping the column as far as it exists', () => {
    const editor = { text: 'long line\nab\nthird', at: 16 };
    const up = moveLine(editor, -1);
    expect(up).toEqual({ ...editor, at: 12 });
    expect(moveLine(up ?? editor, -1)?.at).toBe(2);
    expect(moveLine({ text: 'one', at: 1 }, -1)).toBeUndefined();
    expect(moveLine({ text: 'one\n', at: 1 }, 1)?.at).toBe(4);
  });

  it('shows wide characters whole, with the cursor behind them', () => {
    expect(editorRows(editorOf('你好吗'), 4)).toEqual({ rows: ['你好', '吗'], cursor: { row: 1, column: 2 } });
    expect(editorRows(editorOf('abcd'), 4)).toEqual({ rows: ['abcd', ''], cursor: { row: 1, column: 0 } });
    expect(editorRows({ text: 'a\nb', at: 1 }, 4)).toEqual({ rows: ['a', 'b'], cursor: { row: 0, column: 1 } });
  });

  const names: readonly KeyName[] = [
    'newline',
    'backspace',
    'delete',
    'delete-word',
    'ctrl-u',
    'ctrl-k',
    'left',
    'right',
    'word-left',
    'word-right',
    'home',
    'end',
  ];
  const typed = fc.array(
    fc.oneof(
      fc.constantFrom(...names).map((name) => ({ name })),
      fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })).map((text) => ({ text })),
    ),
  );

  it('always stands between characters, inside the text, and its rows are the text', () => {
    fc.assert(
      fc.property(typed, fc.integer({ min: 2, max: 30 }), (keys, width) => {
        let editor = emptyEditor;
        for (const key of keys) {
          editor = 'name' in key ? (edit(editor, key.name) ?? editor) : insert(editor, key.text);
          const borders = [0];
          for (const grapheme of graphemesOf(editor.text)) borders.push((borders.at(-1) ?? 0) + grapheme.length);
          expect(borders).toContain(editor.at);
        }
        const { rows, cursor } = editorRows(editor, width);
        expect(rows.join('')).toBe(editor.text.replaceAll('\n', ''));
        for (const row of rows) expect(textWidth(row)).toBeLessThanOrEqual(width);
        expect(cursor.row).toBeLessThan(rows.length);
        expect(cursor.column).toBeLessThanOrEqual(width);
      }),
    );
  });
});
