import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { relayBody } from '#contract';
import { buildNodeImage, dockerMissing } from './docker-engine.ts';
import { gantry, runCommand, type CommandResult } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

const image = `gantry-test-relay-${process.pid}`;
const network = `${image}-net`;

describe('containers and models, real weights through a real Engine', () => {
  let daemon: ModelDaemon;
  let skip: string | undefined;

  const docker = (...args: readonly string[]): Promise<CommandResult> => runCommand(['docker', ...args]);

  beforeAll(async () => {
    skip = await dockerMissing();
    if (skip !== undefined) return;
    daemon = await startModelDaemon();
    skip = daemon.skip;
    await buildNodeImage(image);
    await docker('network', 'create', network);
  });
  afterAll(async () => {
    if (daemon === undefined) return;
    await gantry(daemon.home, ['relay', 'disable']);
    await docker('network', 'rm', network);
    await docker('rmi', '-f', image);
    await daemon.stop();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  /** Asks from inside a container; resolves with status and body. */
  async function ask(
    url: string,
    { body, options = [] }: { body?: unknown; options?: readonly string[] } = {},
  ): Promise<{
    status: number;
    text: string;
  }> {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const script = `fetch(${JSON.stringify(url)}, ${JSON.stringify(init)}).then(async (r) => console.log(JSON.stringify({ status: r.status, text: await r.text() })))`;
    const { code, stdout, stderr } = await docker('run', '--rm', ...options, image, script);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as { status: number; text: string };
  }

  const chat = (): unknown => ({
    model: daemon.model,
    max_tokens: 8,
    messages: [{ role: 'user', content: 'Say hello.' }],
  });

  it('answer on the bridge, by its address and by the names Docker gives the host', async () => {
    const { port } = new URL(daemon.url);
    const address = (
      await docker('network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}')
    ).stdout.trim();
    const completion = await ask(`http://${address}:${port}/engines/v1/chat/completions`, { body: chat() });
    expect(completion).toMatchObject({ status: 200, text: expect.stringContaining('"content"') });
    for (const name of ['model-runner.docker.internal', 'host.docker.internal']) {
      const list = await ask(`http://${name}:${port}/engines/v1/models`, {
        options: ['--add-host', `${name}:host-gateway`],
      });
      expect(list).toMatchObject({ status: 200, text: expect.stringContaining(daemon.model) });
    }
    const pull = await ask(`http://${address}:${port}/models/create`, { body: { from: 'ai/smollm2' } });
    expect(pull.status).toBe(403);
  });

  it('answer at the plain URL on a network of the user, once the relay is on', async () => {
    const enabled = await gantry(daemon.home, ['relay', 'enable', '--network', network, '--json']);
    expect(enabled.code, enabled.stderr).toBe(0);
    const relay = relayBody.parse(JSON.parse(enabled.stdout));
    expect(relay).toMatchObject({ state: 'running', networks: [network], joined: [network] });
    // Somebody stays on the network: the relay leaves one that is empty.
    await docker(
      'run',
      '-d',
      '--rm',
      '--name',
      `${image}-stays`,
      '--network',
      network,
      image,
      'setInterval(() => {}, 1e6)',
    );
    const url = 'http://model-runner.docker.internal/engines/llama.cpp/v1/chat/completions';
    const answer = await ask(url, { body: chat(), options: ['--network', network] });
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('"content"') });
    const forbidden = await ask('http://model-runner.docker.internal/gantry/status', {
      options: ['--network', network],
    });
    expect(forbidden.status).toBe(403);
  });

  it('keep the relay from anything but that', async () => {
    const { stdout } = await docker('ps', '-q', '--filter', `label=gantry.relay=${daemon.home}`);
    const format =
      '{{.Config.User}} {{.HostConfig.CapDrop}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.SecurityOpt}} {{.HostConfig.PortBindings}}';
    const facts = await docker('inspect', stdout.trim(), '--format', format);
    expect(facts.stdout.trim()).toBe('65534:65534 [ALL] true [no-new-privileges] map[]');
  });

  it('leave nothing behind once it is off', async () => {
    const disabled = await gantry(daemon.home, ['relay', 'disable']);
    expect(disabled).toMatchObject({ code: 0, stdout: 'The relay is gone.\n' });
    await docker('rm', '-f', `${image}-stays`);
    expect((await docker('ps', '-aq', '--filter', `label=gantry.relay=${daemon.home}`)).stdout).toBe('');
    expect((await docker('network', 'inspect', network, '--format', '{{len .Containers}}')).stdout.trim()).toBe('0');
  });

  it('refuse a network that is not there, and say how to see those that are', async () => {
    const refused = await gantry(daemon.home, ['relay', 'enable', '--network', 'no-such-network']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('There is no network no-such-network');
    expect(refused.stderr).toContain('docker network ls');
  });
});
