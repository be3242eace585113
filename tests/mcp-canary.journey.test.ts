import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerMissing } from './docker-engine.ts';
import { gantry, root, runCommand } from './harness.ts';
import { callText, leave, startMcpDaemon, type McpDaemon } from './mcp-daemon.ts';
import { mcpScriptImage } from './mcp-images.ts';
import { scriptServer } from './mcp-script-server.ts';

const missing = await dockerMissing();
const cannot = missing !== undefined || process.platform !== 'linux';
/** Of no kind that a scanner knows. */
const canary = `zq${randomBytes(12).toString('hex')}canary`;

/** Ways in which a text may hold it: as it is, in hex, and in base64 wherever it begins. */
const forms = [
  canary,
  Buffer.from(canary).toString('hex'),
  ...['', 'a', 'ab'].map((before) =>
    Buffer.from(before + canary)
      .toString('base64')
      .slice(4, -4),
  ),
];
const isIn = (text: string): boolean => forms.some((form) => text.includes(form));

function filesWith(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => isIn(readFileSync(path, 'latin1')));
}

/** Processes of this machine in whose arguments or variables it is. */
function processesWith(what: 'cmdline' | 'environ'): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return isIn(readFileSync(`/proc/${pid}/${what}`, 'latin1'));
    } catch {
      return false;
    }
  });
}

const known = [
  'status',
  'settings',
  'keys',
  'tls',
  'runtimes',
  'relay',
  'search?q=a',
  'effective?model=a',
  'mcp/status',
];

/** Ours, and every other path that the API's source names, so that a new route is looked at too. */
function gantryPaths(): readonly string[] {
  const folder = join(root, 'src/api');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(?<!\.test)\.ts$/.test(name),
  );
  const found = sources.flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return [...text.matchAll(/'(\/gantry\/[a-z0-9/_-]+)'/g)].map(([, path = '']) => path);
  });
  return [...new Set([...known.map((path) => `/gantry/${path}`), ...found])];
}

/** All of an answer; of one that goes on for ever, what it says in its first seconds. */
async function textOf(answer: Response): Promise<string> {
  if (answer.headers.get('content-type')?.startsWith('text/event-stream') !== true) return await answer.text();
  const parts: string[] = [];
  const end = new WritableStream<string>({ write: (part) => void parts.push(part) });
  const reading = answer.body?.pipeThrough(new TextDecoderStream()).pipeTo(end, { signal: AbortSignal.timeout(3_000) });
  await reading?.catch(() => undefined);
  return parts.join('');
}

