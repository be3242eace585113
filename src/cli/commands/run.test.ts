import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serve } from '#testing';
import { createFakeDaemon, failure, json, lines, sse, streamed, type FakeDaemon } from '../testing/fake-daemon.ts';
import { FakeOutput, runForTest } from '../testing/run-for-test.ts';

const chatRoute = 'POST /engines/v1/chat/completions';
const model = { id: `sha256:${'a'.repeat(64)}`, tags: ['docker.io/ai/x:latest'], created: 1, config: {} };
const runtime = { name: 'xllamacpp', version: '1', path: '/r', origin: 'installed', selected: true };

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  daemon.on('GET /models/ai/x', json(model));
  daemon.on('GET /gantry/runtimes', json([runtime]));
  daemon.on(chatRoute, streamed('Ships ', 'float.'));
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

function chatBody(): unknown {
  return daemon.requests.findLast(({ url }) => url.endsWith('/chat/completions'))?.body;
}

describe('gantry run MODEL PROMPT', () => {
  it('prints the answer and nothing else', async () => {
    const outcome = await runForTest(daemon, ['run', 'ai/x', 'Why', 'do', 'ships', 'float?']);
    expect(outcome).toEqual({ code: 0, stdout: 'Ships float.\n', stderr: '' });
    expect(chatBody()).toEqual({
      model: 'ai/x',
      messages: [{ role: 'user', content: 'Why do ships float?' }],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it('sends the system message and the sampling parameters', async () => {
    const options = [
      '--system',
      'Be brief.',
      '--temperature',
      '0',
      '--max-tokens',
      '5',
      '--top-p',
      '0.5',
      '--seed',
      '7',
    ];
    await runForTest(daemon, ['run', ...options, 'ai/x', 'Hi']);
    expect(chatBody()).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Hi' },
      ],
      temperature: 0,
      max_tokens: 5,
      top_p: 0.5,
      seed: 7,
    });
  });

  it('adds standard input after a blank line', async () => {
    await runForTest(daemon, ['run', 'ai/x', 'Summarise:'], { stdin: '报告\n第二行\n' });
    expect(chatBody()).toMatchObject({ messages: [{ content: 'Summarise:\n\n报告\n第二行' }] });
  });

  it('takes the prompt from standard input alone', async () => {
    await runForTest(daemon, ['run', 'ai/x'], { stdin: 'Hello\n' });
    expect(chatBody()).toMatchObject({ messages: [{ content: 'Hello' }] });
  });

  it('refuses to ask nothing', async () => {
    const { code, stderr } = await runForTest(daemon, ['run', 'ai/x'], { env: { GANTRY_LANG: 'zh' } });
    expect(code).toBe(2);
    expect(stderr).toBe('错误：没有提示词：标准输入为空。\n提示：请写在模型名之后：gantry run MODEL "你好"\n');
  });

  it('takes words with a dash as text, and says so when one is also an option', async () => {
    const { stderr } = await runForTest(daemon, ['run', 'ai/x', 'What', 'is', '-1', '--json']);
    expect(chatBody()).toMatchObject({ messages: [{ content: 'What is -1 --json' }] });
    expect(stderr).toContain('--json came after the first word of the prompt');
  });

  it('shows tokens and speed with --stats, on standard error', async () => {
    const { stdout, stderr } = await runForTest(daemon, ['run', '--stats', 'ai/x', 'Hi']);
    expect(stdout).toBe('Ships float.\n');
    expect(stderr).toBe('7 prompt tokens, 2 tokens in 0.0 s, 51.5 tokens/s, first token after 0 ms\n');
  });

  it('prints one JSON object with --json', async () => {
    const { stdout, stderr } = await runForTest(daemon, ['run', '--json', 'ai/x', 'Hi']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      model: 'ai/x',
      content: 'Ships float.',
      finish_reason: 'stop',
      usage: { prompt_tokens: 7, completion_tokens: 2 },
      timings: { first_token_ms: 0, total_ms: 0, tokens_per_second: 51.5 },
    });
  });

  it('cleans an answer for a terminal and leaves it whole for a pipe', async () => {
    daemon.on(chatRoute, streamed('\u001B[31mred', '\u202E'));
    const terminal = await runForTest(daemon, ['run', 'ai/x', 'Hi'], { stdout: new FakeOutput({ columns: 80 }) });
    expect(terminal.stdout).toBe('red\n');
    expect((await runForTest(daemon, ['run', 'ai/x', 'Hi'])).stdout).toBe('\u001B[31mred\u202E\n');
  });

  it('keeps thinking apart from the answer', async () => {
    daemon.on(chatRoute, (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse({ choices: [{ delta: { reasoning_content: 'Hm.' } }] }));
      response.write(sse({ choices: [{ delta: { content: '42' } }] }));
      response.end(sse({ choices: [{ delta: {}, finish_reason: 'length' }] }));
    });
    const { stdout, stderr } = await runForTest(daemon, ['run', 'ai/x', 'Hi']);
    expect(stdout).toBe('42\n');
    expect(stderr).toBe('Thinking:\nHm.\n\nThe answer was cut off at the token limit.\n');
  });
});

