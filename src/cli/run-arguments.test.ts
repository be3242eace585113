import { describe, expect, it } from 'vitest';
import { closest } from '#core';
import { splitRunArguments } from './run-arguments.ts';

const options = [
  { names: ['--temperature'], takesValue: true },
  { names: ['-d', '--detach'], takesValue: false },
  { names: ['--json'], takesValue: false },
  { names: ['-h', '--help'], takesValue: false },
];
const split = (line: string): string => splitRunArguments(line.split(' '), options).argv.join(' ');

describe('the arguments of run', () => {
  it.each([
    ['ai/x', 'ai/x'],
    ['ai/x Hello there', 'ai/x -- Hello there'],
    ['--json ai/x Hello', '--json ai/x -- Hello'],
    ['ai/x --json --temperature 0 Hello', 'ai/x --json --temperature 0 -- Hello'],
    ['ai/x --temperature=0 Hello', 'ai/x --temperature=0 -- Hello'],
    ['--temperature -1 ai/x Hello', '--temperature -1 ai/x -- Hello'],
    ['ai/x -1 + 2', 'ai/x -- -1 + 2'],
    ['ai/x What is -1', 'ai/x -- What is -1'],
    ['ai/x - dash', 'ai/x -- - dash'],
    ['ai/x -- --help me', 'ai/x -- --help me'],
    ['ai/x --help', 'ai/x --help'],
    ['ai/x -d', 'ai/x -d'],
    ['--jsn ai/x Hello', '--jsn ai/x -- Hello'],
    ['ai/x --temprature 0 Hello', 'ai/x --temprature -- 0 Hello'],
    ['ai/x --something-else entirely', 'ai/x -- --something-else entirely'],
  ])('in "%s" are read as "%s"', (given, expected) => {
    expect(split(given)).toBe(expected);
  });

  it('name the options that ended up in the prompt, unless -- said so', () => {
    expect(splitRunArguments(['x', 'Hi', '--json', '-d'], options).optionsInPrompt).toEqual(['--json']);
    expect(splitRunArguments(['x', '--', 'Hi', '--json'], options).optionsInPrompt).toEqual([]);
  });
});

describe('the closest word', () => {
  it.each([
    ['lst', 'list'],
    ['isnpect', 'inspect'],
    ['pul', 'pull'],
    ['zzz', undefined],
    ['', undefined],
  ])('to "%s" is %s', (word, expected) => {
    expect(closest(word, ['list', 'inspect', 'pull', 'unload'])).toBe(expected);
  });
});
