import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContainers, type ContainerLaunch, type McpContainers } from '#mcp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerMissing, nodeImage } from './docker-engine.ts';
import { runCommand } from './harness.ts';
import { launchOf, partsOf, secretsOf, talkTo, testClock, testDocker, testLog, type Talk } from './mcp-containers.ts';
import { everythingPackage, mcpPackageImage, mcpScriptImage } from './mcp-images.ts';
import { scriptServer } from './mcp-script-server.ts';

const missing = await dockerMissing();
const canary = `canary-${process.pid}-s3cr3t`;
const home = `/test/mcp-containers/${process.pid}`;
describe.skipIf(missing !== undefined)('a server in a container', () => {
  let containers: McpContainers;
  let image: string;
  const logged: string[] = [];
  const note = (message: string, fields?: object): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log = { ...testLog, debug: note, info: note, warn: note, error: note };

  beforeAll(async () => {
    image = await mcpScriptImage(scriptServer);
    const secrets = secretsOf({ 'api.token': canary });
    containers = createContainers({
      docker: testDocker(),
      secrets,
      home,
      clock: testClock,
      log,
      node: process.execPath,
      limits: { messageBytes: 1024 ** 2, endMs: 300, termMs: 300 },
    });
  });
  afterAll(async () => {
    await containers.close();
    expect(await partsOf(home)).toEqual([]);
  });

  async function withServer<Result>(
    fields: Partial<ContainerLaunch>,
    use: (talk: Talk) => Promise<Result>,
  ): Promise<Result> {
    const talk = await talkTo(containers.transport, launchOf(image, fields), { session: 'a-session' });
    try {
      return await use(talk);
    } finally {
      await talk.connection.close();
    }
  }

  it('answers, confined: no rights, no network, a root that is read-only, a program that reaps its children', async () => {
    await withServer({}, async ({ call }) => {
      expect(await call('pid')).toMatch(/^[2-9]\d* .*docker-init/);
      const status = await call('status');
      expect(status).toMatch(/^CapEff:\t0+$/m);
      expect(status).toMatch(/^CapBnd:\t0+$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(await call('interfaces')).toBe('lo');
      expect(await call('write', { path: '/app/x' })).toBe('EROFS');
      expect(await call('write', { path: '/tmp/x' })).toBe('written');
    });
  });

  it('bears the labels by which people, Docker and we find it, and the limits that it was given', async () => {
    await withServer({ capabilities: ['CHOWN'], limits: { cpus: 0.5, memoryBytes: 2 ** 27, pids: 32 } }, async () => {
      const ids = await runCommand(['docker', 'ps', '-q', '--filter', `label=gantry.mcp.home=${home}`]);
      const { stdout } = await runCommand(['docker', 'inspect', ids.stdout.trim()]);
      const [facts] = JSON.parse(stdout) as { Config: { Labels: object }; HostConfig: object }[];
      expect(facts?.Config.Labels).toMatchObject({
        'docker-mcp': 'true',
        'docker-mcp-tool-type': 'mcp',
        'docker-mcp-name': 'script',
        'docker-mcp-transport': 'stdio',
        'gantry.mcp': 'server',
        'gantry.mcp.session': 'a-session',
        'gantry.mcp.image': image,
      });
      expect(facts?.HostConfig).toMatchObject({
        NanoCpus: 5e8,
        Memory: 2 ** 27,
        PidsLimit: 32,
        CapAdd: ['CHOWN'],
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        LogConfig: { Type: 'none' },
      });
    });
  });

  it('is given a writable root once it showed that it needs one, and says so', async () => {
    const needy = await mcpScriptImage(scriptServer, { lines: ['ENV START_WRITE=/app/state'] });
    const talk = await talkTo(containers.transport, launchOf(needy));
    expect(await talk.call('read', { path: '/app/state' })).toBe('x');
    expect(talk.logs.join('\n')).toContain('was refused a write to its root');
    await talk.connection.close();
    await expect(talkTo(containers.transport, launchOf(needy, { readOnlyRoot: 'on' }))).rejects.toMatchObject({
      code: 'mcp.server_failed',
      message: expect.stringContaining('EROFS'),
    });
  });

  describe('with a secret', () => {
    const withSecret: Partial<ContainerLaunch> = {
      env: {
        API_TOKEN: { kind: 'secret', parts: [{ secret: 'api.token' }] },
        HEADER: { kind: 'secret', parts: ['Bearer ', { secret: 'api.token' }] },
        PLAIN: { kind: 'text', text: 'as it is' },
      },
    };

    it('has it in its environment, and nobody else has it', async () => {
      logged.length = 0;
      await withServer(withSecret, async ({ call, logs }) => {
        expect(await call('env', { name: 'API_TOKEN' })).toBe(canary);
        expect(await call('env', { name: 'HEADER' })).toBe(`Bearer ${canary}`);
        expect(await call('env', { name: 'PLAIN' })).toBe('as it is');
        await call('shout', { name: 'API_TOKEN' });
        await expect.poll(() => logs).toContain('my ***');
        const filter = ['--filter', `label=gantry.mcp.home=${home}`];
        const id = (await runCommand(['docker', 'ps', '-q', ...filter])).stdout.trim();
        const seen = await Promise.all([
          runCommand(['docker', 'inspect', id]),
          runCommand(['docker', 'ps', '-a', '--no-trunc', ...filter]),
          runCommand(['docker', 'logs', id]),
          runCommand(['docker', 'diff', id]),
          runCommand(['docker', 'top', id, '-ww', '-eo', 'pid,args']),
          runCommand(['docker', 'image', 'history', '--no-trunc', image]),
          runCommand(['ps', '-eww', '-o', 'args']),
        ]);
        // What of it the Engine writes to its disk. Not beside `ps`, which would see it in the arguments of this.
        const onDisk = await runCommand(['grep', '-rIl', '--', canary, `/var/lib/docker/containers/`]);
        const everything = [...seen, onDisk].map(({ stdout, stderr }) => stdout + stderr).join('\n');
        expect(everything).toContain('API_TOKEN');
        expect(everything).not.toContain(canary);
        expect([...logs, ...logged].join('\n')).not.toContain(canary);
      });
    });

    it('sees it on its command line where its entry wants it there, while docker inspect shows a mark', async () => {
      const command = [
        { kind: 'text', text: '--auth' },
        { kind: 'secret', parts: [{ secret: 'api.token' }] },
      ] as const;
      await withServer({ command }, async ({ call }) => {
        expect(JSON.parse(await call('argv'))).toEqual(['--auth', canary]);
        const ids = await runCommand(['docker', 'ps', '-q', '--filter', `label=gantry.mcp.home=${home}`]);
        const { stdout } = await runCommand(['docker', 'inspect', ids.stdout.trim()]);
        expect(stdout).toContain('"***"');
        expect(stdout).not.toContain(canary);
      });
    });
  });

  describe('that fails', () => {
    it('names itself, its code and its last words', async () => {
      await withServer({}, async ({ call, closed }) => {
        await expect(call('crash')).rejects.toMatchObject({
          code: 'mcp.server_failed',
          message: 'script ended with code 7: out of ideas',
          params: { phase: 'run', server: 'script' },
        });
        expect((await closed)?.message).toContain('code 7');
      });
    });

    it('says that its image is missing, and how to get it', async () => {
      await expect(talkTo(containers.transport, launchOf('localhost:1/absent/server:1'))).rejects.toMatchObject({
        code: 'mcp.server_failed',
        message: expect.stringMatching(/^The image of script, localhost:1\/absent\/server:1, is not on the Engine/),
        hint: expect.stringContaining('docker pull localhost:1/absent/server:1'),
        params: { phase: 'image' },
      });
    });

    it('is ended when a message is longer than it may be, and costs no memory', async () => {
      await withServer({}, async ({ call, closed }) => {
        global.gc?.();
        const before = process.memoryUsage().rss;
        await expect(call('big', { bytes: 50 * 1024 ** 2 })).rejects.toMatchObject({
          message: 'script sent a message of more than 1 MiB and was ended.',
        });
        await closed;
        expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 ** 2);
      });
    });

    it('is heard at a bounded rate when it floods its standard error, and still answers', async () => {
      await withServer({}, async ({ call, logs }) => {
        expect(await call('flood', { lines: 100_000 })).toBe('flooded');
        expect(logs.length).toBeLessThan(2000);
        expect(await call('env', { name: 'HOME' })).not.toBe('');
      });
    });

    it('is told to be killed at its limit of memory', async () => {
      await withServer({ limits: { cpus: 1, memoryBytes: 96 * 1024 ** 2, pids: 64 } }, async ({ call }) => {
        await expect(call('eat')).rejects.toMatchObject({ params: { reason: 'killed' } });
      });
    });
  });

  it('may write what is no message to its standard output', async () => {
    await withServer({ env: { NOISE: { kind: 'text', text: '1' } } }, async ({ logs }) => {
      expect(logs).toContain('a line that is no message');
    });
  });

  it('is gone after close, also when it listens to neither the end of its input nor a signal', async () => {
    await withServer({ env: { IGNORE_END: { kind: 'text', text: '1' } } }, async () => undefined);
    expect(await partsOf(home)).toEqual([]);
  });

  it('that nobody waits for any more leaves nothing', async () => {
    for (const delayMs of [0, 20, 60, 120, 250]) {
      const leaving = new AbortController();
      const opening = talkTo(containers.transport, launchOf(image), { signal: leaving.signal });
      setTimeout(() => leaving.abort(), delayMs);
      await opening.then(({ connection }) => connection.close()).catch(() => undefined);
    }
    await expect.poll(() => partsOf(home), { timeout: 10_000 }).toEqual([]);
  });

  it('reads and writes what of this machine it was given, as its rights are', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gantry-mcp-bind-'));
    try {
      await writeFile(join(folder, 'note'), 'hello');
      await withServer({ binds: [`${folder}:/given:ro`, '/anonymous'] }, async ({ call }) => {
        expect(await call('read', { path: '/given/note' })).toBe('hello');
        expect(await call('write', { path: '/given/note' })).toBe('EROFS');
        expect(await call('write', { path: '/anonymous/x' })).toBe('written');
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('may be a real one from npm', async () => {
    const everything = await mcpPackageImage(everythingPackage);
    const talk = await talkTo(containers.transport, launchOf(everything, { server: 'everything' }));
    expect(await talk.call('echo', { message: 'hi' })).toBe('Echo: hi');
    await talk.connection.close();
  });

  it('that is a tool gives its output, and its failure with what it said', async () => {
    const image = await nodeImage();
    const tool = (script: string): ContainerLaunch =>
      launchOf(image, { server: 'tool', command: [{ kind: 'text', text: script }] });
    const heard: string[] = [];
    const run = { log: (line: string) => void heard.push(line) };
    expect(await containers.runTool(tool('console.log(6 * 7)'), run)).toEqual({
      content: [{ type: 'text', text: '42\n' }],
    });
    expect(await containers.runTool(tool('console.error("no"); process.exit(4)'), run)).toEqual({
      content: [{ type: 'text', text: 'no\n(exit code 4)' }],
      isError: true,
    });
    const cancelled = new AbortController();
    const running = containers.runTool(tool('console.error("up"); setInterval(() => 0, 1000)'), {
      log: (line) => {
        if (line === 'up') cancelled.abort();
      },
      signal: cancelled.signal,
    });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(await partsOf(home)).toEqual([]);
  });
});
