import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerMissing, nodeImage } from './docker-engine.ts';
import { gantry, runCommand } from './harness.ts';

const missing = await dockerMissing();

/** What a NIM looks like from outside: it is not ready when it is asked for the first time, names its model, and speaks OpenAI's chat API. */
const program = `
const http = require('node:http');
console.log('Downloading weights');
let asked = 0;
http.createServer((request, response) => {
  const json = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.url === '/v1/health/ready') return json((asked += 1) > 1 ? 200 : 503, {});
  if (request.url === '/v1/models') return json(200, { object: 'list', data: [{ id: 'tiny/nim', object: 'model' }] });
  let text = '';
  request.on('data', (part) => (text += part)).on('end', () => {
    const { model, messages } = JSON.parse(text);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const content = model + ' heard: ' + messages.at(-1).content;
    response.write('data: ' + JSON.stringify({ choices: [{ index: 0, delta: { content } }] }) + '\\n\\n');
    response.end('data: ' + JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }) + '\\n\\ndata: [DONE]\\n\\n');
  });
}).listen(8000);
process.on('SIGTERM', () => process.exit(0));
`;

describe.skipIf(missing !== undefined)(`a NIM${missing === undefined ? '' : ` (${missing})`}`, () => {
  const name = `gantry-test-${randomBytes(4).toString('hex')}`;
  const image = `nvcr.io/nim/gantry/${name}:1`;
  const container = `docker-model-nim-gantry-${name}`;
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-nim-'));
    await mkdir(join(folder, 'image'));
    await writeFile(join(folder, 'image', 'nim.js'), program);
    await writeFile(
      join(folder, 'image', 'Dockerfile'),
      `FROM ${await nodeImage()}\nCOPY nim.js /nim.js\nENTRYPOINT ["/bin/node", "/nim.js"]\n`,
    );
    const built = await runCommand(['docker', 'build', '-q', '-t', image, join(folder, 'image')], {
      env: { DOCKER_BUILDKIT: '0' },
    });
    expect(built.stderr).not.toContain('rror');
  });
  afterAll(async () => {
    await runCommand(['docker', 'rm', '--force', container]);
    await runCommand(['docker', 'rmi', '--force', image]);
    await rm(folder, { recursive: true, force: true });
  });

  it('is started once, waited for, and answers', async () => {
    const home = join(folder, 'home');
    const env = { LOCAL_NIM_CACHE: join(folder, 'cache'), NGC_API_KEY: 'secret' };
    const first = await gantry(home, ['run', image, 'Hello', 'there'], { env });
    expect(first).toMatchObject({ code: 0, stdout: 'tiny/nim heard: Hello there\n' });
    expect(first.stderr).toContain('Downloading weights');
    const id = (await runCommand(['docker', 'inspect', '--format', '{{.Id}}', container])).stdout;

    const second = await gantry(home, ['run', image, 'Again'], { env });
    expect(second).toMatchObject({ code: 0, stdout: 'tiny/nim heard: Again\n', stderr: '' });
    expect((await runCommand(['docker', 'inspect', '--format', '{{.Id}}', container])).stdout).toBe(id);

    await runCommand(['docker', 'stop', container]);
    expect(await gantry(home, ['run', '--detach', image], { env })).toMatchObject({ code: 0, stdout: '' });
    const refused = await gantry(home, ['run', '--keep-alive', '5m', image, 'Hi'], { env });
    expect(refused.stderr).toContain('--keep-alive does not apply to NVIDIA NIMs');
    // No daemon of ours was needed.
    await expect(readFile(join(home, 'daemon.lock'))).rejects.toThrow('ENOENT');
  });
});
