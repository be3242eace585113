import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTranslate } from '../messages/translate.ts';
import { en } from '../messages/en.ts';
import { zh } from '../messages/zh.ts';
import { FakeOutput } from '../testing/run-for-test.ts';
import { durationText, shortDuration } from './duration.ts';
import { jsonText } from './json.ts';
import { createLiveArea } from './live-area.ts';
import { printable, printableLine } from './printable.ts';
import { pairsText, tableText } from './table.ts';
import { cutToWidth, displayWidth, padToWidth } from './width.ts';

describe('printable text', () => {
  it.each([
    ['colours', '\u001B[1;31mred\u001B[0m', 'red'],
    ['a window title', 'a\u001B]0;owned\u0007b', 'ab'],
    ['a link', '\u001B]8;;http://evil\u001B\\click\u001B]8;;\u001B\\', 'click'],
    ['a sequence inside a sequence', '\u001B\u001B[31m[31mx', '[31mx'],
    ['an 8-bit sequence', '\u009B31mx', '31mx'],
    ['a return to the start of the line', 'good\rbad', 'goodbad'],
    ['text that reads from right to left by order', 'exe.\u202Egpj\u2066x', 'exe.gpjx'],
    ['invisible tag characters', `a${String.fromCodePoint(0xe0041)}b`, 'ab'],
  ])('loses %s', (_name, hostile, harmless) => {
    expect(printable(hostile)).toBe(harmless);
  });

  it('keeps lines, tabs, Chinese and joined emoji', () => {
    const text = '第一行\n\t👩‍💻 ok\n';
    expect(printable(text)).toBe(text);
  });

  it('never holds a control character, whatever comes in and however it is cut', () => {
    const hostile = fc.array(
      fc.constantFrom('\u001B', '[', ']', '31m', '\u0007', '\u009B', 'x', '\\', ';', '\u202E', '\r', '\n'),
    );
    fc.assert(
      fc.property(hostile, (pieces) => {
        expect(printable(pieces.join(''))).not.toMatch(/(?!\n|\t)\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });

  it('is one line where one line is wanted', () => {
    expect(printableLine(' a\n\nb\tc\u2028d ')).toBe('a b c d');
  });
});

describe('columns', () => {
  it('count Chinese and emoji twice and combining signs not at all', () => {
    expect(displayWidth('模型ab')).toBe(6);
    expect(displayWidth('🚀')).toBe(2);
    expect(displayWidth('e\u0301')).toBe(1);
  });

  it('are filled and cut by what a terminal shows', () => {
    expect(padToWidth('模型', 6)).toBe('模型  ');
    expect(cutToWidth('模型文件', 6)).toBe('模型…');
    expect(cutToWidth('模型文件', 8)).toBe('模型文件');
    expect(cutToWidth('abc', 0)).toBe('');
  });

  it('never get wider than asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
        expect(displayWidth(cutToWidth(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('line up in tables, and a hostile cell cannot break its row', () => {
    expect(
      tableText(
        ['名称', 'B'],
        [
          ['模型', 'x'],
          ['a\nb', '\u001B[2Jy'],
        ],
      ),
    ).toBe('名称  B\n模型  x\na b   y\n');
    expect(
      pairsText([
        ['版本', '1'],
        ['Home', '/x'],
      ]),
    ).toBe('版本: 1\nHome: /x\n');
  });
});

describe('durations', () => {
  const second = 1000;
  const day = 86_400 * second;
  it.each([
    [500, 'less than a second', '不到 1 秒'],
    [second, '1 second', '1 秒'],
    [59 * second, '59 seconds', '59 秒'],
    [60 * second, 'about a minute', '约 1 分钟'],
    [45 * 60 * second, '45 minutes', '45 分钟'],
    [60 * 60 * second, 'about an hour', '约 1 小时'],
    [47 * 3600 * second, '47 hours', '47 小时'],
    [13 * day, '13 days', '13 天'],
    [21 * day, '3 weeks', '3 周'],
    [90 * day, '3 months', '3 个月'],
    [800 * day, '2 years', '2 年'],
  ])('of %d ms read as people say them', (ms, english, chinese) => {
    expect(durationText(ms, createTranslate(en))).toBe(english);
    expect(durationText(ms, createTranslate(zh))).toBe(chinese);
  });

  it('are short in progress', () => {
    expect([800, 59_000, 61_000, 3_720_000].map(shortDuration)).toEqual(['1s', '59s', '1m01s', '1h02m']);
  });
});

describe('JSON', () => {
  it('has four spaces and escapes what a terminal would act on', () => {
    expect(jsonText({ a: ['<b>', '\u202Ex\u009B'] })).toBe(
      '{\n    "a": [\n        "<b>",\n        "\\u202ex\\u009b"\n    ]\n}\n',
    );
    expect(jsonText({ running: true }, { indent: 0 })).toBe('{"running":true}\n');
  });
});

describe('a live area', () => {
  it('goes up by the rows its lines really take after the terminal became narrower', () => {
    const output = new FakeOutput({ columns: 10 });
    const area = createLiveArea(output);
    area.draw(['0123456789', 'ab']);
    output.columns = 5;
    output.text = '';
    area.draw(['x']);
    expect(output.text).toBe('\r\u001B[2A\u001B[Jx');
  });

  it('lets a line stand above it and can be left or removed', () => {
    const output = new FakeOutput({ columns: 20 });
    const area = createLiveArea(output);
    area.draw(['bar']);
    area.printAbove('note');
    area.leave();
    expect(output.text).toBe('bar\r\u001B[Jnote\nbar\n');
    output.text = '';
    area.draw(['x']);
    area.clear();
    expect(output.text).toBe('x\r\u001B[J');
  });
});
