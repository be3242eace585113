import { stripVTControlCharacters } from 'node:util';
import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { createCodePainter } from './paint-code.ts';

const { cyan, dim } = createColors(true);

function painted(...pieces: readonly string[]): string {
  const painter = createCodePainter();
  return pieces.map((piece) => painter.paint(piece)).join('') + painter.end();
}

describe('the colours of an answer', () => {
  it('are those of its code blocks alone', () => {
    expect(painted('Use `ls`:\n```sh\nls -l\n```\nDone.')).toBe(
      `Use \`ls\`:\n${dim('```sh')}\n${cyan('ls -l')}\n${dim('```')}\nDone.`,
    );
  });

  it('come with the pieces, wherever those end', () => {
    const pieces = Array.from('a\n```js\nlet x\n```\nb');
    const plain = stripVTControlCharacters(painted(...pieces));
    expect(plain).toBe(pieces.join(''));
    expect(painted('`', '``s', 'h\nls', ' -l\n``', '`')).toBe(
      `${dim('```sh')}\n${cyan('ls')}${cyan(' -l')}\n${dim('```')}`,
    );
  });

  it('hold back nothing but what may begin a block', () => {
    const painter = createCodePainter();
    expect(painter.paint('Hel')).toBe('Hel');
    expect(painter.paint('lo\n``')).toBe('lo\n');
    expect(painter.paint('x``')).toBe('``x``');
    expect(painter.end()).toBe('');
  });

  it('end with the answer in a block that was never closed', () => {
    expect(painted('```\nx\n`')).toBe(`${dim('```')}\n${cyan('x')}\n${cyan('`')}`);
  });
});
