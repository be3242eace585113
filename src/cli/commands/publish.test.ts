import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, failure, json, lines, type FakeDaemon } from '../testing/fake-daemon.ts';
import { FakeOutput, runForTest } from '../testing/run-for-test.ts';

const id = `sha256:${'a'.repeat(64)}`;
const done = { type: 'success', message: 'done', tag: 'docker.io/ai/mine:latest', id };

let daemon: FakeDaemon;
let folder: string;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  folder = await mkdtemp(join(tmpdir(), 'gantry-publish-'));
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('gantry push', () => {
  const layer = { id: `sha256:${'b'.repeat(64)}`, size: 2000, current: 2000 };

  it('pushes with progress, and gives the token to Hugging Face alone', async () => {
    daemon.on('POST /models/hf.co/me/m/push', lines({ type: 'progress', message: '', mode: 'push', layer }, done));
    daemon.on('POST /models/ai/mine/push', lines(done));
    const env = { HF_TOKEN: 'hf_secret' };
    const outcome = await runForTest(daemon, ['push', 'hf.co/me/m'], { env });
    expect(outcome.stdout).toBe('Model mine is pushed.\n');
    expect(outcome.stderr).toBe('Uploaded 2kB of 2kB (100%)\n');
    await runForTest(daemon, ['push', 'ai/mine'], { env });
    expect(daemon.requests.filter(({ method }) => method === 'POST').map(({ body }) => body)).toEqual([
      { 'bearer-token': 'hf_secret' },
      {},
    ]);
  });

  it('ends with the exit code of what went wrong', async () => {
    daemon.on(
      'POST /models/ai/mine/push',
      lines({ type: 'error', message: 'The registry refused.', code: 'source.unauthorized' }),
    );
    const { code, stderr } = await runForTest(daemon, ['push', 'ai/mine']);
    expect([code, stderr]).toEqual([6, 'Error: The registry refused.\n']);
  });
});

describe('gantry package', () => {
  it('sends absolute paths of what it was given', async () => {
    daemon.on('POST /gantry/package', lines({ type: 'progress', message: 'Adding weights' }, done));
    const options = ['--gguf', 'm.gguf', '-l', 'A', '-l', 'B', '--chat-template', 't.jinja', '--context-size', '4096'];
    const { code, stdout, stderr } = await runForTest(daemon, ['package', ...options, 'mine', '--push']);
    expect([code, stdout, stderr]).toEqual([0, 'Model mine is packaged and pushed.\n', 'Adding weights\n']);
    expect(daemon.requests.at(-1)?.body).toEqual({
      gguf: resolve('m.gguf'),
      licenses: [resolve('A'), resolve('B')],
      chatTemplate: resolve('t.jinja'),
      contextSize: 4096,
      target: 'mine',
      push: true,
    });
  });

  it.each([
    [['mine'], 'exactly one of'],
    [['--gguf', 'a', '--from', 'b', 'mine'], 'exactly one of'],
    [['--from', 'b', '--format', 'cncf', '--context-size', '1', 'mine'], 'no place for a context size'],
  ])('refuses %j', async (args, sentence) => {
    const { code, stderr } = await runForTest(daemon, ['package', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(daemon.requests).toEqual([]);
  });
});

describe('gantry repackage', () => {
  it('makes a model of another one', async () => {
    daemon.on('POST /models/ai/x/repackage', json({ message: '', source: 'ai/x', target: 'y' }, 201));
    const { stdout } = await runForTest(daemon, ['repackage', 'ai/x', 'y', '--context-size', '512']);
    expect(stdout).toBe('Model y is made from ai/x.\n');
    expect(daemon.requests.at(-1)?.body).toEqual({ target: 'y', context_size: 512 });
  });
});

describe('gantry load', () => {
  beforeEach(() => {
    daemon.on('POST /models/load', lines({ type: 'success', message: 'Model loaded successfully', id }));
    daemon.on(`POST /models/${id}/tag`, json({ message: '', target: 'team/m:v1' }, 201));
  });

  it('sends a file as it is and tags what came of it', async () => {
    await writeFile(join(folder, 'm.tar'), 'tar bytes');
    const { stdout } = await runForTest(daemon, ['load', join(folder, 'm.tar'), '--tag', 'team/m:v1']);
    expect(stdout).toBe('Model team/m:v1 is loaded.\n');
    const [, sent, tagged] = daemon.requests;
    expect([sent?.headers['content-type'], sent?.body]).toEqual(['application/x-tar', 'tar bytes']);
    expect(tagged?.url).toBe(`/models/${id}/tag?repo=team%2Fm&tag=v1`);
  });

  it('reads standard input', async () => {
    const { stdout } = await runForTest(daemon, ['load'], { stdin: 'piped bytes' });
    expect(stdout).toBe(`Model ${'a'.repeat(12)} is loaded.\n`);
    expect(daemon.requests.at(-1)?.body).toBe('piped bytes');
  });

  it('says which file it cannot read', async () => {
    const { code, stderr } = await runForTest(daemon, ['load', '/nowhere/m.tar']);
    expect([code, stderr]).toEqual([2, 'Error: The file /nowhere/m.tar cannot be read: ENOENT.\n']);
  });
});

describe('gantry export', () => {
  beforeEach(() => {
    daemon.on('GET /models/ai/x/export', (response) => {
      response.writeHead(200, { 'content-type': 'application/x-tar' }).end(Buffer.from([0, 255, 128, 10]));
    });
  });

  it('writes the bytes as they came', async () => {
    const file = join(folder, 'x.tar');
    const { code, stderr } = await runForTest(daemon, ['export', 'ai/x', '-o', file]);
    expect([code, stderr]).toEqual([0, `Model ai/x is in ${file} (4B).\n`]);
    expect([...(await readFile(file))]).toEqual([0, 255, 128, 10]);
  });

  it('leaves nothing of an archive that is cut off', async () => {
    daemon.on('GET /models/ai/x/export', (response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('half', () => response.destroy());
    });
    const { code } = await runForTest(daemon, ['export', 'ai/x', '-o', join(folder, 'x.tar')]);
    expect(code).toBe(8);
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not write to a terminal', async () => {
    const { code } = await runForTest(daemon, ['export', 'ai/x'], { stdout: new FakeOutput({ columns: 80 }) });
    expect(code).toBe(2);
  });
});

describe('gantry purge', () => {
  beforeEach(() => {
    daemon.on('POST /engines/unload', json({ unloaded_runners: 0 }));
    daemon.on('DELETE /models/purge', json({}));
  });
  const asked = (): string[] => daemon.requests.map(({ method, url }) => `${method} ${url}`);

  it.each(['y', 'YES'])('removes all after %s', async (answer) => {
    const { code, stderr } = await runForTest(daemon, ['purge'], { stdin: `${answer}\n` });
    expect(code).toBe(0);
    expect(stderr).toContain('WARNING!');
    expect(asked().slice(-2)).toEqual(['POST /engines/unload', 'DELETE /models/purge']);
  });

  it.each(['\n', 'no\n', ''])('does nothing after %j', async (stdin) => {
    const { code, stderr } = await runForTest(daemon, ['purge'], { stdin });
    expect([code, asked()]).toEqual([0, []]);
    expect(stderr).toContain('Operation cancelled.');
  });

  it('does not ask with --force, and tells what fails', async () => {
    daemon.on('DELETE /models/purge', failure('store.locked', 'The store is in use.'));
    const { code, stderr } = await runForTest(daemon, ['purge', '-f']);
    expect([code, stderr]).toEqual([4, 'Error: The store is in use.\n']);
  });
});
