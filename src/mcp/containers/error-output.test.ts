import { createManualClock } from '#testing';
import { expect, it } from 'vitest';
import { createErrorOutput } from './error-output.ts';

function output() {
  const lines: string[] = [];
  const clock = createManualClock();
  const errors = createErrorOutput({ clock, onLine: (line) => lines.push(line) });
  return { lines, clock, write: (text: string | Buffer) => errors.write(Buffer.from(text)), end: () => errors.end() };
}

it('gives printable lines, the last one too', () => {
  const { lines, write, end } = output();
  write('\u001b[31mred\u001b[0m\r\n\u001b]0;title\u0007x\u202ey\n\nhalf');
  write('-line');
  end();
  expect(lines).toEqual(['red', 'xy', 'half-line']);
});

it('reads characters that come in pieces', () => {
  const { lines, write } = output();
  const bytes = Buffer.from('标准错误\n');
  write(bytes.subarray(0, 4));
  write(bytes.subarray(4));
  expect(lines).toEqual(['标准错误']);
});

it('cuts long lines, and holds no more of one than it shows', () => {
  const { lines, write } = output();
  for (let i = 0; i < 100; i++) write('x'.repeat(1000));
  write('\nnext\n');
  expect(lines).toEqual([`${'x'.repeat(2000)}…`, 'next']);
});

it('leaves out most of a flood, says how much, and hears the server again afterwards', () => {
  const { lines, write, clock } = output();
  for (let i = 0; i < 1000; i++) write(`line ${i}\n`);
  expect(lines).toHaveLength(200);
  clock.advance(1000);
  write('after\n');
  expect(lines.slice(200)).toEqual(['… 800 lines left out', 'after']);
});

it('ends with the last words of a flood, which say why it is over', () => {
  const { lines, write, end } = output();
  for (let i = 0; i < 1000; i++) write(`line ${i}\n`);
  write('out of memory');
  end();
  expect(lines.slice(200, 202)).toEqual(['… 791 lines left out', 'line 991']);
  expect(lines.at(-1)).toBe('out of memory');
  expect(lines).toHaveLength(211);
});
