import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AssistantEvent, AssistantSessionBody } from '#contract';
import { gantryProgram } from '#testing';
import { gantry, runCommand, temporaryDirectory } from './harness.ts';

type Reply = (response: ServerResponse) => void;

/** An OpenAI-compatible server that says what the test wrote, and keeps what it was asked. */
interface ScriptedServer {
  readonly url: string;
  readonly asked: { readonly messages: readonly { role: string; content: unknown }[]; readonly tools?: unknown[] }[];
  script: Reply[];
  close(): void;
}

async function startScripted(): Promise<ScriptedServer> {
  const made = {
    url: '',
    asked: [] as ScriptedServer['asked'],
    script: [] as Reply[],
    close: () => void server.close(),
  };
  const server: Server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      made.asked.push(JSON.parse(body) as ScriptedServer['asked'][number]);
      (made.script.shift() ?? says('The script is over.'))(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  made.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return made;
}

function chunks(response: ServerResponse, ...deltas: readonly [delta: object, finish?: string][]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const [delta, finish_reason = null] of deltas)
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
}

const says =
  (content: string): Reply =>
  (response) => {
    chunks(response, [{ content }], [{}, 'stop']);
    response.end('data: [DONE]\n\n');
  };
const refuses: Reply = (response) => {
  chunks(response, [{ refusal: 'No.' }], [{}, 'content_filter']);
  response.end('data: [DONE]\n\n');
};
const calls =
  (...all: readonly (readonly [name: string, args: object])[]): Reply =>
  (response) => {
    const tool_calls = all.map(([name, args], index) => ({
      index,
      id: `c${index}`,
      type: 'function',
      function: { name, arguments: JSON.stringify(args) },
    }));
    chunks(response, [{ tool_calls }], [{}, 'tool_calls']);
    response.end('data: [DONE]\n\n');
  };
const breaksOff: Reply = (response) => {
  chunks(response, [
    { tool_calls: [{ index: 0, id: 'x', function: { name: 'write_file', arguments: '{"path":"half' } }] },
  ]);
  response.flushHeaders();
  setImmediate(() => response.destroy());
};

