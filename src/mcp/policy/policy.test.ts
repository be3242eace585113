import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { silentLog, systemClock } from '#core';
import type { JsonObject } from '../types.ts';
import { compilePolicy, type PolicyRequest } from './evaluate.ts';
import { matchesGlob } from './glob.ts';
import { openPolicyFile, readPolicy } from './policy-file.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { policySchema, type Policy } from './schema.ts';

const policyOf = (value: unknown): Policy => policySchema.parse(value);
const request = (changes: Partial<PolicyRequest> = {}): PolicyRequest => ({
  kind: 'tool',
  server: 'files',
  name: 'write_file',
  client: 'cursor',
  arguments: {},
  ...changes,
});
const effect = (rules: readonly unknown[], changes: Partial<PolicyRequest> = {}, fallback = 'allow'): string =>
  compilePolicy(policyOf({ default: fallback, rules })).evaluate(request(changes)).effect;

describe('a policy', () => {
  it('without a rule that fits says what its default is', () => {
    expect(compilePolicy(policyOf({})).evaluate(request())).toEqual({
      effect: 'allow',
      reason: 'no rule speaks against it',
      rule: undefined,
    });
    expect(effect([], {}, 'deny')).toBe('deny');
  });

  it('is decided by the first rule that fits', () => {
    const rules = [
      { effect: 'allow', server: 'files', tool: 'read_*' },
      { effect: 'ask', server: ['files', 'git*'], tool: '*' },
      { effect: 'deny' },
    ];
    expect(effect(rules, { name: 'read_file' })).toBe('allow');
    expect(effect(rules, { name: 'write_file' })).toBe('ask');
    expect(effect(rules, { server: 'github' })).toBe('ask');
    expect(effect(rules, { server: 'other' })).toBe('deny');
  });

  it('tells tools, prompts, resources and their completions apart', () => {
    const rules = [
      { effect: 'deny', tool: '*' },
      { effect: 'deny', prompt: 'secret*' },
      { effect: 'deny', resource: 'file:///etc/**' },
    ];
    const of = (kind: PolicyRequest['kind'], name: string): string => effect(rules, { kind, name });
    expect(of('tool', 'anything')).toBe('deny');
    expect(of('prompt', 'anything')).toBe('allow');
    expect(of('prompt', 'secret-x')).toBe('deny');
    expect(of('completion', 'secret-x')).toBe('deny');
    expect(of('resource', 'secret-x')).toBe('allow');
    expect(of('resource', 'file:///etc/a/b')).toBe('deny');
    expect(of('completion', 'file:///etc/a/b')).toBe('deny');
  });

  it('looks at who asks', () => {
    const rules = [{ effect: 'deny', client: 'claude*' }];
    expect([effect(rules, { client: 'claude-code' }), effect(rules)]).toEqual(['deny', 'allow']);
  });

  it.each<[object, JsonObject, string]>([
    [{ at: '/path', glob: '/etc/**' }, { path: '/etc/x/y' }, 'deny'],
    [{ at: '/path', glob: '/etc/*' }, { path: '/etc/x/y' }, 'allow'],
    [{ at: '/path', under: '/etc' }, { path: '/tmp/../etc/passwd' }, 'deny'],
    [{ at: '/path', under: '/etc' }, { path: '/etcetera' }, 'allow'],
    [{ at: '/uri', under: '/etc' }, { uri: 'file:///%65tc/passwd' }, 'deny'],
    [{ at: '/path', under: '/srv', not: true }, { path: '/srv/../root' }, 'deny'],
    [{ at: '/path', under: '/srv', not: true }, { path: 'relative' }, 'deny'],
    [{ at: '/path', under: '/srv', not: true }, { path: '/srv/a' }, 'allow'],
    [{ at: '/sql', regex: '(?i).*\\bdrop\\s+table\\b.*' }, { sql: 'x;\nDROP  TABLE y' }, 'deny'],
    [{ at: '/n', equals: 3 }, { n: 3 }, 'deny'],
    [{ at: '/n', equals: 3 }, { n: '3' }, 'allow'],
    [{ at: '/files/*/name', glob: '*.pem' }, { files: [{ name: 'a' }, { name: 'b.pem' }] }, 'deny'],
    [{ at: '/a~1b/~0', glob: '*' }, { 'a/b': { '~': 'x' } }, 'deny'],
    [{ at: '', regex: '.*rm -rf.*' }, { any: { where: 'rm -rf /' } }, 'deny'],
    [{ at: '/absent', glob: '**' }, {}, 'allow'],
    [{ at: '/__proto__', glob: '**' }, {}, 'allow'],
  ])('%j is about %j: %s', (condition, args, expected) => {
    expect(effect([{ effect: 'deny', arguments: [condition] }], { arguments: args })).toBe(expected);
  });

  it('that allows by an argument wants every value to fit, and one to be there', () => {
    const rules = [{ effect: 'allow', arguments: [{ at: '/paths/*', under: '/srv' }] }];
    const of = (paths: readonly string[]): string => effect(rules, { arguments: { paths } }, 'deny');
    expect([of(['/srv/a', '/srv/b']), of(['/srv/a', '/etc']), of([])]).toEqual(['allow', 'deny', 'deny']);
  });

  it.each([
    { rules: [{ effect: 'maybe' }] },
    { rules: [{ effect: 'deny', toool: 'x' }] },
    { rules: [{ effect: 'deny', arguments: [{ at: '/a', glob: 'x', regex: 'y' }] }] },
    { rules: [{ effect: 'deny', arguments: [{ at: 'a', glob: 'x' }] }] },
    { limits: [{ calls: 1, per: 'soon' }] },
  ])('with what it does not know is refused: %j', (value) => {
    expect(policySchema.safeParse(value).success).toBe(false);
  });

  it('with a pattern that could take for ever is refused, and no other takes long', () => {
    const compile = (regex: string) =>
      compilePolicy(policyOf({ rules: [{ effect: 'deny', arguments: [{ at: '/a', regex }] }] }));
    expect(() => compile('(a)\\1')).toThrow('The policy is not valid');
    expect(compile('(a+)+$').evaluate(request({ arguments: { a: `${'a'.repeat(50_000)}!` } })).effect).toBe('allow');
  });

  it('that denies everything last never lets through what no rule before allows', () => {
    const name = fc.constantFrom('a', 'b', 'ab', 'abc');
    const glob = fc.constantFrom('*', 'a', 'a*', '*b', '?', 'b');
    const rule = fc.record({ effect: fc.constantFrom('allow', 'deny', 'ask'), tool: glob, server: glob });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 6 }), name, name, (rules, server, tool) => {
        const outcome = effect([...rules, { effect: 'deny' }], { server, name: tool });
        const fitting = rules.find((one) => matchesGlob(one.tool, tool) && matchesGlob(one.server, server));
        expect(outcome).toBe(fitting?.effect ?? 'deny');
      }),
    );
  });
});