describe.skipIf(cannot)('a secret that was given to a server', () => {
  let daemon: McpDaemon;
  let client: Client;
  const replies: string[] = [];
  beforeAll(async () => {
    const image = await mcpScriptImage(scriptServer);
    const secrets = [{ name: 'canary', env: 'CANARY' }];
    const env = [{ name: 'TOOLS', value: 'digest,env,encoded,argv,shout,crash' }];
    daemon = await startMcpDaemon({
      profiles: {
        default: [
          { name: 'trusted', image, env, secrets, prefix: 'trusted', longLived: true },
          // A command of the entry's own, behind the image's entrypoint.
          { name: 'worded', image, env, secrets, prefix: 'worded', longLived: true, command: ['--quiet', 'word'] },
          { name: 'other', image, env, prefix: 'other', longLived: true },
        ],
      },
      secrets: { canary },
    });
    client = await daemon.connect();
  });
  afterAll(() => daemon.stop());

  const ask = async (name: string, args: Record<string, unknown> = {}): Promise<string> => {
    const reply = await client.callTool({ name, arguments: args }).then(JSON.stringify, String);
    replies.push(reply);
    return reply;
  };

  it('reaches those that declare it, and no other', { timeout: 180_000 }, async () => {
    await expect
      .poll(async () => (await client.listTools()).tools.filter(({ name }) => name.endsWith('__digest')), {
        timeout: 120_000,
      })
      .toHaveLength(3);
    const digest = createHash('sha256').update(canary).digest('hex');
    const nothing = createHash('sha256').update('').digest('hex');
    const given = (server: string) => callText(client, `${server}__digest`, { name: 'CANARY' });
    expect(await Promise.all(['trusted', 'worded', 'other'].map(given))).toEqual([digest, digest, nothing]);
    expect(await callText(client, 'worded__argv')).toBe('["--quiet","word"]');
  });

  it.each(['trusted__env', 'trusted__encoded', 'worded__env'])('does not come back from %s', async (name) => {
    expect(await ask(name, { name: 'CANARY' })).toContain('a secret is being returned by');
  });

  it('cannot be handed to another server', async () => {
    expect(await ask('other__argv', { text: canary })).toContain('a secret is being passed to');
  });

  it('is in no command line, and in the variables of the servers that got it alone', async () => {
    await ask('trusted__shout', { name: 'CANARY' });
    expect(processesWith('cmdline')).toEqual([]);
    const holders = processesWith('environ');
    const servers = await Promise.all(
      holders.map(async (pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, 2).join(' ')),
    );
    expect(servers).toEqual(['/bin/node /app/server.cjs', '/bin/node /app/server.cjs']);
  });

  it('is nowhere that docker shows', async () => {
    const { stdout: ids } = await runCommand([
      'docker',
      'ps',
      '-aq',
      '--filter',
      `label=gantry.mcp.home=${daemon.home}`,
    ]);
    const all = ids.split('\n').filter((id) => id !== '');
    expect(all.length).toBeGreaterThanOrEqual(3);
    const shown = await Promise.all([
      runCommand(['docker', 'inspect', ...all]),
      runCommand(['docker', 'ps', '-a', '--no-trunc', '--format', '{{json .}}']),
      ...all.flatMap((id) => [runCommand(['docker', 'logs', id]), runCommand(['docker', 'top', id, '-ef'])]),
      runCommand(['docker', 'volume', 'ls', '--format', '{{json .}}']),
      runCommand(['docker', 'network', 'ls', '--no-trunc', '--format', '{{json .}}']),
      runCommand(['docker', 'events', '--since', '10m', '--until', '0s', '--format', '{{json .}}']),
    ]);
    expect(shown[0].stdout).toContain('docker-mcp-name');
    expect(shown.filter(({ stdout, stderr }) => isIn(stdout + stderr))).toEqual([]);
  });

  it('is in no answer of the API', async () => {
    const paths = gantryPaths();
    const others = ['/logs?no-follow=true', '/engines/requests', '/metrics', '/models', '/engines/status'];
    const answers = await Promise.all(
      [...paths, ...others].map(async (path) => {
        const answer = await fetch(`${daemon.current().url}${path}`);
        return { path, text: await textOf(answer) };
      }),
    );
    expect(answers.find(({ path }) => path === '/gantry/mcp/status')?.text).toContain('trusted');
    expect(answers.filter(({ text }) => isIn(text))).toEqual([]);
  });

  it('is in no output of the commands that tell of it, and of what was called', async () => {
    const told = await Promise.all(
      [
        ['mcp', 'secret', 'ls', '--json'],
        ['mcp', 'calls', '--json'],
        ['mcp', 'status', '--json'],
        ['mcp', 'profile', 'show', 'default', '--format', 'json'],
        ['mcp', 'server', 'ls', '--json'],
        ['logs', '--no-follow'],
      ].map((args) => gantry(daemon.home, args)),
    );
    expect(told[1]?.stdout).toContain('digest');
    expect(told.filter(({ stdout, stderr }) => isIn(stdout + stderr))).toEqual([]);
  });

  it('is in no reply, in nothing that the daemon wrote, and in no file of its home', async () => {
    await ask('trusted__crash');
    await ask('gateway-status');
    await leave(client);
    expect(replies.length).toBeGreaterThan(5);
    expect(replies.filter(isIn)).toEqual([]);
    expect(isIn(daemon.current().output())).toBe(false);
    expect(filesWith(daemon.home)).toEqual([]);
    expect(readdirSync(join(daemon.home, 'mcp'))).toEqual(
      expect.arrayContaining(['calls', 'secrets.enc', 'secrets.yaml']),
    );
  });
});
