import { describe, expect, it } from 'vitest';
import { fitContext, type FitQuestion } from './fit-context.ts';
import { fitThreads } from './fit-threads.ts';

const machine = { totalMemoryBytes: 1, cpuCount: 8, coreCount: 6, performanceCoreCount: 2, cpuQuota: undefined };

describe('threads', () => {
  it('are the fast cores for answers and all cores for prompts', () => {
    expect(fitThreads(machine)).toEqual({ threads: 2, batchThreads: 6 });
  });

  it.each([
    { quota: 0.5, threads: 1, batchThreads: 1 },
    { quota: 1.9, threads: 1, batchThreads: 1 },
    { quota: 4, threads: 2, batchThreads: 4 },
  ])('stay within a quota of $quota processors', ({ quota, threads, batchThreads }) => {
    expect(fitThreads({ ...machine, cpuQuota: quota })).toEqual({ threads, batchThreads });
  });
});

describe('context', () => {
  // 1,000,000 bytes for the model and 100 a token.
  const fit = (question: Partial<FitQuestion>) =>
    fitContext({
      limit: 131_072,
      contextSize: undefined,
      parallel: undefined,
      budgetBytes: 100_000_000,
      bytesOf: ({ contextSize, parallel }) => 1_000_000 + contextSize * parallel * 100,
      ...question,
    });

  it.each([
    { what: 'plenty of memory', question: {}, expected: { contextSize: 16_384, parallel: 4 } },
    { what: 'a model trained for less', question: { limit: 2048 }, expected: { contextSize: 2048, parallel: 4 } },
    { what: 'a model that does not say', question: { limit: undefined }, expected: { contextSize: 8192, parallel: 4 } },
    {
      what: 'a model trained for next to nothing',
      question: { limit: 100 },
      expected: { contextSize: 100, parallel: 4 },
    },
    {
      what: 'caches that would take over a quarter',
      question: { budgetBytes: 16_000_000 },
      expected: { contextSize: 9984, parallel: 4 },
    },
    {
      what: 'less room than four conversations need',
      question: { budgetBytes: 8_000_000 },
      expected: { contextSize: 9984, parallel: 2 },
    },
    { what: 'little room', question: { budgetBytes: 1_300_000 }, expected: { contextSize: 2816, parallel: 1 } },
    {
      what: 'room for the smallest context only',
      question: { budgetBytes: 1_055_000 },
      expected: { contextSize: 512, parallel: 1 },
    },
    { what: 'no room', question: { budgetBytes: 1_050_000 }, expected: undefined },
    { what: 'a fixed context', question: { contextSize: 100_000 }, expected: { contextSize: 100_000, parallel: 2 } },
    { what: 'a fixed number of places', question: { parallel: 16 }, expected: { contextSize: 15_616, parallel: 16 } },
    {
      what: 'both fixed beyond a quarter',
      question: { contextSize: 100_000, parallel: 8 },
      expected: { contextSize: 100_000, parallel: 8 },
    },
    { what: 'both fixed beyond everything', question: { contextSize: 100_000, parallel: 10 }, expected: undefined },
  ])('with $what', ({ question, expected }) => {
    expect(fit(question)).toEqual(expected);
  });
});
