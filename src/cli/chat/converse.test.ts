import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '#testing';
import type { CliContext } from '../context.ts';
import { createContext } from '../create-context.ts';
import { en } from '../messages/en.ts';
import { createTranslate } from '../messages/translate.ts';
import { createFakeDaemon, failure, json, sse, streamed, type FakeDaemon } from '../testing/fake-daemon.ts';
import { FakeOutput } from '../testing/run-for-test.ts';
import { createScriptedReader } from '../testing/scripted-reader.ts';
import { converse } from './converse.ts';

const chatRoute = 'POST /engines/v1/chat/completions';
const start = { model: 'ai/x', system: undefined, sampling: {}, colors: false, stats: false };

let daemon: FakeDaemon;
let stdout: FakeOutput;
let stderr: FakeOutput;
let press: () => void;
let context: CliContext;

beforeEach(async () => {
  daemon = await createFakeDaemon();
  stdout = new FakeOutput();
  stderr = new FakeOutput();
  daemon.on(chatRoute, streamed('Yes.'));
  const options = {
    argv: [],
    program: { node: '', script: '', clone: '' },
    env: {},
    stdin: process.stdin,
    stdout,
    stderr,
    paths: daemon.paths,
    clock: createManualClock(),
    serve: async () => 0,
    mcpGateway: async () => 0,
    docker: async () => {
      throw new Error('This test has no Docker Engine.');
    },
    toolkit: async () => {
      throw new Error('This test has no MCP servers.');
    },
    fetchBytes: async () => {
      throw new Error('This test has no network.');
    },
    startDaemon: async () => {},
    onInterrupt: (listener: () => void) => {
      press = listener;
      return () => {};
    },
  };
  ({ context } = createContext(options, createTranslate(en)));
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

function asked(): unknown[] {
  return daemon.requests
    .filter(({ url }) => url.endsWith('/chat/completions'))
    .map(({ body }) => (body as { messages: unknown }).messages);
}

async function talk(...script: readonly string[]): Promise<ReturnType<typeof createScriptedReader>> {
  const reader = createScriptedReader(script);
  expect(await converse(context, reader, start)).toBe(0);
  return reader;
}

const user = (content: string): object => ({ role: 'user', content });
const assistant = (content: string): object => ({ role: 'assistant', content });

describe('a chat', () => {
  it('sends the whole conversation and ends with Ctrl-D', async () => {
    await talk('One?', 'Two?');
    expect(stdout.text).toBe('Yes.\nYes.\n');
    expect(asked()).toEqual([[user('One?')], [user('One?'), assistant('Yes.'), user('Two?')]]);
  });

  it.each(['/bye', '/exit'])('ends with %s', async (word) => {
    await talk(word, 'never sent');
    expect(asked()).toEqual([]);
  });

  it('takes several lines between three quotes as one message', async () => {
    const reader = await talk('"""first', '', 'third"""', '"""on one line"""');
    expect(asked()[0]).toEqual([user('first\n\nthird')]);
    expect(asked()[1]).toContainEqual(user('on one line'));
    expect(reader.prompts.slice(0, 4)).toEqual(['> ', '. ', '. ', '> ']);
    expect(reader.remembered).toEqual(['on one line', 'first\n\nthird']);
  });

  it('says how to leave when Ctrl-C finds an empty line, and only then', async () => {
    await talk('^C');
    expect(stderr.text).toContain('Press Ctrl-D or type /bye to leave.');
    stderr.text = '';
    await talk('half^C', '"""block', '^C');
    expect(stderr.text).not.toContain('Ctrl-D or type');
    expect(asked()).toEqual([]);
  });

  it('stops an answer with Ctrl-C, keeps what had come, and goes on', async () => {
    daemon.on(chatRoute, (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse({ choices: [{ delta: { content: 'Half' } }] }));
    });
    stdout.once('data', () => {
      daemon.on(chatRoute, streamed('Yes.'));
      press();
    });
    await talk('One?', 'Two?');
    expect(stdout.text).toBe('Half\nYes.\n');
    expect(stderr.text).toContain('(stopped)');
    expect(asked()[1]).toEqual([user('One?'), assistant('Half'), user('Two?')]);
    expect(context.signal.aborted).toBe(false);
  });

  it('tells an error, forgets the question, and goes on', async () => {
    daemon.on(
      chatRoute,
      failure('inference.queue_full', 'Too many requests wait for x.', { hint: 'Try again in 2 s.' }),
    );
    await talk('One?');
    expect(stderr.text).toContain('Error: Too many requests wait for x.\nHint: Try again in 2 s.');
    daemon.on(chatRoute, streamed('Yes.'));
    await talk('Two?');
    expect(asked().at(-1)).toEqual([user('Two?')]);
  });

  it('leaves out the oldest exchange when the context is full, and says so', async () => {
    const overflow = failure('inference.context_overflow', 'Too long.', {
      params: { promptTokens: 120, contextSize: 100 },
    });
    let calls = 0;
    daemon.on(chatRoute, async (response, request) => {
      calls += 1;
      await (calls === 3 ? overflow : streamed('Yes.'))(response, request);
    });
    await talk('One?', 'Two?', 'Three?');
    expect(stderr.text).toContain('no longer fits the context of 100 tokens: the oldest exchange was left out.');
    expect(asked()[3]).toEqual([user('Two?'), assistant('Yes.'), user('Three?')]);
    expect(stdout.text).toBe('Yes.\nYes.\nYes.\n');
  });

  it('does not try for ever when one message alone is too long', async () => {
    daemon.on(chatRoute, failure('inference.context_overflow', 'Too long.'));
    await talk('One?');
    expect(asked()).toHaveLength(1);
    expect(stderr.text).toContain('Error: Too long.');
  });
});

describe('slash commands', () => {
  it('set and clear the system message', async () => {
    await talk('/set system Be  brief.', 'One?', '/set system', '/clear', 'Two?');
    expect(asked()).toEqual([[{ role: 'system', content: 'Be  brief.' }, user('One?')], [user('Two?')]]);
    expect(stderr.text).toContain('The system message is set.\n');
    expect(stderr.text).toContain('The conversation starts anew.\n');
  });

  it('set, reset and check parameters', async () => {
    await talk('/set parameter temperature 0.5', 'Hi', '/set parameter temperature', 'Ho');
    const bodies = daemon.requests.filter(({ url }) => url.endsWith('/chat/completions')).map(({ body }) => body);
    expect(bodies[0]).toMatchObject({ temperature: 0.5 });
    expect(bodies[1]).not.toHaveProperty('temperature');
    await talk('/set parameter temperature 7', '/set parameter top_k 1.5', '/set parameter heat 1', '/set');
    expect(stderr.text).toContain('temperature takes a number from 0 to 2, not "7".');
    expect(stderr.text).toContain('top_k takes a whole number from 0 to 1000000, not "1.5".');
    expect(stderr.text).toContain('There is no parameter heat. Known: temperature, top_p');
    expect(stderr.text).toContain('Use /set system TEXT or /set parameter NAME VALUE.');
  });

  it('show what is in force', async () => {
    const valued = { value: 1, origin: 'default' };
    daemon.on(
      'GET /gantry/effective',
      json({
        model: 'x',
        mode: 'completion',
        contextSize: { value: 8192, origin: 'package' },
        parallel: valued,
        threads: valued,
        batchThreads: valued,
        runtimeFlags: { value: [], origin: 'default' },
        keepAlive: { value: '5m0s', origin: 'default' },
        pin: { value: false, origin: 'default' },
        estimatedBytes: 1,
      }),
    );
    await talk('/set parameter seed 7', '/show');
    expect(stderr.text).toMatch(/Model: +ai\/x\nSystem message: +none\nParameters: +seed=7\n/);
    expect(stderr.text).toMatch(/Context size: +8192/);
  });

  it('help, also with a mistyped one', async () => {
    await talk('/?', '/claer', '/nothing-like-it');
    expect(stderr.text).toContain('/set parameter NAME VALUE');
    expect(stderr.text).toContain('Unknown command /claer. Type /? for help.\nDid you mean /clear?\n');
    expect(asked()).toEqual([]);
  });

  it('go on with another model, when it is here', async () => {
    daemon.on('GET /models/ai/y', json({}));
    daemon.on('GET /models/ai/z', failure('model.not_found', 'There is no model ai/z.'));
    await talk('/model ai/y', '/model ai/z', '/model', 'One?');
    expect(stderr.text).toContain('Now chatting with ai/y.\nError: There is no model ai/z.\nChatting with ai/y.');
    expect(daemon.requests.at(-1)?.body).toMatchObject({ model: 'ai/y' });
  });

  it('configure the context of the model', async () => {
    daemon.on('POST /engines/_configure', (response) => void response.writeHead(202).end());
    await talk('/set num_ctx 4096', '/set parameter num_ctx 512', '/set num_ctx many');
    const sizes = daemon.requests.filter(({ url }) => url === '/engines/_configure').map(({ body }) => body);
    expect(sizes).toEqual([
      { model: 'ai/x', 'context-size': 4096 },
      { model: 'ai/x', 'context-size': 512 },
    ]);
    expect(stderr.text).toContain('num_ctx is now 4096.');
    expect(stderr.text).toContain('num_ctx takes a whole number of at least 1, not "many".');
  });

  it('save a conversation and go on with it', async () => {
    const file = `${daemon.paths.home}/a chat.json`;
    await talk('/set system Be brief.', '/set parameter seed 7', 'One?', `/save ${file}`);
    await talk(`/load ${file}`, 'Two?');
    expect(asked().at(-1)).toEqual([
      { role: 'system', content: 'Be brief.' },
      user('One?'),
      assistant('Yes.'),
      user('Two?'),
    ]);
    expect(daemon.requests.at(-1)?.body).toMatchObject({ seed: 7 });
  });

  it('load nothing that is not a saved chat', async () => {
    await talk('/load /nowhere/chat.json', `/load ${import.meta.filename}`, '/save');
    expect(stderr.text).toContain('The file /nowhere/chat.json cannot be used: ENOENT.');
    expect(stderr.text).toContain('cannot be used: it is not a saved chat.');
    expect(stderr.text).toContain('Use /save FILE.');
  });

  it('are not looked for in a message of several lines', async () => {
    await talk('"""/etc/passwd', 'is a file"""');
    expect(asked()).toHaveLength(1);
  });
});
