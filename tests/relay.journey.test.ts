import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { relayBody } from '#contract';
import { startTestDaemon, type TestDaemon } from '#testing';
import { bridgeAddress, dockerMissing, nodeImage } from './docker-engine.ts';
import { gantry, runCommand, type CommandResult } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

const ours = `gantry-test-relay-${process.pid}`;
const network = `${ours}-net`;
/** A network that is made while the relay is on. */
const late = `${ours}-late`;

interface Question {
  readonly url: string;
  readonly body?: unknown;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

describe('containers and models, real weights through a real Engine', () => {
  let daemon: ModelDaemon;
  let image: string;
  let skip: string | undefined;

  const docker = (...args: readonly string[]): Promise<CommandResult> => runCommand(['docker', ...args]);

  beforeAll(async () => {
    skip = await dockerMissing();
    if (skip !== undefined) return;
    [daemon, image] = await Promise.all([startModelDaemon(), nodeImage(), docker('network', 'create', network)]);
    skip = daemon.skip;
  });
  afterAll(async () => {
    if (daemon === undefined) return;
    // Starts a daemon where none is left.
    await gantry(daemon.home, ['relay', 'disable']);
    await gantry(daemon.home, ['stop']);
    await docker('rm', '-f', network, late);
    await docker('network', 'rm', network, late);
    await daemon.stop();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  /** Starts a container that stays on a network, named like it. */
  async function settle(place: string): Promise<void> {
    const stays = ['-d', '--name', place, '--network', place, image, 'setInterval(() => {}, 1e6)'];
    const { code, stderr } = await docker('run', ...stays);
    if (code !== 0) throw new Error(stderr);
  }

  /** Asks from inside a container: one that is there already, or a new one with these options. */
  async function ask(
    questions: readonly Question[],
    where: { inside: string } | { options: readonly string[] },
  ): Promise<readonly Answer[]> {
    const script = `Promise.all(${JSON.stringify(questions)}.map(async ({ url, body }) => {
      const answer = await fetch(url, body ? { method: 'POST', body: JSON.stringify(body) } : {});
      return { status: answer.status, text: await answer.text() };
    })).then((answers) => console.log(JSON.stringify(answers)))`;
    const { code, stdout, stderr } =
      'inside' in where
        ? await docker('exec', where.inside, '/bin/node', '-e', script)
        : await docker('run', '--rm', ...where.options, image, script);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as readonly Answer[];
  }

  const chat = (): unknown => ({
    model: daemon.model,
    max_tokens: 8,
    messages: [{ role: 'user', content: 'Say hello.' }],
  });
  const plain = 'http://model-runner.docker.internal/engines';
  const answered = { status: 200, text: expect.stringContaining('"content"') };

  it('answer on the bridge, by its address and by the names Docker gives the host', async () => {
    const { port } = new URL(daemon.url);
    const address = await bridgeAddress();
    const names = ['model-runner.docker.internal', 'host.docker.internal'];
    const [completion, pull, ...lists] = await ask(
      [
        { url: `http://${address}:${port}/engines/v1/chat/completions`, body: chat() },
        { url: `http://${address}:${port}/models/create`, body: { from: 'ai/smollm2' } },
        ...names.map((name) => ({ url: `http://${name}:${port}/engines/v1/models` })),
      ],
      { options: names.flatMap((name) => ['--add-host', `${name}:host-gateway`]) },
    );
    expect(completion).toMatchObject(answered);
    expect(pull?.status).toBe(403);
    const list = { status: 200, text: expect.stringContaining(daemon.model) };
    expect(lists).toMatchObject([list, list]);
  });

  it('answer at the plain URL on a network of the user, once the relay is on', async () => {
    await settle(network);
    const enabled = await gantry(daemon.home, ['relay', 'enable', '--network', network, '--json']);
    expect(enabled.code, enabled.stderr).toBe(0);
    const relay = relayBody.parse(JSON.parse(enabled.stdout));
    expect(relay).toMatchObject({ state: 'running', networks: [network], joined: [network] });
    const [answer, forbidden] = await ask(
      [
        { url: `${plain}/llama.cpp/v1/chat/completions`, body: chat() },
        { url: 'http://model-runner.docker.internal/gantry/status' },
      ],
      { inside: network },
    );
    expect(answer).toMatchObject(answered);
    expect(forbidden?.status).toBe(403);
  });

  it('keep the relay from anything but that', async () => {
    const format =
      '{{.Config.User}} {{.HostConfig.CapDrop}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.SecurityOpt}} {{.HostConfig.PortBindings}}';
    const facts = await docker('inspect', await relayIds(), '--format', format);
    expect(facts.stdout.trim()).toBe('65534:65534 [ALL] true [no-new-privileges] map[]');
  });

  it('find it on a network made later, when it is to be on all, and it goes when they go', async () => {
    const enabled = await gantry(daemon.home, ['relay', 'enable', '--all', '--json']);
    expect(relayBody.parse(JSON.parse(enabled.stdout))).toMatchObject({ networks: 'all', joined: [network] });
    await docker('network', 'create', late);
    const since = String(Math.floor(Date.now() / 1000));
    await settle(late);
    await relayDid('connect', since);
    const [list] = await ask([{ url: `${plain}/v1/models` }], { inside: late });
    expect(list).toMatchObject({ status: 200, text: expect.stringContaining(daemon.model) });
    await docker('rm', '-f', late);
    await relayDid('disconnect', since);
    expect((await docker('network', 'rm', late)).code).toBe(0);
  });

  it('are told why there is no answer while the daemon is stopped, and get one after it is back', async () => {
    const { port } = new URL(daemon.url);
    expect((await gantry(daemon.home, ['stop'])).code).toBe(0);
    const [away] = await ask([{ url: `${plain}/v1/models` }], { inside: network });
    expect(away?.status).toBe(503);
    expect(away?.text).toContain('Gantry does not run on the host of this container.');
    const again: TestDaemon = await startTestDaemon({ home: daemon.home, env: { GANTRY_PORT: port } });
    try {
      const [back] = await ask([{ url: `${plain}/v1/models` }], { inside: network });
      expect(back).toMatchObject({ status: 200, text: expect.stringContaining(daemon.model) });
      const disabled = await gantry(daemon.home, ['relay', 'disable']);
      expect(disabled).toMatchObject({ code: 0, stdout: 'The relay is gone.\n' });
      // The daemon that came back had never put it there: the labels told.
      expect(await relayIds()).toBe('');
      const inspect = ['network', 'inspect', network, '--format', '{{len .Containers}}'];
      expect((await docker(...inspect)).stdout.trim()).toBe('1');
      const refused = await gantry(daemon.home, ['relay', 'enable', '--network', 'no-such-network']);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain('There is no network no-such-network');
      expect(refused.stderr).toContain('docker network ls');
    } finally {
      await again.stop();
    }
  });

  const relayIds = async (): Promise<string> =>
    (await docker('ps', '-aq', '--no-trunc', '--filter', `label=gantry.relay=${daemon.home}`)).stdout.trim();

  /** Resolves when the Engine has told that the relay came to the late network, or went. */
  async function relayDid(action: 'connect' | 'disconnect', since: string): Promise<void> {
    const id = await relayIds();
    const filters = ['type=network', `event=${action}`, `network=${late}`].flatMap((filter) => ['--filter', filter]);
    const format = '{{.Actor.Attributes.container}}';
    const events = spawn('docker', ['events', '--since', since, ...filters, '--format', format]);
    for await (const line of createInterface({ input: events.stdout })) if (line === id) break;
    events.kill();
  }
});
