import { chmod, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecretScanner, systemClock } from '#core';
import { createHttpClient, type ClosableHttpClient } from '#registry';
import { compilePolicy } from '../policy/evaluate.ts';
import { openPolicy } from '../policy/schema.ts';
import { runProgram } from '../state/run-program.ts';
import type { CallOutcome, CallStep, JsonObject, ServerCall } from '../types.ts';
import { createCallLog, findCall, followCalls, readCalls } from './call-log.ts';
import type { CallRecord, CallRecording } from './call-record.ts';
import { createCallSteps } from './call-steps.ts';
import { parseInterceptor } from './interceptor-spec.ts';
import { jsonPlace } from './json-place.ts';
import { createKnownSecrets, type KnownSecrets } from './known-secrets.ts';
import { isRefused, seen, session, textResult, toolCall } from './testing.ts';

const scanner = createSecretScanner();
const token = `ghp_${'aB3dE5gH7jK9mN1pQ3sT'.repeat(2).slice(0, 36)}`;
const canary = 'canary-4f9c1b7e2a"\n!';

let folder: string;
let http: ClosableHttpClient;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-guards-'));
  http = createHttpClient({ env: {}, clock: systemClock });
});
afterEach(() => http.close());

interface Setup {
  readonly interceptors?: readonly string[];
  readonly blockSecrets?: boolean;
  readonly recording?: CallRecording;
  readonly known?: KnownSecrets;
  readonly timeoutMs?: number;
}

/** Sends a call through all steps to a server that answers as told, and tells what reached it. */
async function through(
  call: ServerCall,
  answer: (call: ServerCall) => CallOutcome | Promise<CallOutcome>,
  {
    interceptors = [],
    blockSecrets = true,
    recording = 'on',
    known = createKnownSecrets(),
    timeoutMs = 10_000,
  }: Setup = {},
): Promise<{ outcome: CallOutcome; reached: ServerCall | undefined }> {
  using log = createCallLog({ folder, clock: systemClock, recording: () => recording, scanner, known });
  const policy = compilePolicy(openPolicy);
  const steps = createCallSteps({
    callLog: log.step,
    policy: () => policy,
    interceptors: interceptors.map(parseInterceptor),
    ask: { run: runProgram, http, env: { PATH: process.env['PATH'] }, timeoutMs },
    blockSecrets: () => blockSecrets,
    scanner,
    known,
    clock: systemClock,
  });
  let reached: ServerCall | undefined;
  const server = async (one: ServerCall): Promise<CallOutcome> => {
    reached = one;
    return await answer(one);
  };
  const run = (index: number, one: ServerCall): Promise<CallOutcome> => {
    const step: CallStep | undefined = steps[index];
    return step ? step.handle(one, (changed) => run(index + 1, changed), {}) : server(one);
  };
  const outcome = await run(0, call);
  return { outcome, reached };
}

async function records(): Promise<readonly CallRecord[]> {
  const all: CallRecord[] = [];
  for await (const record of readCalls(folder)) all.push(record);
  return all;
}

async function script(body: string): Promise<string> {
  const path = join(folder, `hook-${Math.abs(body.length)}-${body.charCodeAt(0)}.js`);
  await writeFile(
    path,
    `let input = ''; process.stdin.on('data', (d) => { input += d; }).on('end', () => { const given = JSON.parse(input); ${body} });`,
  );
  await chmod(path, 0o755);
  return `${process.execPath} ${path}`;
}

const done = () => textResult('done');

describe('a secret in arguments', () => {
  it('keeps the call from the server', async () => {
    const { outcome, reached } = await through(toolCall({ files: [{ text: `x ${token}` }] }), done);
    expect(reached).toBeUndefined();
    expect(isRefused(outcome)).toBe(true);
    expect(seen(outcome)).toContain(
      'a secret is being passed to the tool read of files: GitHub token at arguments.files[0].text',
    );
    expect(seen(outcome)).not.toContain(token);
  });

  it('passes when nobody wants it blocked', async () => {
    const { reached } = await through(toolCall({ token }), done, { blockSecrets: false });
    expect(reached?.arguments).toEqual({ token });
  });

  it('that an interceptor put there is seen as well', async () => {
    const hook = await script(`console.log(JSON.stringify({ params: { arguments: { token: '${token}' } } }))`);
    const { reached, outcome } = await through(toolCall(), done, { interceptors: [`before:exec:${hook}`] });
    expect(reached).toBeUndefined();
    expect(isRefused(outcome)).toBe(true);
  });
});