describe('a glob', () => {
  it.each([
    ['*', 'abc', true],
    ['*', 'a/b', false],
    ['**', 'a/b', true],
    ['a**c', 'a/b/c', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['', '', true],
    ['a*', '', false],
    ['.*', 'xa', false],
    ['[a]', 'a', false],
  ])('%s and %s', (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });

  it('means what the expression of the same form means', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?', '.', '/');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 7 }).map((parts) => parts.join('').replaceAll(/\*\*\*+/g, '**')),
        fc.array(fc.constantFrom('a', 'b', '.', '/'), { maxLength: 8 }).map((parts) => parts.join('')),
        (pattern, text) => {
          const source = pattern.replaceAll(
            /\*\*|\*|\?|\./g,
            (one) => ({ '**': '.*', '*': '[^/]*', '?': '[^/]', '.': '\\.' })[one] ?? one,
          );
          expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${source}$`, 's').test(text));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('that is hostile ends', () => {
    expect(matchesGlob(`${'*a'.repeat(400)}b`, 'a'.repeat(5000))).toBe(false);
  });
});

describe('a limit', () => {
  const limit = policyOf({ limits: [{ calls: 3, per: '10s', each: 'client' }] }).limits;

  it('holds in every stretch of its time, for each by itself', () => {
    const limiter = createRateLimiter();
    const take = (at: number, client = 'a') => limiter.take(limit, request({ client }), at)?.waitMs;
    expect([take(0), take(1000), take(2000), take(3000), take(3000, 'b')]).toEqual([
      undefined,
      undefined,
      undefined,
      7000,
      undefined,
    ]);
    expect([take(10_000), take(10_500)]).toEqual([undefined, 500]);
  });

  it('never lets more through than it says, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 60 }), (pauses) => {
        const limiter = createRateLimiter();
        const granted: number[] = [];
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          if (!limiter.take(limit, request(), now)) granted.push(now);
        }
        for (const start of granted) {
          expect(granted.filter((time) => time >= start && time < start + 10_000).length).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});

describe('the file of a policy', () => {
  const file = async (text?: string): Promise<string> => {
    const path = join(await mkdtemp(join(tmpdir(), 'gantry-policy-')), 'policy.yaml');
    if (text !== undefined) await writeFile(path, text);
    return path;
  };
  const open = (path: string) => openPolicyFile(path, { clock: systemClock, log: silentLog });

  it('that is not there allows everything', async () => {
    using policy = await open(await file());
    expect(policy.current().evaluate(request()).effect).toBe('allow');
  });

  it('that is broken allows nothing and names what is wrong', async () => {
    const path = await file('rules:\n  - effect: dney\n');
    using policy = await open(path);
    expect(() => policy.current()).toThrow('rules.0.effect');
    await expect(readPolicy(path)).rejects.toMatchObject({ code: 'settings.invalid' });
  });

  it('is followed', async () => {
    const path = await file();
    using policy = await open(path);
    await writeFile(path, 'default: deny\n');
    await vi.waitFor(() => expect(policy.current().evaluate(request()).effect).toBe('deny'), { timeout: 5000 });
  });
});
