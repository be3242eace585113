import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { psBody } from '#contract';
import { gantry, temporaryDirectory } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

let daemon: ModelDaemon;
beforeAll(async () => {
  daemon = await startModelDaemon();
});
afterAll(() => daemon.stop());

async function chat(body: unknown, path = '/v1/chat/completions'): Promise<{ status: number; body: string }> {
  const answer = await fetch(`${daemon.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.text() };
}

const hello = (): unknown => ({ model: daemon.model, max_tokens: 4, messages: [{ role: 'user', content: 'Hello' }] });

describe('a runner that is killed in the middle of an answer', () => {
  beforeEach((context) => {
    if (daemon.skip) context.skip(daemon.skip);
  });

  it('gives its client an error event within two seconds, and the next request works', async () => {
    const answer = await fetch(`${daemon.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: daemon.model,
        stream: true,
        max_tokens: 4000,
        ignore_eos: true,
        messages: [{ role: 'user', content: 'Write a very long story.' }],
      }),
    });
    const decoder = new TextDecoder();
    let text = '';
    let killedAt: number | undefined;
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      if (killedAt === undefined && text.includes('"content"')) {
        const [runner] = psBody.parse(await (await fetch(`${daemon.url}/engines/ps`)).json());
        process.kill(runner?.pid ?? 0, 'SIGKILL');
        killedAt = performance.now();
      }
    }
    expect(performance.now() - (killedAt ?? 0)).toBeLessThan(2000);
    const last =
      text
        .trim()
        .split('\n')
        .findLast((line) => line.startsWith('data: {')) ?? '';
    expect(JSON.parse(last.slice('data: '.length))).toMatchObject({
      error: { message: expect.any(String), code: 'backend.crashed' },
    });
    expect(await chat(hello())).toMatchObject({ status: 200 });
  });

  it('leaves other clients a clear error when they did not stream', async () => {
    const waiting = chat({ ...(hello() as object), max_tokens: 400, ignore_eos: true });
    const busy = async (): Promise<number> =>
      psBody.parse(await (await fetch(`${daemon.url}/engines/ps`)).json())[0]?.active_requests ?? 0;
    await expect.poll(busy, { timeout: 30_000 }).toBeGreaterThan(0);
    const [runner] = psBody.parse(await (await fetch(`${daemon.url}/engines/ps`)).json());
    process.kill(runner?.pid ?? 0, 'SIGSEGV');
    const { status, body } = await waiting;
    // The request had no answer yet: the daemon may run it again on a fresh runner, or say that the runner died.
    expect([200, 502]).toContain(status);
    if (status === 502) expect(JSON.parse(body)).toMatchObject({ error: { code: 'backend.crashed' } });
    expect(await chat(hello())).toMatchObject({ status: 200 });
  });
});

describe('bad input', () => {
  beforeEach((context) => {
    if (daemon.skip) context.skip(daemon.skip);
  });

  const error = (body: string): { message: string; code: string } =>
    (JSON.parse(body) as { error: { message: string; code: string } }).error;

  it.each([
    ['malformed JSON', '{"model":', 400],
    ['JSON that is not an object', '[1,2]', 400],
    ['no model', { messages: [] }, 400],
    ['a model that is not a string', { model: 7, messages: [] }, 400],
    ['messages that are not a list', { model: 'M', messages: 'hello' }, 400],
    ['a body that is not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['an unknown model', { model: 'ai/nothing', messages: [{ role: 'user', content: 'x' }] }, 404],
    ['a model name that climbs', { model: '../../etc/passwd', messages: [{ role: 'user', content: 'x' }] }, 400],
  ])('answers %s with a clear error', async (_name, body, status) => {
    const sent =
      typeof body === 'object' && 'model' in body && body.model === 'M' ? { ...body, model: daemon.model } : body;
    const answer = await chat(sent);
    expect(answer.status, answer.body).toBe(status);
    expect(error(answer.body).message.length).toBeGreaterThan(10);
    expect(await chat(hello())).toMatchObject({ status: 200 });
  });

  it('refuses a body of 11 MB', async () => {
    const answer = await chat({ model: daemon.model, messages: [{ role: 'user', content: 'x'.repeat(11e6) }] });
    expect(answer.status).toBe(413);
    expect(error(answer.body).message).toMatch(/10/);
  });

  it('refuses an unknown backend', async () => {
    const answer = await chat(hello(), '/engines/warp-drive/v1/chat/completions');
    expect(answer.status).toBe(404);
    expect(error(answer.body).message).toContain('warp-drive');
  });

  it('says that a conversation is longer than the context instead of cutting it', async () => {
    const answer = await chat({ model: daemon.model, messages: [{ role: 'user', content: 'needle '.repeat(50_000) }] });
    expect(answer.status).toBe(400);
    expect(error(answer.body).code).toBe('context_length_exceeded');
  });

  it.each([
    '/models/..%2f..%2fetc/passwd',
    '/models/%2e%2e/%2e%2e/settings.yaml',
    '/models/ai/x%00y',
    '/engines/v1/models/..%2f..%2fx',
  ])('finds nothing at %s', async (path) => {
    // fetch() would tidy the path before it is sent.
    const status = await new Promise<number>((resolve, reject) => {
      const { hostname, port } = new URL(daemon.url);
      const sent = request({ hostname, port, path }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      sent.on('error', reject);
      sent.end();
    });
    expect([400, 404]).toContain(status);
  });

  it('refuses a GGUF that is cut short, one that lies, and one that is noise', async () => {
    await using directory = await temporaryDirectory('bad-gguf');
    const header = Buffer.alloc(24);
    header.write('GGUF', 0, 'latin1');
    header.writeUInt32LE(3, 4);
    header.writeBigUInt64LE(2n ** 60n, 8);
    header.writeBigUInt64LE(2n ** 60n, 16);
    for (const [name, bytes] of [
      ['short', header.subarray(0, 10)],
      ['lies', header],
      ['noise', randomBytes(4096)],
    ] as const) {
      const path = join(directory.path, `${name}.gguf`);
      await writeFile(path, bytes);
      const result = await gantry(daemon.home, ['pull', '--gguf', path, `test/${name}`]);
      expect(result.code, name).not.toBe(0);
      expect(result.stderr).toMatch(/GGUF/);
    }
    const listed = await gantry(daemon.home, ['list', '-q']);
    expect(listed.stdout.trim().split('\n')).toHaveLength(1);
  });
});
