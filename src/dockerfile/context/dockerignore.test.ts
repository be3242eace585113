import { describe, expect, it } from 'vitest';
import { matchGlob, readDockerignore } from './dockerignore.ts';

const ignores = (text: string, path: string): boolean => readDockerignore(text).ignores(path);

describe('a .dockerignore', () => {
  it.each([
    ['node_modules', 'node_modules/a/b.js', true],
    ['node_modules', 'src/node_modules/a.js', false],
    ['**/node_modules', 'src/node_modules/a.js', true],
    ['*.md', 'README.md', true],
    ['*.md', 'docs/a.md', false],
    ['**/*.md', 'docs/x/a.md', true],
    ['/dist', 'dist/app.js', true],
    ['dist/', 'dist/app.js', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/b', true],
    ['?.txt', 'a.txt', true],
    ['[a-c].txt', 'b.txt', true],
    ['[^a-c].txt', 'b.txt', false],
    ['# comment', '# comment', false],
  ])('%j leaves out %s: %s', (pattern, path, expected) => {
    expect(ignores(pattern, path)).toBe(expected);
  });

  it('lets the last pattern that fits decide', () => {
    expect(ignores('*\n!src', 'src/a.js')).toBe(false);
    expect(ignores('*\n!src\nsrc/*.log', 'src/a.log')).toBe(true);
  });

  it('is read in bounded time, whatever its patterns', () => {
    expect(matchGlob(`${'*a'.repeat(200)}b`, 'a'.repeat(2_000))).toBe(false);
    expect(ignores(`${'**/'.repeat(300)}x`, `${'a/'.repeat(100)}y`)).toBe(false);
  });
});