describe('a secret in an answer', () => {
  const aws = 'AKIA' + 'ABCDEFGH23456777';
  const answers: Readonly<Record<string, JsonObject>> = {
    text: { content: [{ type: 'text', text: `id ${aws}` }] },
    'JSON in a text': { content: [{ type: 'text', text: JSON.stringify({ key: aws }) }] },
    'structured content': { content: [], structuredContent: { deep: { key: aws } } },
    'a name of a field': { content: [], structuredContent: { [aws]: 1 } },
    'an embedded resource': { content: [{ type: 'resource', resource: { uri: 'file:///x', text: aws } }] },
    'a resource in base64': {
      contents: [{ uri: 'file:///x', blob: Buffer.from(`key = ${aws}\n`).toString('base64') }],
    },
    'a prompt': { messages: [{ role: 'user', content: { type: 'text', text: aws } }] },
    metadata: { content: [], _meta: { trace: aws } },
  };

  it.each(Object.entries(answers))('is withheld: %s', async (_where, result) => {
    for (const kind of ['tool', 'prompt', 'resource'] as const) {
      const { outcome } = await through(toolCall({}, { kind }), () => ({ kind: 'result', result }));
      expect(isRefused(outcome)).toBe(true);
      expect(seen(outcome)).toContain('a secret is being returned by');
      expect(seen(outcome)).not.toContain(aws);
    }
  });

  it('is withheld from errors too', async () => {
    const { outcome } = await through(toolCall(), () => ({
      kind: 'error',
      error: { code: 1, message: 'no', data: { aws } },
    }));
    expect(seen(outcome)).not.toContain(aws);
  });

  it('that we gave to a server is recognised, however it comes back', async () => {
    const known = createKnownSecrets();
    known.add([canary, 'dev']);
    const forms = [
      canary,
      JSON.stringify({ env: canary }),
      encodeURIComponent(canary),
      Buffer.from(`TOKEN=${canary}`).toString('base64'),
    ];
    for (const text of forms) {
      const { outcome } = await through(toolCall(), () => textResult(`here: ${text}`), { known });
      expect(seen(outcome)).toContain('one that this gateway gave to a server');
    }
    const { outcome } = await through(toolCall(), () => textResult('in dev mode'), { known });
    expect(isRefused(outcome)).toBe(false);
  });
});

describe('an interceptor before a call', () => {
  it('is told everything in both spellings, and changes nothing when it says nothing', async () => {
    const hook = await script(`require('node:fs').writeFileSync('${folder}/given', input)`);
    const call = toolCall({ a: 1 }, { meta: { progressToken: 7 } });
    const { reached } = await through(call, done, { interceptors: [`before:exec:${hook}`] });
    expect(reached).toEqual(call);
    const params = { name: 'read', arguments: { a: 1 }, _meta: { progressToken: 7 } };
    expect(JSON.parse(await readFile(join(folder, 'given'), 'utf8'))).toMatchObject({
      params,
      Params: params,
      Extra: null,
    });
  });

  it.each(['params', 'Params'])('may change the arguments, as %s', async (spelling) => {
    const hook = await script(
      `given.${spelling}.arguments.b = process.env.GANTRY_MCP_TOOL; console.log(JSON.stringify({ ${spelling}: given.${spelling} }))`,
    );
    const { reached } = await through(toolCall({ a: 1 }), done, { interceptors: [`before:exec:${hook}`] });
    expect(reached?.arguments).toEqual({ a: 1, b: 'read' });
  });

  it('may answer in the place of the server', async () => {
    const hook = await script(`console.log(JSON.stringify({ content: [{ type: 'text', text: 'cached' }] }))`);
    const { outcome, reached } = await through(toolCall(), done, { interceptors: [`before:exec:${hook}`] });
    expect(reached).toBeUndefined();
    expect(outcome).toEqual(textResult('cached'));
  });

  it.each([
    ['console.log("oops")', 'is not JSON'],
    ['console.log("[]")', 'neither a result'],
    ['process.exit(2)', 'it ended with 2'],
    ['console.log(JSON.stringify({ params: { name: "rm" } }))', 'another tool'],
    ['setInterval(() => {}, 1000)', 'it took too long'],
  ])('that fails makes the call fail: %s', async (body, reason) => {
    const hook = await script(body);
    const { outcome, reached } = await through(toolCall(), done, {
      interceptors: [`before:exec:${hook}`],
      timeoutMs: 3000,
    });
    expect(reached).toBeUndefined();
    expect(isRefused(outcome)).toBe(true);
    expect(seen(outcome)).toContain(reason);
  });

  it('leaves prompts and resources alone', async () => {
    const { outcome } = await through(toolCall({}, { kind: 'prompt' }), done, { interceptors: ['before:exec:exit 1'] });
    expect(isRefused(outcome)).toBe(false);
  });

  it.each(['x', 'before:exec:', 'during:exec:x', 'before:http:ftp://x', 'before:python:x'])('cannot be %s', (spec) => {
    expect(() => parseInterceptor(spec)).toThrow('is no interceptor');
  });
});