describe('gantry run with more than a prompt', () => {
  it('asks for a form of the answer, and for how the model is to be loaded', async () => {
    const schema = { type: 'object', properties: { a: { type: 'integer' } } };
    const file = join(daemon.paths.home, 'schema.json');
    await writeFile(file, JSON.stringify(schema));
    await runForTest(daemon, ['run', 'ai/x', '--format', 'json', '--keep-alive', '-1', '--context-size', '512', 'Hi']);
    expect(chatBody()).toMatchObject({
      response_format: { type: 'json_object' },
      keep_alive: '-1',
      context_size: 512,
    });
    await runForTest(daemon, ['run', 'ai/x', '--format', file, 'Hi']);
    expect(chatBody()).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
    });
    const bad = await runForTest(daemon, ['run', 'ai/x', '--format', '/nowhere', 'Hi']);
    expect([bad.code, bad.stderr]).toEqual([2, 'Error: The file /nowhere cannot be read: ENOENT.\n']);
  });

  it('puts files that are mentioned into the message, and says which it could not', async () => {
    const text = join(daemon.paths.home, 'a note.txt');
    const image = join(daemon.paths.home, 'dot.png');
    await writeFile(text, 'Ships float.\n');
    await writeFile(image, Buffer.from([1, 2, 3]));
    await runForTest(daemon, ['run', 'ai/x', 'Sum', 'up', `@"${text}"`, 'me@example.org', '@all']);
    expect(chatBody()).toMatchObject({
      messages: [{ content: `Sum up \n${text}:\n\`\`\`\nShips float.\n\`\`\`\n me@example.org @all` }],
    });
    await runForTest(daemon, ['run', 'ai/x', 'What', 'is', image, '?'], { stdin: 'piped @/etc/hosts' });
    expect(chatBody()).toMatchObject({
      messages: [
        {
          content: [
            { type: 'text', text: 'What is  ?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } },
            { type: 'text', text: 'piped @/etc/hosts' },
          ],
        },
      ],
    });
    const { stderr } = await runForTest(daemon, ['run', 'ai/x', '@no/such.txt']);
    expect(stderr).toBe('The file no/such.txt cannot be read (ENOENT); its name is sent as text.\n');
    expect(chatBody()).toMatchObject({ messages: [{ content: '@no/such.txt' }] });
  });

  it('colours code in the answer and thoughts where colours are wanted', async () => {
    daemon.on(chatRoute, (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse({ choices: [{ delta: { reasoning_content: 'Hm.' } }] }));
      response.write(sse({ choices: [{ delta: { content: '```\nls\n```' }, finish_reason: 'stop' }] }));
      response.end('data: [DONE]\n\n');
    });
    const plain = await runForTest(daemon, ['run', 'ai/x', 'Hi']);
    expect(plain.stdout).toBe('```\nls\n```\n');
    expect(plain.stderr).not.toContain('\u001B');
    const coloured = await runForTest(daemon, ['run', '--color', 'yes', 'ai/x', 'Hi']);
    expect(coloured.stdout).toContain('\u001B[36mls\u001B[39m');
    expect(coloured.stderr).toContain('\u001B[3m');
    const no = await runForTest(daemon, ['run', '--color', 'no', 'ai/x', 'Hi'], {
      stdout: new FakeOutput({ columns: 80 }),
    });
    expect(no.stdout).not.toContain('\u001B[36m');
  });

  it('asks another server of the OpenAI API, and nothing of the daemon', async () => {
    const seen: unknown[] = [];
    await using server = await serve((request, response) => {
      seen.push([request.url, request.headers.authorization]);
      request.resume();
      if (request.url === '/v1/models') {
        response.end(JSON.stringify({ data: [{ id: 'm', created: 0 }] }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse({ choices: [{ delta: { content: 'From afar.' } }] }));
      response.end('data: [DONE]\n\n');
    });
    const url = `${server.url}/v1`;
    const { stdout } = await runForTest(daemon, ['run', '--openaiurl', url, 'm', 'Hi'], {
      env: { OPENAI_API_KEY: 'k' },
    });
    expect(stdout).toBe('From afar.\n');
    expect((await runForTest(daemon, ['list', '--openaiurl', url])).stdout).toBe('MODEL NAME  CREATED\nm\n');
    expect(seen).toEqual([
      ['/v1/chat/completions', 'Bearer k'],
      ['/v1/models', undefined],
    ]);
    expect(daemon.requests).toEqual([]);
    const refused = await runForTest(daemon, ['run', '--openaiurl', url, '-d', 'm']);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      'Error: --detach needs the daemon of this machine and does not go with --openaiurl.\n',
    ]);
  });
});

