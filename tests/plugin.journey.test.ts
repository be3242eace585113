import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modelListBody } from '#contract';
import { dockerRegistryMissing, smolLmWeights, startDockerRegistry } from '#testing';
import { dockerMissing, installPlugin, type DockerPlugin } from './docker-plugin.ts';
import { runCommand } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';
import { publishModel } from './published-model.ts';

const skopeoMissing =
  spawnSync('skopeo', ['--version'], { stdio: 'ignore' }).error === undefined ? undefined : 'skopeo is not on PATH';

describe('docker model through the real docker, with real weights', () => {
  let daemon: ModelDaemon;
  let plugin: DockerPlugin;
  let skip: string | undefined;

  beforeAll(async () => {
    daemon = await startModelDaemon();
    skip = daemon.skip ?? (await dockerMissing());
    if (skip === undefined) plugin = await installPlugin(daemon.home);
  });
  afterAll(async () => {
    await plugin?.[Symbol.asyncDispose]();
    await daemon?.stop();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  const model = (...args: readonly string[]) => plugin.docker('model', ...args);

  it('is a plugin that Docker accepts', async () => {
    const metadata = await runCommand(
      [join(plugin.dockerConfig, 'cli-plugins', 'docker-model'), 'docker-cli-plugin-metadata'],
      { env: plugin.env },
    );
    expect(metadata.stderr).toBe('');
    expect(JSON.parse(metadata.stdout)).toMatchObject({ SchemaVersion: '0.1.0', Vendor: 'Gantry' });
    expect((await plugin.docker('--help')).stdout).toMatch(/^ {2}model\* +Gantry Model Runner$/m);
    expect(await readdir(join(plugin.dockerConfig, 'cli-plugins'))).toContain('docker-desktop');
  });

  it('lists, describes and tells its status as docker does', async () => {
    const list = await model('list');
    expect(list.stdout).toMatch(
      /^MODEL NAME +PARAMETERS +QUANTIZATION +ARCHITECTURE +MODEL ID +CREATED +CONTEXT +SIZE\n/,
    );
    expect(list.stdout).toMatch(/^test\/smollm2:135m +134\.52M +MOSTLY_Q4_1 +llama +[0-9a-f]{12} /m);
    const json = await model('ls', '--json');
    expect(json.stderr).toBe('');
    expect(modelListBody.parse(JSON.parse(json.stdout))).toHaveLength(1);
    expect((await model('status')).stdout).toMatch(/^Docker Model Runner is running\n\nBACKEND +STATUS +DETAILS\n/);
    const status = await model('status', '--json');
    expect(status.stderr).toBe('');
    expect(JSON.parse(status.stdout)).toMatchObject({ running: true, endpointHost: `${daemon.url}/v1/` });
    expect((await model('version')).stdout).toMatch(/^Client:\n Version: .*\n OS\/Arch: .*\n\nServer:\n Version: /);
  });

  it('answers a prompt, shows the model in memory and frees it', async () => {
    const answer = await model('run', '--max-tokens', '12', daemon.model, 'Why', 'is', '-1', 'negative?');
    expect(answer.code, answer.stderr).toBe(0);
    expect(answer.stdout.trim().length).toBeGreaterThan(3);
    const ps = (await model('ps')).stdout;
    expect(ps).toMatch(/^MODEL NAME +BACKEND +MODE +UNTIL\ntest\/smollm2:135m +llama\.cpp +completion +/);
    const stopped = await model('stop', daemon.model);
    expect(stopped.code, stopped.stderr).toBe(0);
    expect((await model('ps')).stdout).toBe('MODEL NAME  BACKEND  MODE  UNTIL\n');
  });

  it('stops an answer when Docker cancels it', async () => {
    // An answer that does not end by itself.
    expect((await model('configure', daemon.model, '--', '--ignore-eos')).code).toBe(0);
    const child = spawn('docker', ['model', 'run', daemon.model, 'Count from one to ten thousand in words.'], {
      env: { ...process.env, ...plugin.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.stdout.resume();
    // To docker alone, as where no terminal sends it to the plugin too.
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number | null];
    expect(code).not.toBe(0);
  });

  it('tags, pulls from a real registry, and removes', async (context) => {
    const missing = dockerRegistryMissing();
    if (missing !== undefined) context.skip(missing);
    const weights = await smolLmWeights();
    if ('skip' in weights) return context.skip(weights.skip);
    await using registry = await startDockerRegistry();
    const name = `${registry.host}/team/smollm2:v1`;
    await publishModel(weights.path, name);

    const pulled = await model('pull', name);
    expect(pulled.code, pulled.stderr).toBe(0);
    const tagged = await model('tag', name, 'team/copy:v2');
    expect(tagged.code, tagged.stderr).toBe(0);
    expect((await model('list')).stdout).toMatch(/^team\/copy:v2 /m);
    const removed = await model('rm', 'team/copy:v2', name);
    expect(removed.stdout).toContain('Untagged: docker.io/team/copy:v2\n');
    expect(removed.code, removed.stderr).toBe(0);
  });

  it('packages, pushes to a real registry, pulls back what skopeo verifies, and runs it', async (context) => {
    const missing = dockerRegistryMissing() ?? skopeoMissing;
    if (missing !== undefined) context.skip(missing);
    const weights = await smolLmWeights();
    if ('skip' in weights) return context.skip(weights.skip);
    await using registry = await startDockerRegistry();
    const name = `${registry.host}/team/packaged:v1`;
    const good = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await model(...args);
      expect(code, stderr).toBe(0);
      return stdout;
    };

    await good('package', '--gguf', weights.path, '--context-size', '512', name);
    const { id } = JSON.parse(await good('inspect', name)) as { id: string };
    await good('push', name);
    expect(await good('rm', name)).toContain(`Untagged: ${name}\n`);
    expect((await model('inspect', name)).code).not.toBe(0);
    const inspected = await runCommand(['skopeo', 'inspect', '--raw', '--tls-verify=false', `docker://${name}`]);
    expect(`sha256:${createHash('sha256').update(inspected.stdout).digest('hex')}`).toBe(id);

    await good('pull', name);
    expect(JSON.parse(await good('inspect', name))).toMatchObject({ id, config: { context_size: 512 } });
    expect((await good('run', '--max-tokens', '8', name, 'Say hello.')).trim()).not.toBe('');
    expect(await good('ps')).toContain('team/packaged:v1');
    expect(await good('logs')).toContain('team/packaged:v1');
    await good('rm', '--force', name);
  });

  it('shows what the daemon logged, with and without its runners', async () => {
    expect((await model('logs')).stdout).toContain('ready');
    expect((await model('logs', '--no-engines')).stdout).not.toContain('runner.log | ');
  });

  it('is called docker model in help, and helps after a mistake', async () => {
    expect((await model('--help')).stdout).toMatch(/^Usage: docker model /);
    expect((await plugin.docker('--log-level', 'error', 'model', 'pull', '--help')).stdout).toContain(
      '$ docker model pull',
    );
    const unknown = await model('lisst');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('Hint: Did you mean list?');
  });

  it('is asked by docker itself what may come next', async () => {
    expect((await plugin.docker('__complete', 'model', 'run', '')).stdout).toBe(`${daemon.model}\n:4\n`);
    expect((await plugin.docker('__complete', 'model', 'unl')).stdout).toBe('unload\tfree the memory of models\n:4\n');
  });

  it('is switched off and on as in Docker Desktop, at once', async () => {
    expect((await plugin.docker('desktop', 'disable', 'model-runner')).code).toBe(0);
    const list = await model('list');
    expect(list.code).toBe(8);
    expect(list.stderr).toContain('Docker Model Runner is not running. Please start it and try again.');
    expect((await model('status')).stdout).toBe('Docker Model Runner is not running\n');
    expect((await plugin.docker('desktop', 'enable', 'model-runner')).code).toBe(0);
    expect((await plugin.docker('desktop', 'status')).stdout).toMatch(/^Status: +running$/m);
    expect((await model('list')).code).toBe(0);
  });

  it('asks a runner elsewhere through a context', async () => {
    expect((await model('context', 'create', 'here', '--host', daemon.url)).stdout).toBe('Context "here" created.\n');
    await model('context', 'use', 'here');
    expect((await model('list', '-q')).stdout).toMatch(/^[0-9a-f]{12}\n$/);
    expect(JSON.parse((await model('status', '--json')).stdout)).toMatchObject({
      kind: 'Docker Engine (Manual Install)',
      endpoint: `${daemon.url}/v1/`,
    });
    await model('context', 'use', 'default');
    expect((await model('context', 'rm', 'here')).code).toBe(0);
  });
});
