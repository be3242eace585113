import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { flagTable } from './flag-table.ts';
import { parseRuntimeFlags, splitRuntimeFlags } from './runtime-flags.ts';

const namesAndValues = (flags: readonly string[]): unknown =>
  parseRuntimeFlags(flags).map(({ spec, value }) => [spec.names[0], value]);

describe('parseRuntimeFlags', () => {
  it('reads both spellings of a value, short names, and negative numbers', () => {
    expect(namesAndValues(['--temp', '0.2', '--seed=-1', '-ngl', '99', '--keep', '-1', '--swa-full'])).toEqual([
      ['--temp', '0.2'],
      ['--seed', '-1'],
      ['--n-gpu-layers', '99'],
      ['--keep', '-1'],
      ['--swa-full', undefined],
    ]);
  });

  it('allows slashes in inline text', () => {
    const template = '{% if a %}</s>{% endif %}';
    expect(namesAndValues(['--chat-template', template])).toEqual([['--chat-template', template]]);
  });

  it('allows patterns with backslashes, shares divided by slashes, schemas and grammars', () => {
    const given = [
      ['--spec-draft-override-tensor', String.raw`blk\.\d+=CPU`],
      ['--tensor-split', '3/1'],
      ['--json-schema', '{"pattern":"^/a\\\\b$"}'],
      ['--grammar', String.raw`root ::= "/" [^\n]+`],
    ];
    expect(namesAndValues(given.flat())).toEqual(given);
  });

  it('passes old names of draft flags on by the names that runtimes know today', () => {
    expect(namesAndValues(['--draft-max', '8', '--draft-p-min', '0.5', '-td', '2', '-ngld', '0'])).toEqual([
      ['--spec-draft-n-max', '8'],
      ['--spec-draft-p-min', '0.5'],
      ['--spec-draft-threads', '2'],
      ['--spec-draft-ngl', '0'],
    ]);
  });

  it('allows negative numbers in every spelling', () => {
    expect(namesAndValues(['--presence-penalty', '-.5', '--seed', '-1', '--predict=-1'])).toEqual([
      ['--presence-penalty', '-.5'],
      ['--seed', '-1'],
      ['--predict', '-1'],
    ]);
  });

  it.each([
    [['--embeddings'], 'runtime flag "--embeddings" is not allowed'],
    [['--spec-draft-model', 'x'], 'not allowed'],
    [['-md', 'x'], 'not allowed'],
    [['--grammar-file', 'x'], 'not allowed'],
    [['--chat-template-file', 'x'], 'not allowed'],
    [['--slot-save-path', 'x'], 'not allowed'],
    [['--model', 'x'], 'runtime flag "--model" is not allowed for backend "llama.cpp"'],
    [['--host=0.0.0.0'], 'runtime flag "--host" is not allowed for backend "llama.cpp"'],
    [['--api-key', 'k'], 'runtime flag "--api-key" is not allowed'],
    [['--lora', 'x'], 'not allowed'],
    [['stray'], 'runtime flag "stray" is not allowed'],
    [['--__proto__=1'], 'not allowed'],
    [['--temp', '--top-k'], "value cannot start with '-' unless followed by a digit"],
    [['--seed=-l'], `invalid flag "--seed=-l": value cannot start with '-' unless followed by a digit`],
    [['--device', '../../dev'], 'paths are not allowed'],
    [['--temp'], 'needs a value'],
    [['--temp='], 'needs a value'],
    [['--swa-full=1'], 'takes no value'],
    [['--ctx-size', '4096'], 'contradicts the setting contextSize'],
    [['-np=2'], 'not allowed'],
    [['-np', '2'], 'contradicts the setting parallel'],
    [['--threads', 'many'], 'needs a positive whole number'],
  ])('refuses %j and says why', (flags, why) => {
    expect(() => parseRuntimeFlags(flags)).toThrow(why);
  });

  it('either accepts every flag of a list or refuses with request.invalid, whatever the text', () => {
    const known = fc.constantFrom(...flagTable.flatMap(({ names }) => names));
    const token = fc.oneof(known, fc.string(), fc.integer().map(String));
    fc.assert(
      fc.property(fc.array(token, { maxLength: 6 }), (flags) => {
        try {
          const parsed = parseRuntimeFlags(flags);
          const texts = parsed.flatMap(({ spec, value }) => [...spec.names, ...(value === undefined ? [] : [value])]);
          for (const flag of flags) if (!flag.includes('=')) expect(texts).toContain(flag);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toMatchObject({ code: 'request.invalid' });
        }
      }),
    );
  });
});

describe('splitRuntimeFlags', () => {
  it('takes the flags that are settings of ours out', () => {
    expect(splitRuntimeFlags(['--temp', '0.1', '-c', '2048', '--parallel=3', '--swa-full'])).toMatchObject({
      settings: { contextSize: 2048, parallel: 3 },
      flags: ['--temp', '0.1', '--swa-full'],
    });
  });
});

describe('the flag table', () => {
  it('names every flag once', () => {
    const names = flagTable.flatMap((spec) => spec.names);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});
