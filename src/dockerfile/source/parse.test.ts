import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { parseDockerfile } from './parse.ts';

const first = (source: string) => {
  const [instruction] = parseDockerfile(source).instructions;
  if (!instruction) throw new Error('There is no instruction.');
  return instruction;
};

describe('a Dockerfile', () => {
  it('keeps every character of a continued instruction where it stands', () => {
    const source = 'RUN a \\\n  # why\n\n  && b\n';
    const { text, argument } = first(source);
    expect(text).toHaveLength(argument.end - argument.start);
    expect(text.split(/\s+/)).toEqual(['a', '&&', 'b']);
    expect(source.indexOf('b') - argument.start).toBe(text.indexOf('b'));
  });

  it('follows another escape character', () => {
    expect(first('# escape=`\nRUN a `\n  b\n').text.split(/\s+/)).toEqual(['a', 'b']);
  });

  it('reads the exec form as JSON, and everything else as a line', () => {
    expect(first('CMD ["a b", "c"]').json).toEqual(['a b', 'c']);
    expect(first("CMD ['a']").json).toBeUndefined();
    expect(first('CMD []').json).toEqual([]);
  });

  it('reads flags it does not know', () => {
    expect(first('COPY --future=1 --link a /b').flags).toMatchObject([
      { name: 'future', value: '1' },
      { name: 'link', value: undefined },
    ]);
  });

  it('knows heredocs by their bodies', () => {
    const source = 'COPY <<A <<-"B" /x/\none\nA\n\ttwo\n\tB\nRUN true\n';
    const { instructions } = parseDockerfile(source);
    expect(instructions[0]?.heredocs.map(({ body }) => source.slice(body.start, body.end))).toEqual([
      'one\n',
      '\ttwo\n',
    ]);
    expect(instructions[1]?.line).toBe(6);
  });

  it('has the directives that Docker has; another tool’s first line is a comment', () => {
    const { directives, comments } = parseDockerfile(
      '# syntax=docker/dockerfile:1\n# check=skip=all\n# hadolint ignore=DL3006\nFROM a\n',
    );
    expect(directives.map(({ name }) => name)).toEqual(['syntax', 'check']);
    expect(comments.map(({ text }) => text)).toContain('hadolint ignore=DL3006');
  });

  it('is refused when it is too large to be one', () => {
    expect(() => parseDockerfile('A'.repeat(300_000))).toThrow(AppError);
    expect(() => parseDockerfile('RUN a\n'.repeat(2_001))).toThrow(AppError);
  });
});
