import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installPlugin, type DockerPlugin } from './docker-plugin.ts';
import { runCommand, temporaryDirectory, type CommandResult } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';
import { engineMissing, makeNodeImage, type NodeImage } from './node-image.ts';

/** Says what it was told, asks the model, and says the answer. */
const app = `
const { LLM_URL, LLM_MODEL } = process.env;
console.log('told ' + JSON.stringify({ LLM_URL, LLM_MODEL }));
fetch(LLM_URL + 'chat/completions', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ model: LLM_MODEL, max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] }),
}).then((answer) => answer.json()).then((body) => console.log('answer ' + JSON.stringify(body.choices ?? body)));
`;

describe('Compose with models, through the real docker-compose and real containers', () => {
  let daemon: ModelDaemon;
  let plugin: DockerPlugin;
  let image: NodeImage;
  let folder: { path: string } & AsyncDisposable;
  let skip: string | undefined;

  beforeAll(async () => {
    const compose = await runCommand(['sh', '-c', 'command -v docker-compose']);
    skip = compose.code === 0 ? await engineMissing() : 'no docker-compose on PATH';
    if (skip !== undefined) return;
    daemon = await startModelDaemon();
    skip = daemon.skip;
    [plugin, image, folder] = await Promise.all([
      installPlugin(daemon.home),
      makeNodeImage(),
      temporaryDirectory('compose'),
    ]);
    // Compose is a plugin of docker too, beside ours.
    await symlink(compose.stdout.trim(), join(plugin.dockerConfig, 'cli-plugins', 'docker-compose'));
  });
  afterAll(async () => {
    await plugin?.[Symbol.asyncDispose]();
    await image?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
    await daemon?.stop();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  /** Runs a project to its end, and takes it down. */
  async function up(
    project: object,
    { program = ['docker-compose'], times = 1 } = {},
  ): Promise<readonly CommandResult[]> {
    const file = join(folder.path, 'compose.json');
    await writeFile(file, JSON.stringify({ name: `gantry-test-${process.pid}`, ...project }));
    const compose = (...args: readonly string[]) =>
      runCommand([...program, '-f', file, '--ansi', 'never', ...args], { env: plugin.env });
    const results: CommandResult[] = [];
    try {
      for (let time = 0; time < times; time += 1) {
        results.push(await compose('up', '--force-recreate', '--abort-on-container-exit'));
      }
    } finally {
      const down = await compose('down', '--timeout', '1');
      expect(down.code, down.stderr).toBe(0);
    }
    return results;
  }

  const service = (more: object): object => ({
    image: image.name,
    pull_policy: 'never',
    command: ['/node', '-e', app],
    ...more,
  });

  function expectAnswer({ code, stdout, stderr }: CommandResult): void {
    expect(code, stdout + stderr).toBe(0);
    const told = /told (\{.*\})/.exec(stdout)?.[1] ?? '{}';
    expect(JSON.parse(told)).toEqual({
      LLM_URL: expect.stringMatching(/^http:\/\/.*\/v1\/$/),
      LLM_MODEL: 'test/smollm2:135m',
    });
    expect(stdout).toMatch(/answer \[.*"content":"/);
  }

  it('hands a top-level model to a service, which asks it; the second time too', async () => {
    const results = await up(
      {
        services: { app: service({ models: { llm: { endpoint_var: 'LLM_URL', model_var: 'LLM_MODEL' } } }) },
        models: { llm: { model: daemon.model, context_size: 1024, runtime_flags: ['--temp', '0'] } },
      },
      { times: 2 },
    );
    for (const result of results) expectAnswer(result);
    const effective = await fetch(`${daemon.url}/gantry/effective?model=${daemon.model}`);
    expect(await effective.json()).toMatchObject({ contextSize: { value: 1024 } });
  });

  it('hands a provider’s model to the services that depend on it, as docker compose too', async () => {
    const llm = { provider: { type: 'model', options: { model: daemon.model, 'context-size': '2048' } } };
    const services = { llm, app: service({ depends_on: ['llm'] }) };
    const [result] = await up({ services }, { program: ['docker', 'compose'] });
    if (result) expectAnswer(result);
    const effective = await fetch(`${daemon.url}/gantry/effective?model=${daemon.model}`);
    expect(await effective.json()).toMatchObject({ contextSize: { value: 2048 } });
  });

  it('has asked no registry for the model, which was there all the time', async () => {
    const log = await readFile(join(daemon.home, 'logs', 'gantry.log'), 'utf8');
    const paths = log.split('\n').flatMap((line) => /"path":"([^"]*)"/.exec(line)?.[1] ?? []);
    expect(paths).toContain('/engines/_configure');
    expect(paths.filter((path) => path === '/models/create')).toHaveLength(1);
  });
});
