import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configureRequest } from '#contract';
import { createFakeDaemon, failure, json, lines, statusBody, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest, type Outcome } from '../testing/run-for-test.ts';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  daemon.on('GET /gantry/relay', json({ state: 'off', networks: [] }));
  daemon.on('GET /models/ai/smollm2', json({ id: 'sha256:1' }));
  for (const path of ['/engines/_configure', '/engines/vllm/_configure']) {
    daemon.on(`POST ${path}`, (response) => void response.writeHead(202).end());
  }
});
afterEach(() => daemon[Symbol.asyncDispose]());

const compose = (...argv: string[]): Promise<Outcome> =>
  runForTest(daemon, ['as-plugin', 'docker-model', 'compose', '--project-name=p', ...argv]);
const messages = ({ stdout }: Outcome): unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a provider service of Compose', () => {
  it('is described without a line end', async () => {
    const { stdout } = await runForTest(daemon, ['as-plugin', 'docker-model', 'compose', 'metadata']);
    expect(stdout.endsWith('}')).toBe(true);
    expect(JSON.parse(stdout).up.parameters[0]).toMatchObject({ name: 'model', required: true, type: 'stringArray' });
  });

  it('asks no registry for a model that is there, and hands on model and address', async () => {
    const outcome = await compose('up', '--model=ai/smollm2', 'llm');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(messages(outcome)).toEqual([
      { type: 'info', message: 'Initializing model runner...' },
      { type: 'setenv', message: 'MODEL=ai/smollm2' },
      { type: 'info', message: 'Successfully configured backend for model ai/smollm2' },
      { type: 'setenv', message: 'URL=http://host.docker.internal:12434/v1/' },
    ]);
    expect(daemon.requests.map(({ url }) => url)).not.toContain('/models/create');
  });

  it('pulls what is missing and tells how it goes', async () => {
    daemon.on('GET /models/ai/other', failure('model.not_found', 'No model named ai/other.'));
    daemon.on(
      'POST /models/create',
      lines({ type: 'success', message: 'Model pulled successfully', tag: 'docker.io/ai/other:latest' }),
    );
    const outcome = await compose('up', '--model=ai/smollm2', '--model=ai/other', 'llm');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(messages(outcome)).toContainEqual({ type: 'setenv', message: 'MODEL=ai/smollm2,ai/other' });
    expect(daemon.requests.find(({ url }) => url === '/models/create')?.body).toEqual({ from: 'ai/other' });
  });

  it('configures each model with what the service says', async () => {
    const options = [
      '--context-size=4096',
      '--runtime-flags=--temp -1 --no-mmap',
      '--speculative-draft-model=ai/draft',
      '--speculative-num-tokens=8',
      '--backend=vllm',
    ];
    expect((await compose('up', '--model=ai/smollm2', ...options, 'llm')).code).toBe(0);
    const body = daemon.requests.find(({ url }) => url === '/engines/vllm/_configure')?.body;
    expect(configureRequest.parse(body)).toEqual({
      model: 'ai/smollm2',
      'context-size': 4096,
      'raw-runtime-flags': '--temp -1 --no-mmap',
      speculative: { draft_model: 'ai/draft', num_tokens: 8 },
    });
  });

  it('ends with one error that Compose shows', async () => {
    daemon.on('GET /models/ai/smollm2', failure('store.corrupt', 'The store is broken.', { hint: 'Repair it.' }));
    const outcome = await compose('up', '--model=ai/smollm2', 'llm');
    expect(outcome.code).toBe(1);
    expect(messages(outcome).at(-1)).toEqual({ type: 'error', message: 'The store is broken. Repair it.' });
  });

  it('says how containers could reach the models when they cannot', async () => {
    daemon.on('GET /gantry/status', json({ ...statusBody, addresses: ['unix:///home/me/gantry.sock'] }));
    const last = messages(await compose('up', '--model=ai/smollm2', 'llm')).at(-1);
    expect(last).toMatchObject({ type: 'error', message: expect.stringContaining('gantry relay enable') });
  });

  it('needs nothing to go down', async () => {
    expect(await compose('down', 'llm')).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('docker model, as Compose asks it for top-level models', () => {
  const model = (...argv: string[]): Promise<Outcome> => runForTest(daemon, ['as-plugin', 'docker-model', ...argv]);

  it('tells where the models are, in one line and on one stream', async () => {
    daemon.on('GET /engines/status', json({ 'llama.cpp': 'Running: llama.cpp 1', vllm: 'Not Installed' }));
    daemon.on('GET /gantry/relay', json({ state: 'running', networks: 'all' }));
    expect(await model('status', '--json')).toEqual({
      code: 0,
      stdout:
        '{"running":true,"backends":{"llama.cpp":"Running: llama.cpp 1","vllm":"Not Installed"},"kind":"Docker Engine",' +
        '"endpoint":"http://model-runner.docker.internal/engines/v1/","endpointHost":"http://127.0.0.1:12434/v1/"}\n',
      stderr: '',
    });
  });

  it('pulls nothing that is there', async () => {
    expect(await model('pull', 'ai/smollm2')).toMatchObject({ code: 0 });
    expect(daemon.requests.map(({ url }) => url)).not.toContain('/models/create');
  });

  it('keeps warnings away from the list', async () => {
    daemon.on('GET /gantry/status', json({ ...statusBody, version: '0.0.1' }));
    daemon.on('GET /models', json([]));
    expect(await model('ls', '--json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });
});

describe('docker model in words', () => {
  const zh = { GANTRY_LANG: 'zh' };
  const model = (argv: readonly string[], env = {}): Promise<Outcome> =>
    runForTest(daemon, ['as-plugin', 'docker-model', 'model', ...argv], { env });

  it('says that it runs as docker does, whatever the language', async () => {
    daemon.on('GET /engines/status', json({ vllm: 'Not Installed', 'llama.cpp': 'Running: llama.cpp 1' }));
    expect((await model(['status'], zh)).stdout).toBe(
      'Docker Model Runner is running\n\n' +
        'BACKEND    STATUS         DETAILS\n' +
        'llama.cpp  Running        llama.cpp 1\n' +
        'vllm       Not Installed\n',
    );
  });

  it('says that it is switched off, and how to switch it on', async () => {
    daemon.on('GET /engines/status', failure('inference.disabled', 'Docker Model Runner is not running.'));
    const { code, stdout, stderr } = await model(['status']);
    expect([code, stdout]).toEqual([8, 'Docker Model Runner is not running\n']);
    expect(stderr).toContain('docker desktop enable model-runner');
  });

  it('has docker’s columns', async () => {
    daemon.on('GET /models', json([]));
    daemon.on('GET /engines/ps', json([]));
    const columns = 'MODEL NAME  PARAMETERS  QUANTIZATION  ARCHITECTURE  MODEL ID  CREATED  CONTEXT  SIZE\n';
    expect((await model(['list'], zh)).stdout).toBe(columns);
    expect((await model(['ps'], zh)).stdout).toBe('MODEL NAME  BACKEND  MODE  UNTIL\n');
  });

  it('tells its version as docker does', async () => {
    expect((await model(['version'])).stdout).toMatch(
      /^Client:\n Version: {4}\d+\.\d+\.\d+\n OS\/Arch: {4}\w+\/\w+\n\nServer:\n Version: {4}\S+\n Engine: {5}Docker Engine\n$/,
    );
  });

  it('is called docker model in its help, which leaves out what is gantry’s', async () => {
    const { stdout } = await model(['--help']);
    expect(stdout).toMatch(/^Usage: docker model /);
    expect(stdout).not.toMatch(/^ {2}(?:serve|stop|install|compose) /m);
    expect((await model(['pull', '--help'])).stdout).toContain('  $ docker model pull ai/smollm2');
  });

  it('helps after a mistake', async () => {
    const { code, stderr } = await model(['lisst']);
    expect([code, stderr]).toEqual([2, 'Error: There is no command "lisst".\nHint: Did you mean list?\n']);
  });
});