describe('the assistant of the daemon with a scripted model', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let project: Awaited<ReturnType<typeof temporaryDirectory>>;
  let server: ScriptedServer;

  beforeAll(async () => {
    home = await temporaryDirectory('assistant');
    project = await temporaryDirectory('assistant-project');
    server = await startScripted();
    await writeFile(join(project.path, 'notes.txt'), 'All is well here.\n');
    const model = JSON.stringify({ url: server.url, model: 'scripted', contextSize: 100_000 });
    await writeFile(join(home.path, 'settings.yaml'), `assistant:\n  mcp: false\n  model: ${model}\n`);
    const enabled = await gantry(home.path, ['ai', 'enable', '--yes']);
    expect(enabled).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await gantry(home.path, ['stop']);
    server.close();
    await home[Symbol.asyncDispose]();
    await project[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    server.asked.length = 0;
    server.script = [];
  });

  const send = async (method: string, path: string, body?: unknown): Promise<IncomingMessage> => {
    const outgoing = httpRequest({
      socketPath: join(home.path, 'run/gantry.sock'),
      method,
      path: `/gantry/assistant${path}`,
      agent: false,
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return response;
  };
  const json = async <Body>(method: string, path: string, body?: unknown): Promise<Body> =>
    JSON.parse((await (await send(method, path, body)).toArray()).join('')) as Body;
  const newSession = async (): Promise<string> =>
    (await json<AssistantSessionBody>('POST', '/sessions', { workingDirectory: project.path })).id;

  async function ask(
    text: string,
    options: { session?: string; onEvent?: (event: AssistantEvent, session: string) => void } = {},
  ): Promise<AssistantEvent[]> {
    const session = options.session ?? (await newSession());
    const response = await send('POST', `/sessions/${session}/turns`, { text });
    expect(response.statusCode).toBe(200);
    const events: AssistantEvent[] = [];
    const parser = createParser({
      onEvent({ data }) {
        const event = JSON.parse(data) as AssistantEvent;
        events.push(event);
        options.onEvent?.(event, session);
      },
    });
    for await (const chunk of response) parser.feed(String(chunk));
    return events;
  }
  const answering =
    (kind: 'once' | 'reject') =>
    (event: AssistantEvent, session: string): void => {
      if (event.type === 'tool_call_confirmation')
        send('POST', `/sessions/${session}/approvals/${event.callId}`, { kind }).then(
          (response) => response.resume(),
          () => undefined,
        );
    };
  const end = (events: readonly AssistantEvent[]): unknown => events.at(-1);

  it('runs calls that only read beside each other, and gives all results to the model', async () => {
    server.script = [
      calls(['read_file', { files: [{ path: 'notes.txt' }] }], ['list_directory', {}]),
      says('All is well.'),
    ];
    const events = await ask('tell me about these notes');
    expect(end(events)).toMatchObject({ type: 'turn_ended', stopReason: 'answered' });
    const results = server.asked[1]?.messages.filter(({ role }) => role === 'tool') ?? [];
    expect(results).toHaveLength(2);
    expect(JSON.stringify(results)).toContain('All is well here.');
    expect(JSON.stringify(results)).toContain('notes.txt');
  });

  it('says that the model refused', async () => {
    server.script = [refuses];
    expect(end(await ask('tell me something else'))).toMatchObject({ stopReason: 'refused' });
  });

  it('cuts a loop', async () => {
    server.script = Array.from({ length: 9 }, () => calls(['read_file', { files: [{ path: 'notes.txt' }] }]));
    expect(end(await ask('read on and on'))).toMatchObject({ stopReason: 'loop' });
    expect(server.script.length).toBeGreaterThan(4);
  });

  it('asks again when the answer breaks off in the middle of a call, which is not carried out', async () => {
    server.script = [breaksOff, says('Never mind.')];
    const events = await ask('put half of it somewhere');
    expect(events.map(({ type }) => type)).toContain('answer_discarded');
    expect(events.map(({ type }) => type)).not.toContain('tool_call');
    expect(end(events)).toMatchObject({ stopReason: 'answered' });
  });

  it('writes nothing that was not allowed, and can take back what was', async () => {
    const file = join(project.path, 'new.txt');
    const write = calls(['write_file', { path: 'new.txt', content: 'x\n' }]);
    server.script = [write, says('As you like.')];
    const refused = await ask('put x into new.txt', { onEvent: answering('reject') });
    expect(refused).toContainEqual(expect.objectContaining({ type: 'tool_call_response', outcome: 'rejected' }));
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });

    server.script = [write, says('Done.')];
    const session = await newSession();
    await ask('put x into new.txt', { session, onEvent: answering('once') });
    expect(await readFile(file, 'utf8')).toBe('x\n');
    expect(await json('POST', `/sessions/${session}/undo`)).toEqual({
      files: [{ path: 'new.txt', outcome: 'removed' }],
    });
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('stops a program that hangs when it is told to', async () => {
    server.script = [calls(['shell', { command: 'sleep 61' }])];
    const events = await ask('wait for a minute', {
      onEvent(event, session) {
        answering('once')(event, session);
        if (event.type === 'approval') void send('POST', `/sessions/${session}/stop`).then((one) => one.resume());
      },
    });
    expect(end(events)).toMatchObject({ stopReason: 'aborted' });
  });

  it('makes room when a conversation grows beyond what the model reads', async () => {
    const session = await newSession();
    server.script = [says('Noted.'), says('Noted.')];
    await ask(`Remember ${'a long story '.repeat(12_000)}`, { session });
    const events = await ask(`And ${'another one '.repeat(12_000)}`, { session });
    expect(events.map(({ type }) => type)).toContain('compacted');
    expect(end(events)).toMatchObject({ stopReason: 'answered' });
  });

  it('lists from a script what needs approval, does nothing of it, and does exactly that by its name', async () => {
    const file = join(project.path, 'planned.txt');
    server.script = [calls(['write_file', { path: 'planned.txt', content: 'y\n' }]), says('I may not.')];
    const asked = await gantry(home.path, ['ai', '-C', project.path, '--json', 'put y into planned.txt']);
    expect(asked.code).toBe(10);
    const told = JSON.parse(asked.stdout) as { plan: string; needsApproval: { tool: string; preview: string }[] };
    expect(told.needsApproval).toEqual([
      expect.objectContaining({ tool: 'write_file', preview: expect.stringContaining('+y') }),
    ]);
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });

    server.script = [says('Done.')];
    const done = await gantry(home.path, ['ai', '--yes-to', told.plan]);
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('Done.') });
    expect(await readFile(file, 'utf8')).toBe('y\n');
    expect((await gantry(home.path, ['ai', '--yes-to', told.plan])).code).toBe(2);
  });

  it('takes what is piped in as data, without its secrets', async () => {
    server.script = [says('It failed.')];
    const file = join(project.path, 'log.txt');
    await writeFile(file, `boom\nAWS_SECRET_ACCESS_KEY=${'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzz9KEYzab'}\n`);
    const program = `"$0" "${gantryProgram.join('" "')}" ai 'what happened here' --json < "${file}"`;
    const { stdout } = await runCommand(['sh', '-c', program, process.execPath], { env: { GANTRY_HOME: home.path } });
    expect(JSON.parse(stdout)).toMatchObject({ answer: 'It failed.' });
    const sent = JSON.stringify(server.asked);
    expect(sent).toContain('boom');
    expect(sent).toMatch(/<data id=/);
    expect(sent).not.toContain('wJalrXUtnFEMI');
  });

  it('keeps a session over a daemon that is killed, and says that it was interrupted', async () => {
    const session = await newSession();
    const status = await json<{ pid: number }>('GET', '/../status').catch(() => ({ pid: 0 }));
    server.script = [() => undefined];
    const response = await send('POST', `/sessions/${session}/turns`, { text: 'never answered' });
    const cut = new Promise((resolve) => response.once('close', resolve));
    response.on('error', () => undefined).resume();
    await expect.poll(() => server.asked.length, { timeout: 30_000 }).toBe(1);
    const pid =
      status.pid || Number((await readFile(join(home.path, 'daemon.lock'), 'utf8')).match(/"pid":\s*(\d+)/)?.[1]);
    process.kill(pid, 'SIGKILL');
    await cut;
    const listed = await gantry(home.path, ['ai', 'sessions', 'ls', '--json']);
    expect(listed.code).toBe(0);
    const kept = await json<AssistantSessionBody>('GET', `/sessions/${session}`);
    expect(kept).toMatchObject({ title: 'never answered', busy: false });
    expect(kept.events.at(-1)).toMatchObject({ type: 'turn_ended', stopReason: 'interrupted' });
    server.script = [says('Here I am.')];
    expect(end(await ask('are you there', { session }))).toMatchObject({ stopReason: 'answered' });
  });
});
