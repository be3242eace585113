import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeDaemon, json, statusBody, type FakeDaemon } from '../testing/fake-daemon.ts';
import { runForTest, type Outcome } from '../testing/run-for-test.ts';
import { apps } from './apps.ts';
import { parseJsonc, withProvider } from './opencode.ts';
import { commandText, planLaunch } from './plan.ts';

const base = 'http://127.0.0.1:12434';

let daemon: FakeDaemon;
beforeEach(async () => {
  daemon = await createFakeDaemon();
});
afterEach(async () => {
  await daemon[Symbol.asyncDispose]();
});

const run = (args: readonly string[]): Promise<Outcome> =>
  runForTest(daemon, args, { env: { HOME: daemon.paths.home, PATH: join(daemon.paths.home, 'bin') } });

/** A program that writes what it was given to the file `asked` and ends with 3. */
async function installProgram(name: string): Promise<string> {
  const folder = join(daemon.paths.home, 'bin');
  const asked = join(daemon.paths.home, 'asked');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), `#!/bin/sh\necho "$OPENAI_BASE_URL $*" > '${asked}'\nexit 3\n`);
  await chmod(join(folder, name), 0o755);
  return asked;
}

describe('a plan to launch', () => {
  it('reaches the daemon from a container, and opens the page to this machine alone', () => {
    const { openwebui } = apps;
    if (!openwebui) throw new Error('There is no openwebui.');
    const plan = planLaunch(
      openwebui,
      { base, model: undefined },
      { port: 8080, image: 'mine', detach: true, args: [] },
    );
    expect(plan.args.slice(0, 5)).toEqual(['run', '--rm', '-d', '-p', '127.0.0.1:8080:8080']);
    expect(plan.args).toContain('OPENAI_BASE_URL=http://host.docker.internal:12434/engines/v1');
    expect(plan.args.at(-1)).toBe('mine');
  });

  it('can be pasted into a shell', () => {
    expect(commandText({ program: 'a', args: ["it's", 'b c'], env: { X: '1 2' } })).toBe(`X='1 2' a 'it'\\''s' 'b c'`);
  });
});

describe("opencode's configuration", () => {
  it('keeps what was there, and reads comments', () => {
    const before =
      '{\n // mine\n "theme": "a // b",\n "provider": {"x": {"npm": "y"}, "dmr": {"models": {"old": {"name": "Old"}}},},\n}';
    expect(JSON.parse(withProvider(before, { base, model: 'ai/x' }) ?? '')).toEqual({
      $schema: 'https://opencode.ai/config.json',
      theme: 'a // b',
      provider: {
        x: { npm: 'y' },
        dmr: {
          npm: '@ai-sdk/openai-compatible',
          name: 'Docker Model Runner',
          options: { baseURL: `${base}/engines/v1` },
          models: { old: { name: 'Old' }, 'ai/x': { name: 'ai/x' } },
        },
      },
    });
  });

  it.each(['[]', '{', '{"provider": 1}'])('is left alone when it is %s', (text) => {
    expect(withProvider(text, { base, model: 'm' })).toBeUndefined();
  });

  it('is not misread where a string looks like a comment', () => {
    expect(parseJsonc('{"a": "/* b */ \\" // c", /* d */ "e": [1, 2,],}')).toEqual({ a: '/* b */ " // c', e: [1, 2] });
  });
});