describe('gantry run that cannot answer', () => {
  it.each([
    ['before it begins', failure('inference.queue_full', 'Too many requests wait for x.'), 9],
    [
      'as OpenAI says it',
      json({ error: { message: 'Too long.', code: 'context_length_exceeded', type: 'invalid_request_error' } }, 400),
      9,
    ],
  ])('tells an error %s', async (_name, answer, expected) => {
    daemon.on(chatRoute, answer);
    const { code, stdout } = await runForTest(daemon, ['run', 'ai/x', 'Hi']);
    expect([code, stdout]).toEqual([expected, '']);
  });

  it('keeps what had come when the model dies in the middle, and tells why', async () => {
    daemon.on(chatRoute, (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sse({ choices: [{ delta: { content: 'Half' } }] }));
      response.end(sse({ error: { message: 'The model crashed.', code: 'backend.crashed' } }));
    });
    const { code, stdout, stderr } = await runForTest(daemon, ['run', 'ai/x', 'Hi']);
    expect([code, stdout, stderr]).toEqual([7, 'Half\n', 'Error: The model crashed.\n']);
  });

  it('does not take an answer that is cut off for a whole one', async () => {
    daemon.on(chatRoute, (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(sse({ choices: [{ delta: { content: 'Half' } }] }));
    });
    const { code, stderr } = await runForTest(daemon, ['run', 'ai/x', 'Hi']);
    expect(code).toBe(8);
    expect(stderr).toContain('closed the connection before it had answered');
  });

  it('ends with 130 and frees the model when Ctrl-C comes', async () => {
    let press = (): void => {};
    const left = new Promise<void>((resolve) => {
      daemon.on(chatRoute, (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(sse({ choices: [{ delta: { content: 'Half' } }] }));
        response.on('close', resolve);
      });
    });
    const stdout = new FakeOutput();
    stdout.on('data', () => press());
    const outcome = await runForTest(daemon, ['run', 'ai/x', 'Hi'], {
      stdout,
      onInterrupt: (listener) => {
        press = listener;
        return () => {};
      },
    });
    await left;
    expect(outcome).toEqual({ code: 130, stdout: 'Half\n', stderr: '' });
  });
});

describe('gantry run that has to get something first', () => {
  const tag = 'docker.io/ai/y:135M-Q4_1';

  it('gets a model that is not here, and asks the one that came instead', async () => {
    daemon.on('GET /models/ai/y', failure('model.not_found', 'There is no model ai/y.'));
    daemon.on(
      'POST /models/create',
      lines({ type: 'warning', message: 'Something else is used.' }, { type: 'success', message: '', tag }),
    );
    const { code, stdout, stderr } = await runForTest(daemon, ['run', 'ai/y', '--source', 'packages', 'Hi']);
    expect([code, stdout]).toEqual([0, 'Ships float.\n']);
    expect(stderr).toBe('Model ai/y is not on this machine; getting it now.\nNote: Something else is used.\n');
    expect(chatBody()).toMatchObject({ model: tag });
  });

  it('registers a file under the name given', async () => {
    daemon.on('POST /models/create', lines({ type: 'success', message: '', tag: 'docker.io/ai/mine:latest' }));
    await runForTest(daemon, ['run', '--gguf', '/models/m.gguf', 'mine', 'Hi']);
    const create = daemon.requests.find(({ url }) => url === '/models/create');
    expect(create?.body).toEqual({ from: 'mine', gguf: '/models/m.gguf' });
    expect(daemon.requests.map(({ url }) => url)).not.toContain('/models/mine');
  });

  it('installs a runtime when there is none', async () => {
    daemon.on('GET /gantry/runtimes', json([]));
    daemon.on(
      'POST /gantry/runtimes/install',
      lines(
        { type: 'progress', message: '', layer: { id: 'runtime', size: 100, current: 100 } },
        { type: 'success', message: 'Installed xllamacpp 1' },
      ),
    );
    const { stdout, stderr } = await runForTest(daemon, ['run', 'ai/x', 'Hi'], { env: { GANTRY_LANG: 'zh' } });
    expect(stdout).toBe('Ships float.\n');
    expect(stderr).toContain('尚未安装运行时，正在安装 xllamacpp');
    expect(stderr).toContain('已下载 100B，共 100B（100%）');
  });

  it('only loads with --detach', async () => {
    daemon.on(chatRoute, json({}));
    const { code, stdout, stderr } = await runForTest(daemon, ['run', '-d', 'ai/x']);
    expect([code, stdout, stderr]).toEqual([0, '', 'Model ai/x is loaded.\n']);
    const request = daemon.requests.at(-1);
    expect(request?.headers['x-preload-only']).toBe('true');
    expect(request?.body).toEqual({ model: 'ai/x', messages: [], stream: false });
  });
});

describe('gantry run at a terminal', () => {
  it('shows that it waits, for how long, and how to stop, until the first piece comes', async () => {
    const { createManualClock } = await import('#testing');
    const clock = createManualClock();
    const stderr = new FakeOutput({ columns: 80 });
    daemon.on(chatRoute, async (response, request) => {
      clock.advance(200);
      clock.advance(24_900);
      await streamed('Hi')(response, request);
    });
    await runForTest(daemon, ['run', 'ai/x', 'Hi'], { clock, stderr, stdin: new PassThrough().end() });
    expect(stderr.text).toContain('Waiting for ai/x');
    expect(stderr.text).toContain('25 s  Ctrl-C stops it');
    expect(stderr.text.endsWith('\r\u001B[J')).toBe(true);
  });
});
