import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestDaemon, type TestDaemon } from '#testing';
import { dockerMissing, nodeImage } from './docker-engine.ts';
import { runCommand, temporaryDirectory, type CommandResult } from './harness.ts';

const ours = `gantry-test-socket-${process.pid}`;
const container = `${ours}-c`;

describe('Docker clients on our socket', () => {
  let daemon: TestDaemon;
  let skip: string | undefined;
  let env: Record<string, string>;
  let socket: string;
  let image: string;

  const docker = (args: readonly string[], input?: string): Promise<CommandResult> =>
    runCommand(['docker', ...args], { env, ...(input === undefined ? {} : { input }) });
  const direct = (args: readonly string[]): Promise<CommandResult> => runCommand(['docker', ...args]);

  beforeAll(async () => {
    daemon = await startTestDaemon();
    socket = join(daemon.home, 'run/docker.sock');
    env = { DOCKER_HOST: `unix://${socket}` };
    skip = await dockerMissing();
    if (skip === undefined) image = await nodeImage();
  });
  afterAll(async () => {
    if (skip === undefined) {
      await direct(['rm', '-f', container]);
      await direct(['rmi', '-f', ours]);
    }
    await daemon.stop();
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  it('says what the Engine says, byte for byte', async () => {
    for (const args of [
      ['version', '--format', '{{json .Server}}'],
      ['image', 'inspect', image],
      ['network', 'inspect', 'none'],
      ['inspect', 'does-not-exist'],
    ]) {
      const [here, there] = await Promise.all([docker(args), direct(args)]);
      expect(here).toEqual(there);
    }
  });

  it('answers its own routes below /exp/vDD4.40, the Engine’s beside them, on one connection', async () => {
    const client = connect(socket);
    const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: docker\r\n\r\n`;
    client.end(request('/_ping') + request('/exp/vDD4.40/version') + request('/_ping'));
    let said = '';
    for await (const bytes of client) said += String(bytes);
    const bodies = said.split('HTTP/1.1 200 OK').slice(1);
    expect(bodies).toHaveLength(3);
    expect(bodies[0]).toMatch(/Api-Version: [\s\S]*OK$/);
    expect(bodies[1]).toMatch(/\{"version":"[^"]+"\}/);
    expect(bodies[2]).toMatch(/OK$/);
  });

  it('runs a container: output, errors and exit code are its own', async () => {
    const script = 'process.stdout.write("out"); process.stderr.write("err"); process.exitCode = 7';
    expect(await docker(['run', '--rm', image, script])).toEqual({ code: 7, stdout: 'out', stderr: 'err' });
  });

  it('builds an image, from a context that is sent and with steps that run', async () => {
    await using folder = await temporaryDirectory('build');
    await writeFile(join(folder.path, 'words.txt'), 'sent with the context');
    const script = 'fs.writeFileSync("/built.txt", fs.readFileSync("/words.txt") + ", and built")';
    await writeFile(
      join(folder.path, 'Dockerfile'),
      `FROM ${image}\nCOPY words.txt /words.txt\nRUN ${JSON.stringify(['/bin/node', '-e', script])}\n`,
    );
    const build = ['docker', 'build', '-q', '-t', ours, folder.path];
    const built = await runCommand(build, { env: { ...env, DOCKER_BUILDKIT: '0' } });
    expect(built).toMatchObject({ code: 0, stdout: expect.stringMatching(/^sha256:[0-9a-f]{64}\n$/) });
    const said = await docker(['run', '--rm', ours, 'process.stdout.write(fs.readFileSync("/built.txt"))']);
    expect(said.stdout).toBe('sent with the context, and built');
  });

  it('ends a container’s input while its output goes on', async () => {
    const script =
      'let n = 0; process.stdin.on("data", (d) => (n += d.length)).on("end", () => setImmediate(() => console.log("got", n)))';
    const result = await docker(['run', '--rm', '-i', image, script], 'x'.repeat(300_000));
    expect(result).toEqual({ code: 0, stdout: 'got 300000\n', stderr: '' });
  });

  it('follows logs, and copies both ways, 100 MB too', async () => {
    const script =
      'console.log("first"); process.stdin.once("data", () => { console.log("second"); process.stdin.destroy(); })';
    await docker(['run', '-d', '-i', '--name', container, image, script]);
    const logs = spawn('docker', ['logs', '-f', container], { env: { ...process.env, ...env } });
    const closed = once(logs, 'close');
    let said = '';
    const heard = (text: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (said.includes(text)) resolve();
        };
        logs.stdout.on('data', look);
        look();
      });
    logs.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await heard('first');
    // The client may leave once its input has ended, before it prints what comes back: the log tells.
    expect(await docker(['attach', container], 'go\n')).toMatchObject({ code: 0 });
    await heard('second');
    // The container has ended, and with it what follows it.
    const [code] = (await closed) as [number];
    expect([code, said]).toEqual([0, 'first\nsecond\n']);

    await using folder = await temporaryDirectory('cp');
    const [there, back] = [join(folder.path, 'there'), join(folder.path, 'back')];
    await writeFile(there, randomBytes(100_000_000));
    expect(await docker(['cp', there, `${container}:/big`])).toMatchObject({ code: 0 });
    expect(await docker(['cp', `${container}:/big`, back])).toMatchObject({ code: 0 });
    expect(await sha256(back)).toBe(await sha256(there));
  });

  it('gives exec a terminal', async (context) => {
    if ((await runCommand(['sh', '-c', 'command -v script'])).code !== 0) context.skip('no script program');
    await docker(['rm', '-f', container]);
    await docker(['run', '-d', '--name', container, image, 'setInterval(() => {}, 1e6)']);
    const inside = 'console.log(`${process.stdin.isTTY} ${process.stdout.isTTY}`); process.exitCode = 3';
    const line = `docker exec -it ${container} /bin/node -e '${inside}'`;
    const result = await runCommand(['script', '-qec', line, '/dev/null'], { env });
    expect(result.stdout).toContain('true true');
    expect(result.code).toBe(3);
  });

  it('tells events as they come, and stops when their client leaves', async () => {
    const events = spawn(
      'docker',
      ['events', '--filter', 'type=network', '--format', '{{.Action}} {{.Actor.Attributes.name}}'],
      {
        env: { ...process.env, ...env },
      },
    );
    const name = `${ours}-net`;
    let said = '';
    events.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    // The stream may begin after a network is made; then the next one is told.
    for (let made = 0; made < 100 && !said.includes(`create ${name}\n`); made += 1) {
      await docker(['network', 'create', name]);
      await docker(['network', 'rm', name]);
    }
    expect(said).toContain(`create ${name}\n`);
    events.kill('SIGINT');
    await once(events, 'close');
  });
});

describe('our socket without an Engine', () => {
  it('answers its own routes, and says as the Engine would that there is none', async () => {
    const daemon = await startTestDaemon({ env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
    try {
      const socket = join(daemon.home, 'run/docker.sock');
      const ask = (path: string): Promise<CommandResult> =>
        runCommand(['curl', '-s', '-w', ' %{http_code}', '--unix-socket', socket, `http://docker${path}`]);
      expect((await ask('/exp/vDD4.40/models')).stdout).toBe('[]\n 200');
      const refused = (await ask('/v1.41/containers/json')).stdout;
      expect(refused).toMatch(
        /^\{"message":"No Docker Engine answers \(unix:\/\/\/nowhere\/docker\.sock: not there\)\./,
      );
      expect(refused).toMatch(/503$/);
    } finally {
      await daemon.stop();
    }
  });
});

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
