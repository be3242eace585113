import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, failure, json, type FakeDaemon } from '../testing/fake-daemon.ts';
import { FakeOutput, runForTest } from '../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

describe('gantry configure', () => {
  beforeEach(() => daemon.on('POST /engines/_configure', (response) => void response.writeHead(202).end()));

  it.each([
    [['--context-size', '-1', 'ai/x'], { 'context-size': -1 }],
    [['--keep-alive', '-1', 'ai/x'], { keep_alive: '-1' }],
    [['--think=false', 'ai/x'], { llamacpp: { 'reasoning-budget': 0 } }],
    [['--think', 'ai/x', '--mode', 'completion'], { llamacpp: { 'reasoning-budget': -1 }, mode: 'completion' }],
    [['ai/x', '--', '--temp', '-1', '--think=false'], { 'runtime-flags': ['--temp', '-1', '--think=false'] }],
    [
      ['ai/x', '--speculative-draft-model', 'ai/y', '--speculative-num-tokens', '4'],
      { speculative: { draft_model: 'ai/y', num_tokens: 4 } },
    ],
    [['ai/x', '--speculative-draft-model', ''], { speculative: null }],
    [
      ['ai/x', '--hf_overrides', '{"a":1}', '--gpu-memory-utilization', '0.5'],
      { vllm: { 'hf-overrides': { a: 1 }, 'gpu-memory-utilization': 0.5 } },
    ],
  ])('sends what was named and nothing else: %j', async (args, expected) => {
    const { code, stderr } = await runForTest(daemon, ['configure', ...args]);
    expect([code, stderr]).toEqual([0, 'The configuration of ai/x is set.\n']);
    expect(daemon.requests.at(-1)?.body).toEqual({ model: 'ai/x', ...expected });
  });

  it.each([
    [['ai/x'], 'There is nothing to configure'],
    [['ai/x', '--hf_overrides', '[1]'], 'takes a JSON object'],
    [['ai/x', '--gpu-memory-utilization', '2'], 'a number from 0 to 1'],
    [['ai/x', '--mode', 'image-generation', '--think'], 'generates images'],
  ])('refuses %j', async (args, sentence) => {
    const { code, stderr } = await runForTest(daemon, ['config', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });

  it('asks for nothing in particular when Compose says nothing about a model', async () => {
    const { code, stderr } = await runForTest(daemon, ['as-plugin', 'docker-model', 'configure', 'ai/x']);
    expect([code, stderr]).toEqual([0, 'The configuration of ai/x is set.\n']);
    expect(daemon.requests.at(-1)?.body).toEqual({ model: 'ai/x' });
  });

  it('tells that a busy runner stands in the way', async () => {
    daemon.on('POST /engines/_configure', failure('inference.busy', 'ai/x is in use.'));
    expect((await runForTest(daemon, ['configure', '--think', 'ai/x'])).code).toBe(4);
  });

  it('shows what is configured', async () => {
    const all = [
      { Backend: 'llama.cpp', Model: 'm', ModelID: 'i', Mode: 'completion', Config: { keep_alive: '5m0s' } },
    ];
    daemon.on('GET /engines/_configure?model=ai%2Fx', json(all));
    const { stdout } = await runForTest(daemon, ['configure', 'show', 'ai/x']);
    expect(stdout).toBe(`${JSON.stringify(all, undefined, 2)}\n`);
  });
});

describe('gantry show', () => {
  it('lists what is known, in order', async () => {
    const config = { format: 'gguf', size: '98MB', gguf: { 'b.two': '2', 'a.one': '1' } };
    daemon.on('GET /models/ai/x', json({ id: 'sha256:abc', tags: ['a', 'b'], created: 1_700_000_000, config }));
    const { stdout } = await runForTest(daemon, ['show', 'ai/x']);
    expect(stdout).toBe(
      [
        'Model:   sha256:abc',
        'Tags:    a, b',
        'Created: 2023-11-14T22:13:20Z',
        '',
        'Format:  gguf',
        'Size:    98MB',
        '',
        'GGUF metadata:',
        '  a.one: 1',
        '  b.two: 2',
        '',
      ].join('\n'),
    );
  });
});

describe('gantry requests', () => {
  const record = {
    id: '1',
    model: 'ai/x',
    method: 'POST',
    url: '/v1/chat/completions',
    request: '{}',
    timestamp: 1_767_323_045,
    status_code: 200,
    user_agent: 'curl/8',
  };
  const body = [{ count: 1, model: 'sha256:abc', config: {}, records: [record] }];
  const terminal = (): { stdin: PassThrough; stdout: FakeOutput } => ({
    stdin: new PassThrough(),
    stdout: new FakeOutput({ columns: 120 }),
  });

  it('passes the answer on in a pipe, and is a table on a terminal', async () => {
    daemon.on('GET /engines/requests', json(body));
    expect(JSON.parse((await runForTest(daemon, ['requests'])).stdout)).toEqual(body);
    const { stdout } = await runForTest(daemon, ['requests'], terminal());
    expect(stdout.split('\n')[1]).toBe('2026-01-02T03:04:05Z  200     x           POST /v1/chat/completions  curl/8');
  });

  it('follows the stream to its end', async () => {
    daemon.on('GET /engines/requests?model=ai%2Fx&include_existing=true', (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`event: existing_request\ndata: ${JSON.stringify(body)}\n\n`);
      response.end('event: connected\ndata: {"status": "connected"}\n\n');
    });
    const args = ['requests', '-f', '--include-existing', '--model', 'ai/x'];
    const { code, stdout, stderr } = await runForTest(daemon, args);
    expect([code, JSON.parse(stdout)]).toEqual([0, body]);
    expect(stderr).toBe('Connected to request stream. Press Ctrl+C to stop.\nStream closed by server.\n');
    expect(daemon.requests.at(-1)?.headers['accept']).toBe('text/event-stream');
  });

  it('says when nothing is recorded, and refuses what needs --follow', async () => {
    daemon.on('GET /engines/requests', json([]));
    expect((await runForTest(daemon, ['requests'], terminal())).stderr).toBe('No requests are recorded.\n');
    expect((await runForTest(daemon, ['requests', '--include-existing'])).code).toBe(2);
  });
});
