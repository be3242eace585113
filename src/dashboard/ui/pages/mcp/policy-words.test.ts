import { describe, expect, it } from 'vitest';
import { policyWords } from './policy-words.ts';

describe('a policy in words', () => {
  it('names effect, whom it is about, and what its arguments have to be', () => {
    const { usual, rules, limits } = policyWords({
      default: 'deny',
      rules: [
        {
          effect: 'ask',
          server: ['fs', 'git*'],
          tool: 'write_*',
          arguments: [{ at: '/path', under: '/home', not: true }],
        },
        { effect: 'deny', name: 'all', reason: 'no' },
      ],
      limits: [{ calls: 5, per: 60_000, each: 'client', tool: ['x'] }],
    });
    expect(usual).toBe('deny');
    expect(rules).toEqual([
      {
        name: undefined,
        effect: 'ask',
        about: [
          { what: 'server', patterns: ['fs', 'git*'] },
          { what: 'tool', patterns: ['write_*'] },
        ],
        conditions: [{ at: '/path', test: 'under', value: '/home', isNot: true }],
        reason: undefined,
      },
      { name: 'all', effect: 'deny', about: [], conditions: [], reason: 'no' },
    ]);
    expect(limits).toEqual([
      { name: undefined, about: [{ what: 'tool', patterns: ['x'] }], calls: 5, perMs: 60_000, each: 'client' },
    ]);
  });

  it('is what is usual where nothing is said', () => {
    expect(policyWords({})).toEqual({ usual: 'allow', rules: [], limits: [] });
  });
});