describe('gantry launch', () => {
  it('lists the apps and which are missing', async () => {
    await installProgram('codex');
    const { stdout } = await run(['launch']);
    expect(stdout).toContain('  codex\n');
    expect(stdout).toContain('  claude (not installed)\n');
  });

  it('runs a program with its environment and ends as that did', async () => {
    const asked = await installProgram('codex');
    const { code } = await run(['launch', 'codex', '--model', 'ai/x', '--', 'exec', '--json']);
    expect(code).toBe(3);
    expect(await readFile(asked, 'utf8')).toBe(`${base}/v1 --model ai/x exec --json\n`);
  });

  it('adds the model to opencode and keeps a copy of what was there', async () => {
    const folder = join(daemon.paths.home, '.config', 'opencode');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'opencode.json'), '{"theme": "mine"}');
    const asked = await installProgram('opencode');
    const { stderr } = await run(['launch', 'opencode', '--model', 'ai/x']);
    expect(stderr).toContain('opencode.json.bak');
    expect(await readFile(join(folder, 'opencode.json.bak'), 'utf8')).toBe('{"theme": "mine"}');
    expect(JSON.parse(await readFile(join(folder, 'opencode.json'), 'utf8'))).toMatchObject({
      theme: 'mine',
      provider: { dmr: { models: { 'ai/x': {} } } },
    });
    expect(await readFile(asked, 'utf8')).toBe(`${base}/engines/v1 --model dmr/ai/x\n`);
  });

  it('only shows with --dry-run and --config', async () => {
    const dry = await run(['launch', 'claude', '--model', 'ai/x', '--dry-run']);
    expect(dry.stdout).toMatch(/^Would run: ANTHROPIC_BASE_URL=http:\/\/127\.0\.0\.1:12434\/anthropic .*claude\n$/);
    const config = await run(['launch', 'anythingllm', '--config']);
    expect(config.stdout).toMatch(/^Configuration for AnythingLLM \(container app\):\n/);
  });

  it.each([
    [['opencod'], 2, 'Did you mean opencode?'],
    [['codex', '--port', '1'], 2, '--port is for apps in containers'],
    [['codex'], 3, 'codex is not installed'],
  ])('refuses %j', async (args, expected, sentence) => {
    const { code, stderr } = await run(['launch', ...args]);
    expect(code).toBe(expected);
    expect(stderr).toContain(sentence);
  });

  it('says when the daemon has no TCP address', async () => {
    daemon.on('GET /gantry/status', json({ ...statusBody, addresses: ['/x.sock'] }));
    expect((await run(['launch', 'codex', '--dry-run'])).code).toBe(2);
  });
});

describe('gantry skills', () => {
  it('writes them once, and over others only when told to', async () => {
    const { stdout } = await run(['skills', '--claude']);
    const folder = join(daemon.paths.home, '.claude', 'skills');
    expect(stdout).toBe(`Installed Docker Model Runner skills to ${folder}\n`);
    expect(await readFile(join(folder, 'docker-model-runner', 'SKILL.md'), 'utf8')).toMatch(/^---\nname: /);
    const again = await run(['skills', '--claude']);
    expect([again.code, again.stderr]).toEqual([4, expect.stringContaining('(use --force to overwrite)')]);
    expect((await run(['skills', '--claude', '--force'])).code).toBe(0);
    expect((await run(['skills'])).code).toBe(2);
  });
});

describe("Docker's runner verbs", () => {
  const backends = { 'llama.cpp': 'Running: llama.cpp 0c1e570' };
  beforeEach(() => {
    daemon.on('GET /gantry/settings', json([]));
    daemon.on('PATCH /gantry/settings', json([]));
    daemon.on('POST /engines/install-backend', json({}));
    daemon.on('GET /models', json([]));
    daemon.on('GET /engines/status', json(backends));
  });
  const asked = (): string[] => daemon.requests.map(({ method, url }) => `${method} ${url}`);

  it('start the daemon and install a backend', async () => {
    const { code, stdout } = await run(['install-runner', '--backend', 'llama.cpp', '--do-not-track']);
    expect([code, stdout]).toEqual([0, expect.stringContaining('llama.cpp')]);
    expect(daemon.requests.find(({ url }) => url === '/engines/install-backend')?.body).toEqual({
      backend: 'llama.cpp',
    });
    expect(asked()).not.toContain('PATCH /gantry/settings');
  });

  it.each([
    ['--llama-server-version', 'b1'],
    ['--proxy-cert', 'f'],
  ])('refuse what has no meaning here: %s', async (...options) => {
    const { code, stderr } = await run(['install-runner', ...options]);
    expect(code).toBe(2);
    expect(stderr).toContain('does not apply: ');
    expect(asked()).toEqual([]);
  });
});