describe('an interceptor after a call', () => {
  it('is given the result and may change it; the scan sees what it says', async () => {
    const shout = await script(
      'given.content[0].text = given.content[0].text.toUpperCase(); console.log(JSON.stringify(given))',
    );
    const changed = await through(toolCall(), done, { interceptors: [`after:exec:${shout}`] });
    expect(changed.outcome).toEqual(textResult('DONE'));
    const leak = await script(`console.log(JSON.stringify({ content: [{ type: 'text', text: '${token}' }] }))`);
    const leaked = await through(toolCall(), done, { interceptors: [`after:exec:${leak}`] });
    expect(seen(leaked.outcome)).not.toContain(token);
  });
});

describe('an interceptor that is a service', () => {
  let server: Server;
  let url: string;
  let answer: { status: number; body: string };
  beforeEach(async () => {
    server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(answer.status).end(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=${token}`;
  });
  afterEach(() => server.close());

  it('is asked', async () => {
    answer = { status: 200, body: JSON.stringify({ params: { arguments: { ok: true } } }) };
    const { reached } = await through(toolCall(), done, { interceptors: [`before:http:${url}`] });
    expect(reached?.arguments).toEqual({ ok: true });
  });

  it('that refuses is an error without what is in its address', async () => {
    answer = { status: 500, body: token };
    const { outcome } = await through(toolCall(), done, { interceptors: [`before:http:${url}`], blockSecrets: false });
    expect(seen(outcome)).toContain('it answered 500');
    expect(seen(outcome)).not.toContain(token);
  });
});

describe('the call log', () => {
  it('has a line for each call, also for those that were refused or failed', async () => {
    await through(toolCall({ a: 1 }), done);
    await through(toolCall({ token }), done);
    await through(toolCall(), () => ({ kind: 'error', error: { code: 1, message: 'broken' } }));
    await expect(
      through(toolCall(), () => {
        throw new Error('gone');
      }),
    ).rejects.toThrow('gone');
    expect((await records()).map(({ outcome, error, arguments: args }) => [outcome, error?.slice(0, 8), args])).toEqual(
      [
        ['ok', undefined, { a: 1 }],
        ['tool_error', 'a secret', { token: '[redacted github-token]' }],
        ['error', 'broken', {}],
        ['error', 'gone', {}],
      ],
    );
  });

  it('tells what was given up from what failed', async () => {
    using log = createCallLog({ folder, clock: systemClock, recording: () => 'on', scanner, known: undefined });
    const gone = AbortSignal.abort();
    const withdrawn: CallOutcome = { kind: 'error', error: { code: 1, message: 'It was withdrawn.' } };
    await log.step.handle(toolCall(), async () => withdrawn, { signal: gone });
    await log.step.handle(toolCall(), async () => done(), { signal: gone });
    log.flush();
    expect((await records()).map(({ outcome }) => outcome)).toEqual(['cancelled', 'ok']);
  });

  it('is found again by its id', async () => {
    await through(toolCall({ a: 1 }), done);
    const [record] = await records();
    expect(await findCall(folder, record?.id ?? '')).toEqual(record);
    await expect(findCall(folder, 'absent')).rejects.toMatchObject({ code: 'request.not_found' });
  });

  it('is followed from the moment that it says so, with nothing of before and everything of after', async () => {
    await through(toolCall({ at: 'before' }), done);
    const stop = new AbortController();
    let first: Promise<IteratorResult<CallRecord>> | undefined;
    const following = await new Promise<AsyncGenerator<CallRecord>>((resolve) => {
      const calls = followCalls(folder, {
        clock: systemClock,
        signal: stop.signal,
        pauseMs: 1,
        onReady: () => resolve(calls),
      });
      first = calls.next();
    });
    await through(toolCall({ at: 'after' }), done);
    expect((await first)?.value).toMatchObject({ arguments: { at: 'after' } });
    stop.abort();
    expect(await following.next()).toMatchObject({ done: true });
  });

  it.each(['metadata', 'off'] as const)('keeps no arguments when it is %s', async (recording) => {
    await through(toolCall({ note: 'private' }), done, { recording });
    expect(JSON.stringify(await records())).not.toContain('private');
    expect(await records()).toHaveLength(recording === 'off' ? 0 : 1);
  });

  it('never has a secret in it, whatever is not blocked', async () => {
    const known = createKnownSecrets();
    known.add([canary]);
    const call = toolCall({ canary, token, nested: JSON.stringify({ canary }) }, { name: `x ${token}` });
    const fail = (): CallOutcome => ({ kind: 'error', error: { code: 1, message: `${canary} ${token}` } });
    await through(call, fail, { known, blockSecrets: false });
    const written = (
      await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
    ).join('');
    expect(written).toContain('redacted');
    for (const secret of ['canary-4f9c1b7e2a', token]) expect(written).not.toContain(secret);
  });

  it('is bounded', async () => {
    using log = createCallLog({
      folder,
      clock: systemClock,
      recording: () => 'on',
      scanner,
      known: undefined,
      maxBytes: 4000,
      maxFiles: 2,
    });
    for (let count = 0; count < 60; count += 1) await log.step.handle(toolCall({ count }), async () => done(), {});
    log.flush();
    const sizes = await Promise.all(
      (await readdir(folder)).map(async (name) => (await readFile(join(folder, name))).length),
    );
    expect(sizes.length).toBeLessThanOrEqual(2);
    for (const size of sizes) expect(size).toBeLessThan(4600);
  });
});

describe('the place in a JSON text', () => {
  it('is that of the value, whatever is around it', () => {
    const key = fc.string({ unit: fc.constantFrom('a', 'b', '_', '-'), minLength: 1, maxLength: 4 });
    const value = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('x', '"', '\\', '{', ',', 1, true, null),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(key, tie('json'), { maxKeys: 3 }),
      ),
    })).json;
    fc.assert(
      fc.property(value, fc.array(fc.oneof(key, fc.nat({ max: 2 })), { minLength: 1, maxLength: 4 }), (noise, path) => {
        let whole: unknown = 'NEEDLE';
        for (const part of path.toReversed()) {
          whole =
            typeof part === 'number'
              ? [...Array.from({ length: part }, () => noise), whole, noise]
              : { 0: noise, [part]: whole };
        }
        const text = JSON.stringify(whole);
        const expected = path
          .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
          .join('');
        expect(jsonPlace(text, text.indexOf('NEEDLE'))).toBe(expected);
      }),
    );
  });
});

it('who asks is told to programs, whatever characters the name has', async () => {
  const call = toolCall({}, { session: session({ client: { name: 'a\0b', version: '' } }) });
  const { outcome } = await through(call, done, { interceptors: ['before:exec:test "$GANTRY_MCP_CLIENT" = ab'] });
  expect(isRefused(outcome)).toBe(false);
});
