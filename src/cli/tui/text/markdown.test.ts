import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineText, lineWidth, paint, plain } from './line.ts';
import { markdownLines, splitBlocks } from './markdown.ts';
import { wrap } from './wrap.ts';
import { visibleLines } from './visible.ts';

const shown = (text: string, width = 40): string[] => markdownLines(text, width).map(lineText);

describe('Markdown on a terminal', () => {
  it('shows headings, lists, quotes and code', () => {
    expect(shown('# One\n\n- a\n  - b\n- [x] c\n\n3. d\n4. e\n\n> q\n\n```sh\nls  -l\n```')).toEqual([
      'One',
      '',
      '• a',
      '  • b',
      '☑ c',
      '',
      '3. d',
      '4. e',
      '',
      '│ q',
      '',
      '▏ ls  -l',
    ]);
  });

  it('says where a link leads', () => {
    expect(shown('[docs.docker.com](http://evil.example/x)', 80)).toEqual(['docs.docker.com (http://evil.example/x)']);
    expect(shown('https://docs.docker.com', 80)).toEqual(['https://docs.docker.com']);
  });

  it('shows tables in columns, and row by row where there is no room for columns', () => {
    const table = '| name | size |\n|---|--:|\n| 数据库 | 10 MB |';
    expect(shown(table)).toEqual(['name   │  size', '───────┼──────', '数据库 │ 10 MB']);
    expect(shown('| name | size | state |\n|---|---|---|\n| database | 10 MB | running |', 12)).toEqual([
      'name:',
      '  database',
      'size: 10',
      '  MB',
      'state:',
      '  running',
    ]);
  });

  it('lets nothing of a stranger act on the terminal', () => {
    const hostile = '\u001B[2J# \u001B]0;title\u0007Hi\n\n`\u202Egpj.exe` <script>x</script> \u009B31m';
    expect(shown(hostile, 80)).toEqual(['Hi', '', 'gpj.exe <script>x</script> 31m']);
  });

  it('breaks Chinese between characters and keeps closing signs on their row', () => {
    const rows = wrap(plain('容器崩溃了，因为内存不足。'), { width: 10 }).map(lineText);
    expect(rows.join('')).toBe('容器崩溃了，因为内存不足。');
    for (const row of rows) expect(row).not.toMatch(/^[，。]/u);
  });

  const anything = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc
      .array(
        fc.constantFrom(
          '# ',
          '> ',
          '- ',
          '1. ',
          '|a|b|\n|-|-|\n',
          '```',
          '**',
          '_',
          '[x](y)',
          '\n',
          '\n\n',
          ' ',
          '你好',
          'word',
          '<b>',
          '\t',
          '\u001B[1m',
        ),
      )
      .map((parts) => parts.join('')),
  );

  it('never draws a row wider than the terminal or a control character', () => {
    fc.assert(
      fc.property(anything, fc.integer({ min: 2, max: 60 }), (text, width) => {
        for (const line of markdownLines(text, width)) {
          expect(lineWidth(line)).toBeLessThanOrEqual(width);
          expect(paint(line, { colors: false })).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 300 },
    );
  });

  const blocks = fc.array(
    fc.constantFrom(
      '# Title',
      'A paragraph\nof two lines.',
      '- a\n- b',
      '1. one\n2. two',
      '```js\nlet a;\n\nlet b;\n```',
      '> quote',
      '| a | b |\n|---|---|\n| 1 | 2 |',
      '---',
    ),
    { minLength: 1, maxLength: 8 },
  );

  it('is the same when it comes in pieces, each block drawn once', () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: 1, max: 9 }), (parts, step) => {
        const text = parts.join('\n\n');
        let done = 0;
        const rows: string[] = [];
        for (let end = step; end < text.length + step; end += step) {
          const split = splitBlocks(text.slice(done, end));
          if (split.done.trim() !== '') rows.push(...shown(split.done), '');
          done += split.done.length;
        }
        rows.push(...shown(text.slice(done)));
        expect(rows.filter((row) => row !== '')).toEqual(shown(text).filter((row) => row !== ''));
      }),
    );
  });

  it('takes marks nested thousands deep, and blocks of any length, whole', () => {
    const deep = `${'> '.repeat(3900)}x`;
    for (const text of [deep, '**'.repeat(60_000), `${'word '.repeat(50)}\n\n`.repeat(400)]) {
      expect(shown(text).join('').replaceAll(/[ │]/g, '').length).toBe(text.replaceAll(/\s/g, '').length);
    }
  });
});

describe('what is about to be run', () => {
  it('hides nothing', () => {
    expect(visibleLines('ls\u202E gpj\u200B\u001B[8m\r\nnext\tx')).toEqual([
      'ls⟨U+202E⟩ gpj⟨U+200B⟩⟨U+001B⟩[8m',
      'next    x',
    ]);
  });
});
