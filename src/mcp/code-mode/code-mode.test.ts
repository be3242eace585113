import { PassThrough } from 'node:stream';
import { Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { createManualClock } from '#testing';
import type { JsonObject } from '../types.ts';
import { declareFunctions, functionNames, type ScriptTool } from './describe-functions.ts';
import { defaultScriptLimits, type CallTool } from './protocol.ts';
import { runScript, type RunScriptOptions, type SandboxProcess } from './run-script.ts';
import { serveSandbox } from './serve-sandbox.ts';

/** The sandbox's own program over streams; the process around it is a journey's. */
function inThisProcess(): SandboxProcess {
  const input = new PassThrough();
  const output = new PassThrough();
  const ended = serveSandbox({ input, output, monotonic: () => performance.now() }).catch(() => undefined);
  return { input, output, ended, kill: () => input.end() };
}

function text(value: string): JsonObject {
  return { content: [{ type: 'text', text: value }] };
}

const add: CallTool = async (_tool, { a, b }) => text(String(Number(a) + Number(b)));

async function run(script: string, more: Partial<RunScriptOptions> = {}) {
  return await runScript({
    script,
    functions: { get_sum: 'get-sum' },
    call: add,
    start: inThisProcess,
    clock: systemClock,
    signal: new AbortController().signal,
    limits: { ...defaultScriptLimits, computeMs: 300 },
    ...more,
  });
}

describe('a script in code mode', () => {
  it('returns what it computes', async () => {
    expect(await run('return [1, 2].map((n) => n * 2)')).toEqual({ type: 'done', text: '[2,4]', printed: '' });
  });

  it('uses tools one after the other and at the same time', async () => {
    expect(
      await run('const x = await get_sum({a: 1, b: 2}); return await get_sum({a: Number(x), b: 10})'),
    ).toMatchObject({
      text: '13',
    });
    let most = 0;
    let now = 0;
    const call: CallTool = async (tool, args) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return await add(tool, args);
    };
    expect(
      await run('return (await Promise.all([1, 2, 3].map((n) => get_sum({a: n, b: n})))).join()', { call }),
    ).toMatchObject({
      text: '2,4,6',
    });
    expect(most).toBe(3);
  });

  it('gets a whole result where it asks for one', async () => {
    expect(await run('const { content } = await get_sum.result({a: 1, b: 1}); return content[0].type')).toMatchObject({
      text: 'text',
    });
  });

  it('can catch the error of a tool', async () => {
    const call: CallTool = async () => ({ ...text('no such file'), isError: true });
    expect(await run('try { await get_sum({}) } catch (error) { return error.message }', { call })).toMatchObject({
      text: 'no such file',
    });
    const broken: CallTool = async () => await Promise.reject(new Error('denied'));
    expect(await run('return await get_sum({})', { call: broken })).toMatchObject({
      type: 'failed',
      text: 'denied (line 1)',
    });
  });

  it('prints beside its result', async () => {
    expect(await run('console.log("seen", {a: 1}); return "x"')).toEqual({
      type: 'done',
      text: 'x',
      printed: 'seen {"a":1}\n',
    });
  });

  it.each([
    ['that does not parse', 'not a script', /SyntaxError: .*line 1/],
    ['that throws', '\nnull.x', /TypeError: .*line 2/],
    ['that never ends', 'for (;;) {}', /computed for too long/],
    ['that nests without end', 'const f = () => f() + 1; f()', /stack overflow/],
    ['that waits for nothing', 'await new Promise(() => {})', /never comes/],
    ['that calls without end', 'for (;;) await get_sum({a: 1, b: 1})', /more than 100 calls/],
    ['that returns too much', 'return "x".repeat(2e6)', /longer than/],
    ['that passes no object', 'return await get_sum("a")', /one object/],
  ])('%s fails in words', async (_name, script, words) => {
    const outcome = await run(script);
    expect(outcome.type).toBe('failed');
    expect(outcome.text).toMatch(words);
  });

  it('has nothing of this machine', async () => {
    const names = [
      'process',
      'require',
      'fetch',
      'setTimeout',
      'Buffer',
      'module',
      'WebAssembly',
      'globalThis.std',
      'globalThis.os',
    ];
    expect(await run(`return [${names.map((name) => `typeof ${name}`).join()}]`)).toMatchObject({
      text: JSON.stringify(names.map(() => 'undefined')),
    });
    expect((await run('return await import("fs")')).type).toBe('failed');
  });

  it('ends with whoever asked for it', async () => {
    const given = new AbortController();
    const call: CallTool = async () => {
      given.abort(new Error('left'));
      return await new Promise(() => undefined);
    };
    await expect(run('await get_sum({})', { call, signal: given.signal })).rejects.toThrow('left');
  });

  it('whose process is stuck or gone ends in words', async () => {
    const clock = createManualClock();
    let gone: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (gone = resolve));
    const silent = (): SandboxProcess => ({
      input: new PassThrough(),
      output: new PassThrough(),
      ended,
      kill: () => gone(),
    });
    const stuck = run('1', { start: silent, clock });
    clock.advance(60_000);
    expect(await stuck).toMatchObject({ text: 'it computed for too long' });
    expect(await run('1', { start: silent })).toMatchObject({ text: expect.stringMatching(/process ended/) });
  });
});

const tool = (name: string, inputSchema: JsonObject = {}): ScriptTool => ({
  name,
  description: 'Adds */ two',
  inputSchema,
});

describe('functions for tools', () => {
  it('have distinct names that JavaScript allows', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 })), (names) => {
        const functions = functionNames(names.map((name) => tool(name)));
        expect([...functions.values()]).toEqual(names);
        for (const name of functions.keys()) expect(() => new Script(`"use strict"; var ${name};`)).not.toThrow();
      }),
    );
  });

  it('are declared as their schemas say', () => {
    const schema = {
      type: 'object',
      properties: {
        a: { type: 'integer' },
        'b-c': { type: 'array', items: { enum: ['x', 'y'] } },
        d: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      },
      required: ['a'],
    };
    expect(declareFunctions([tool('get-sum', schema)])).toBe(
      '/** Adds * / two */\ndeclare function get_sum(args: { a: number; "b-c"?: Array<"x" | "y">; d?: string | null }): Promise<string>;',
    );
  });

  it('are declared whatever the schema is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (schema) => {
        expect(declareFunctions([tool('x', schema as JsonObject)])).toContain('declare function x(');
      }),
    );
  });
});
