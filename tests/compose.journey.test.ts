import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dockerRegistryMissing, smolLmWeights, startDockerRegistry } from '#testing';
import { dockerMissing, nodeImage } from './docker-engine.ts';
import { installPlugin, type DockerPlugin } from './docker-plugin.ts';
import { gantry, runCommand, temporaryDirectory, type CommandResult } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';
import { publishModel } from './published-model.ts';

/** Says what it was told, asks the model at the address it was given and those in ASK, and says the answers. */
const app = `
const { LLM_URL, LLM_MODEL, ASK } = process.env;
console.log('told ' + JSON.stringify({ LLM_URL, LLM_MODEL }));
const body = JSON.stringify({ model: LLM_MODEL, max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] });
for (const url of [LLM_URL + 'chat/completions', ...(ASK ? [ASK] : [])]) {
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    .then((answer) => answer.json())
    .then(({ choices, ...others }) => console.log('answer ' + JSON.stringify(choices ?? others)));
}
`;
const name = `gantry-test-${process.pid}`;

describe('Compose with models, through the real docker-compose and real containers', () => {
  let daemon: ModelDaemon;
  let plugin: DockerPlugin;
  let image: string;
  let folder: { path: string } & AsyncDisposable;
  let skip: string | undefined;

  beforeAll(async () => {
    const compose = await runCommand(['sh', '-c', 'command -v docker-compose']);
    skip = compose.code === 0 ? await dockerMissing() : 'no docker-compose on PATH';
    if (skip !== undefined) return;
    daemon = await startModelDaemon();
    skip = daemon.skip;
    [plugin, image, folder] = await Promise.all([
      installPlugin(daemon.home),
      nodeImage(),
      temporaryDirectory('compose'),
    ]);
    // Compose is a plugin of docker too, beside ours.
    await symlink(compose.stdout.trim(), join(plugin.dockerConfig, 'cli-plugins', 'docker-compose'));
  });
  afterAll(async () => {
    if (daemon && skip === undefined) await gantry(daemon.home, ['relay', 'disable']);
    await plugin?.[Symbol.asyncDispose]();
    await folder?.[Symbol.asyncDispose]();
    await daemon?.stop();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  /** Runs a project to its end, again after what is done between, and takes it down with its network. */
  async function up(
    project: object,
    { program = ['docker-compose'], between }: { program?: readonly string[]; between?: () => PromiseLike<void> } = {},
  ): Promise<readonly CommandResult[]> {
    const file = join(folder.path, 'compose.json');
    await writeFile(file, JSON.stringify({ name, ...project }));
    const compose = (...args: readonly string[]) =>
      runCommand([...program, '-f', file, '--ansi', 'never', ...args], { env: plugin.env });
    const once = () => compose('up', '--force-recreate', '--abort-on-container-exit');
    try {
      const first = await once();
      if (!between) return [first];
      await between();
      return [first, await once()];
    } finally {
      const down = await compose('down', '--timeout', '1');
      expect(down.code, down.stderr).toBe(0);
      const left = await runCommand(['docker', 'network', 'ls', '-q', '--filter', `name=${name}`]);
      expect(left.stdout).toBe('');
    }
  }

  const service = (more: object): object => ({
    image,
    pull_policy: 'never',
    command: [app],
    ...more,
  });

  function expectAnswer({ code, stdout, stderr }: CommandResult, model = daemon.model): void {
    expect(code, stdout + stderr).toBe(0);
    const told = /told (\{.*\})/.exec(stdout)?.[1] ?? '{}';
    expect(JSON.parse(told)).toEqual({ LLM_URL: expect.stringMatching(/^http:\/\/.*\/v1\/$/), LLM_MODEL: model });
    expect(stdout).toMatch(/answer \[.*"content":"/);
  }

  it('gets a top-level model for a service, which asks it; the second time without the registry', async (context) => {
    const missing = dockerRegistryMissing();
    if (missing !== undefined) context.skip(missing);
    const weights = await smolLmWeights();
    if ('skip' in weights) return context.skip(weights.skip);
    await using registry = await startDockerRegistry();
    const model = `${registry.host}/team/smollm2:v1`;
    await publishModel(weights.path, model);
    const results = await up(
      {
        services: { app: service({ models: { llm: { endpoint_var: 'LLM_URL', model_var: 'LLM_MODEL' } } }) },
        models: { llm: { model, context_size: 1024, runtime_flags: ['--temp', '0'] } },
      },
      // Its port is dead from now on.
      { between: () => registry[Symbol.asyncDispose]() },
    );
    expect(results).toHaveLength(2);
    for (const result of results) expectAnswer(result, model);
    const effective = await fetch(`${daemon.url}/gantry/effective?model=${model}`);
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

  it('is reached by services without extra_hosts at the plain name, while the relay is on', async () => {
    const enabled = await gantry(daemon.home, ['relay', 'enable', '--all']);
    expect(enabled.code, enabled.stderr).toBe(0);
    const plain = 'http://model-runner.docker.internal/engines';
    const findsName = `require('dns').lookup('model-runner.docker.internal', (error) => process.exit(error ? 1 : 0))`;
    const services = {
      // The relay comes to a network when the first container is there: who asks at once waits as for any other service.
      first: {
        image,
        pull_policy: 'never',
        command: ['setInterval(() => {}, 1e6)'],
        stop_signal: 'SIGKILL',
        healthcheck: { test: ['CMD', '/bin/node', '-e', findsName], interval: '500ms', retries: 60 },
      },
      app: service({
        models: { llm: { endpoint_var: 'LLM_URL', model_var: 'LLM_MODEL' } },
        environment: { ASK: `${plain}/llama.cpp/v1/chat/completions` },
        depends_on: { first: { condition: 'service_healthy' } },
      }),
    };
    const [result] = await up({ services, models: { llm: { model: daemon.model } } });
    expect(result?.code, result?.stderr).toBe(0);
    expect(result?.stdout).toContain(`"LLM_URL":"${plain}/v1/"`);
    expect(result?.stdout.match(/answer \[.*"content":"/g)).toHaveLength(2);
  });

  it('has asked the registry once: what is there is not pulled again', async () => {
    const log = await readFile(join(daemon.home, 'logs', 'gantry.log'), 'utf8');
    const paths = log.split('\n').flatMap((line) => /"path":"([^"]*)"/.exec(line)?.[1] ?? []);
    expect(paths).toContain('/engines/_configure');
    // The import of the weights, and the first time that Compose wanted the model of the registry.
    expect(paths.filter((path) => path === '/models/create')).toHaveLength(2);
  });
});
