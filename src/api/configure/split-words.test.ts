import { expect, it } from 'vitest';
import { splitWords } from './split-words.ts';

it.each([
  ['--temp 0.1  --top-k 5', ['--temp', '0.1', '--top-k', '5']],
  ['', []],
  ['  \n', []],
  [`--grammar 'root ::= "a b"'`, ['--grammar', 'root ::= "a b"']],
  [String.raw`--chat-template "{{ \"x\" }}\n"`, ['--chat-template', String.raw`{{ "x" }}\n`]],
  [String.raw`a\ b c\\d`, ['a b', String.raw`c\d`]],
  [`--samplers ''`, ['--samplers', '']],
  [`--json-schema='{"a":1}'`, ['--json-schema={"a":1}']],
])('splits %j as a shell does', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

it('refuses a quote that is not closed', () => {
  expect(() => splitWords(`--grammar 'root`)).toThrow("The runtime flags have a ' that is not closed.");
});
