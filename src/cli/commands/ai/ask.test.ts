import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { prepareAiArguments } from './question.ts';

const program = new Command('gantry');
const ai = program.command('ai');
for (const name of ['rate', 'why', 'run', 'ask']) ai.command(name);

describe('what is typed after gantry ai', () => {
  it.each([
    ['ai rate', 'ai rate'],
    ['ai rate Dockerfile --json', 'ai rate Dockerfile --json'],
    ['ai why db', 'ai why db'],
    ['ai --help', 'ai --help'],
    ['ai', 'ai'],
    ['run ai/smollm2 why is the sky blue', 'run ai/smollm2 why is the sky blue'],
    ['ai rate my Dockerfile', 'ai ask -- rate my Dockerfile'],
    ['ai why did my container crash', 'ai ask -- why did my container crash'],
    ['ai list containers --json', 'ai ask --json -- list containers'],
    ['ai 你能做什么？', 'ai ask -- 你能做什么？'],
    ['ai -C /w why is it down', 'ai ask -C /w -- why is it down'],
    ['ai what runs --model ai/qwen3 --plan', 'ai ask --model ai/qwen3 --plan -- what runs'],
    ['ai --session=abc and now', 'ai ask --session=abc -- and now'],
    ['ai --yes-to 0123', 'ai ask --yes-to 0123'],
    ['ai --session -1', 'ai --session -1'],
    ['ai -C /w', 'ai -C /w'],
    ['ai ask -- --json', 'ai ask -- --json'],
  ])('%s is %s', (typed, understood) => {
    expect(prepareAiArguments(typed.split(' '), program)).toEqual(understood.split(' '));
  });
});
