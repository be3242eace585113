import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, failure, json, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest } from '../testing/run-for-test.ts';
import { namesFor } from './complete.ts';

const run = promisify(execFile);
let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
  const model = (tag: string): object => ({ id: `sha256:${tag}`, tags: [tag], created: 1, config: {} });
  daemon.on('GET /models', json([model('docker.io/ai/smollm2:latest'), model('registry.lan:5000/team/qwen:v1')]));
});
afterEach(() => daemon[Symbol.asyncDispose]());

/** What may come next, and the directive behind it. */
async function complete(...words: string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runForTest(daemon, ['__completeNoDesc', ...words]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trimEnd().split('\n');
}

describe('what may come next', () => {
  it.each([
    [
      ['relay', ''],
      ['enable', 'disable', 'status', ':4'],
    ],
    [['complet'], ['completion', ':4']],
    [
      ['run', ''],
      ['smollm2', 'registry.lan:5000/team/qwen:v1', ':4'],
    ],
    [
      ['run', '--think', 'smo'],
      ['smollm2', ':4'],
    ],
    [['run', 'smollm2', ''], [':4']],
    [
      ['rm', 'smollm2', 'reg'],
      ['registry.lan:5000/team/qwen:v1', ':4'],
    ],
    [
      ['tag', 'sm'],
      ['smollm2', ':4'],
    ],
    [['tag', 'smollm2', ''], [':4']],
    [
      ['requests', '--model', 's'],
      ['smollm2', ':4'],
    ],
    [
      ['pull', '--source', 'r'],
      ['registry', ':4'],
    ],
    [
      ['pull', '--source=h'],
      ['--source=huggingface', ':4'],
    ],
    [
      ['pull', '--source', 'registry', 'sm'],
      ['smollm2', ':4'],
    ],
    [
      ['rm', '--', 'sm'],
      ['smollm2', ':4'],
    ],
    [
      ['unload', '--back'],
      ['--backend', ':4'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', ':4'],
    ],
    [['load', ''], [':0']],
    [['no-such-command', 'x', ''], [':4']],
  ])('after %j: %j', async (words, expected) => {
    expect(await complete(...words)).toEqual(expected);
  });

  it('is described, where the shell can show it', async () => {
    const { stdout } = await runForTest(daemon, ['__complete', 'relay', 'st']);
    expect(stdout).toBe('status\tshow whether the relay runs and where\n:4\n');
  });

  it('is asked by docker of its plugin, which shows what docker model has', async () => {
    const ask = (...words: string[]): Promise<{ stdout: string }> =>
      runForTest(daemon, ['as-plugin', 'docker-model', '__complete', 'model', ...words]);
    expect((await ask('run', '')).stdout).toBe('smollm2\nregistry.lan:5000/team/qwen:v1\n:4\n');
    expect((await ask('ser')).stdout).toBe(':4\n');
    expect((await ask('--help')).stdout).toMatch(/^--help\t/);
  });

  it('is no model when the daemon has none to tell, and nothing is said about it', async () => {
    daemon.on('GET /models', failure('inference.disabled', 'off'));
    expect(await complete('run', '')).toEqual([':4']);
    await daemon.close();
    expect(await complete('run', '')).toEqual([':4']);
  });
});

it.each([
  ['', 'smollm2'],
  ['ai/', 'ai/smollm2'],
  ['docker.io/', 'docker.io/ai/smollm2:latest'],
])('a name typed as %j goes on as %j', (current, value) => {
  expect(namesFor(['docker.io/ai/smollm2:latest'], current)).toEqual([{ value, description: '' }]);
});

describe('in a shell', () => {
  /** A `gantry` that answers as ours does, and what `gantry completion` prints for the shell. */
  async function world(shell: string): Promise<{ env: Record<string, string>; script: string }> {
    const { stdout } = await runForTest(daemon, ['completion', shell]);
    const folder = join(daemon.paths.userHome, 'bin');
    await mkdir(folder);
    const answer = `case "$*" in
  *'pull --file '*) echo :0;;
  *registry*) printf 'registry.lan:5000/a:v1\\nregistry.lan:5000/a:v2\\n:4\\n';;
  __complete\\ *) printf 'run\\task a model\\nrm\\tremove: models\\n:4\\n';;
  *) printf 'run\\nrm\\n:4\\n';;
esac`;
    await writeFile(join(folder, 'gantry'), `#!/bin/sh\n${answer}\n`);
    await chmod(join(folder, 'gantry'), 0o755);
    const script = join(daemon.paths.userHome, `completion.${shell}`);
    await writeFile(script, stdout);
    return { script, env: { ...process.env, HOME: daemon.paths.userHome, PATH: `${folder}:${process.env['PATH']}` } };
  }
  const isThere = (shell: string): Promise<boolean> =>
    run('sh', ['-c', `command -v ${shell}`]).then(
      () => true,
      () => false,
    );

  it.each([
    ['gantry r', 'run rm'],
    ['gantry run ', 'run rm'],
    // What bash takes for a word begins behind the last colon.
    ['gantry run registry.lan:5000/a', '5000/a:v1 5000/a:v2'],
    ['gantry run registry.lan:5000/a:v', 'v1 v2'],
    ['gantry pull --file ', ''],
  ])('bash completes %j by %j', async (line, replies) => {
    const { env, script } = await world('bash');
    const test = `source ${script}; COMP_LINE='${line}' COMP_POINT=${line.length}; _gantry; echo "\${COMPREPLY[*]}"`;
    expect((await run('bash', ['--norc', '-c', test], { env })).stdout).toBe(`${replies}\n`);
  });

  it('zsh describes them', async (context) => {
    if (!(await isThere('zsh'))) context.skip('no zsh on PATH');
    const { env, script } = await world('zsh');
    const stubs = 'compdef() { :; }; _describe() { print -rl -- "${(@P)2}"; }; _files() { print files; }';
    const ask = async (words: string): Promise<string> => {
      const test = `${stubs}; source ${script}; words=(${words}); CURRENT=$#words; _gantry`;
      return (await run('zsh', ['-f', '-c', test], { env })).stdout;
    };
    expect(await ask(`gantry ''`)).toBe('run:ask a model\nrm:remove: models\n');
    expect(await ask('gantry run registry')).toBe('registry.lan\\:5000/a\\:v1:\nregistry.lan\\:5000/a\\:v2:\n');
    expect(await ask(`gantry pull --file ''`)).toBe('files\n');
  });

  it('fish describes them', async (context) => {
    if (!(await isThere('fish'))) context.skip('no fish on PATH');
    const { env, script } = await world('fish');
    const ask = async (line: string): Promise<string> =>
      (await run('fish', ['--no-config', '-c', `source ${script}; complete -C '${line}'`], { env })).stdout;
    expect(await ask('gantry r')).toBe('rm\tremove: models\nrun\task a model\n');
    expect(await ask('gantry run registry')).toBe('registry.lan:5000/a:v1\nregistry.lan:5000/a:v2\n');
  });
});
