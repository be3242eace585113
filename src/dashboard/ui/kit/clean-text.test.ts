import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, cutLine } from './clean-text.ts';

describe('text of strangers', () => {
  it('loses colours, titles and cursor movements of terminals', () => {
    expect(cleanText('\u001B[31mred\u001B[0m \u001B]0;title\u0007plain\u001B[2K\u001Bc')).toBe('red plain');
  });

  it('cannot turn the order of what is beside it around', () => {
    expect(cleanText('user\u202Egnp.exe')).toBe('user⟨202E⟩gnp.exe');
  });

  it('shows what cannot be seen, and leaves every script alone', () => {
    expect(cleanText('a\u0000b\u200Bc')).toBe('a⟨0000⟩b⟨200B⟩c');
    expect(cleanText('模型 सुप्रभात שלום 👩‍💻\tend\n')).toBe('模型 सुप्रभात שלום 👩‍💻\tend\n');
  });

  it('has no control character left, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex
        expect(cleanText(text)).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
      }),
    );
  });

  it('is cut where a line is too long, and says by how much', () => {
    const { text, cutChars } = cutLine('x'.repeat(5_000_000));
    expect(text).toHaveLength(4000);
    expect(cutChars).toBe(4_996_000);
    expect(cutLine('a\rb')).toEqual({ text: 'a b', cutChars: 0 });
  });
});
