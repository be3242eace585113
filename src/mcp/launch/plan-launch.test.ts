import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogServer } from '#testing';
import type { CatalogServer, EnabledServer, JsonObject, LaunchDecision, LaunchPlan } from '../types.ts';
import { launchProblems } from './launch-problems.ts';
import { planLaunch, secretsOf, type LaunchContext } from './plan-launch.ts';
import { planTool } from './plan-tool.ts';

const entry = (fields: Partial<CatalogServer> = {}): CatalogServer =>
  catalogServer('notes', { image: 'mcp/notes@sha256:ab', ...fields });
const enabled = (fields: Partial<CatalogServer>, config: JsonObject = {}): EnabledServer => ({
  entry: entry(fields),
  config,
  tools: undefined,
  origin: 'a test',
});
const context = (fields: Partial<LaunchContext> = {}): LaunchContext => ({
  secrets: new Set(),
  binds: { grants: [], userHome: '/home/me', temporaryFolders: ['/tmp'], realPath: (path) => path },
  blockNetwork: false,
  limits: { cpus: 1, memoryBytes: 2 ** 31, pids: 512 },
  readOnlyRoot: 'auto',
  ...fields,
});
const secret = (name: string, required = true) => ({
  name,
  env: name.replaceAll('.', '_').toUpperCase(),
  description: undefined,
  example: undefined,
  required,
});

function planOf(decision: LaunchDecision): LaunchPlan {
  if (decision.kind === 'refused') throw decision.problems[0] ?? new Error('refused');
  return decision.plan;
}
function problemsOf(decision: LaunchDecision): readonly (string | undefined)[] {
  return decision.kind === 'refused' ? decision.problems.flatMap(({ message, hint }) => [message, hint]) : [];
}

describe('what runs for a server', () => {
  it('is its image with what it declares, and nothing of what has no value', () => {
    const server = enabled(
      {
        env: [
          { name: 'URL', value: '{{notes.url}}' },
          { name: 'EMPTY', value: '{{notes.absent}}' },
          { name: 'BOTH', value: '$URL/v1' },
        ],
        command: ['--port', '{{notes.port}}'],
        volumes: ['{{notes.folder|volume}}', 'cache:/cache'],
        user: '{{notes.user}}',
        config: [{ properties: { port: { type: 'integer', default: 80 } } }],
      },
      { url: 'http://x', folder: '/tmp/n' },
    );
    expect(planOf(planLaunch(server, context()))).toMatchObject({
      image: 'mcp/notes@sha256:ab',
      env: { URL: { kind: 'text', text: 'http://x' }, BOTH: { kind: 'text', text: 'http://x/v1' } },
      command: [
        { kind: 'text', text: '--port' },
        { kind: 'text', text: '80' },
      ],
      binds: ['/tmp/n:/tmp/n:ro', 'cache:/cache'],
      user: undefined,
      network: { kind: 'open' },
    });
  });

  it('reads the configuration of a server whose name has dots', () => {
    const server = enabled({ name: 'io.x/y', env: [{ name: 'A', value: '{{io_x/y.key}}' }] }, { key: 'v' });
    expect(planOf(planLaunch(server, context()))).toMatchObject({ env: { A: { text: 'v' } } });
  });

  it('gets secrets as references only, on the command line too, and says so', () => {
    const server = enabled({ secrets: [secret('api.token')], command: ['--auth=$API_TOKEN', '$HOME'] });
    const decision = planLaunch(server, context({ secrets: new Set(['api.token']) }));
    expect(decision).toMatchObject({
      plan: {
        env: { API_TOKEN: { kind: 'secret', parts: [{ secret: 'api.token' }] } },
        command: [
          { kind: 'secret', parts: ['--auth=', { secret: 'api.token' }] },
          { kind: 'text', text: '$HOME' },
        ],
      },
      notes: [expect.stringContaining('command line')],
    });
  });

  it('uses the token of an authorized provider instead of the secret', () => {
    const oauth = { providers: [{ provider: 'github', secret: 'github.token', env: 'GITHUB_TOKEN' }], scopes: [] };
    const server = enabled({ secrets: [secret('github.token')], oauth });
    expect(secretsOf(server.entry)).toEqual(['github.token', 'oauth/github']);
    expect(planOf(planLaunch(server, context({ secrets: new Set(['oauth/github']) })))).toMatchObject({
      env: { GITHUB_TOKEN: { parts: [{ secret: 'oauth/github' }] } },
    });
  });

  it('has the right to read what it was given of this machine', () => {
    const server = enabled({ volumes: ['/tmp/x:/x'], capabilities: ['cap_chown'] });
    expect(planOf(planLaunch(server, context()))).toMatchObject({ capabilities: ['CHOWN', 'DAC_OVERRIDE'] });
  });
});

describe('the network', () => {
  const allowHosts = ['api.x.org:443', '*.y.org:80/http', 'db:5432/tcp'];
  it.each<[Partial<CatalogServer>, boolean, unknown]>([
    [{}, false, { kind: 'open' }],
    [{ allowHosts }, false, { kind: 'open' }],
    [{ disableNetwork: true, allowHosts }, false, { kind: 'none' }],
    [{}, true, { kind: 'none' }],
    [
      { allowHosts },
      true,
      {
        kind: 'egress',
        allow: [
          { host: 'api.x.org', port: 443, protocol: 'https' },
          { host: '*.y.org', port: 80, protocol: 'http' },
          { host: 'db', port: 5432, protocol: 'tcp' },
        ],
      },
    ],
  ])('of %j, blocked %s, is %j', (fields, blockNetwork, wanted) => {
    expect(planOf(planLaunch(enabled(fields), context({ blockNetwork })))).toMatchObject({ network: wanted });
  });
});

describe('a refusal', () => {
  it('says all that is missing, and the commands that change it', () => {
    const server = enabled({
      secrets: [secret('api.token'), secret('api.optional', false)],
      volumes: ['/home/me/code:/code:rw'],
      config: [{ required: ['url'], properties: { url: { type: 'string' } } }],
    });
    expect(problemsOf(planLaunch(server, context()))).toEqual([
      'notes needs the secret api.token, which is not set.',
      'Set it with: gantry mcp secret set api.token',
      'notes needs a value for url, which is not configured.',
      'Set it with: gantry mcp profile config default --set notes.url=VALUE',
      'notes may not write to /home/me/code.',
      'Allow it with: gantry mcp grant add notes /home/me/code --rw',
    ]);
  });

  it.each<Partial<CatalogServer>>([
    { image: '-evil' },
    { image: 'a b' },
    { image: undefined },
    { env: [{ name: 'A=B', value: 'x' }] },
    { env: [{ name: 'A', value: 'x\0y' }] },
    { user: '0; rm' },
    { extraHosts: ['x:y:z w'] },
    { allowHosts: ['http://x'] },
    { allowHosts: ['x:99999'] },
    { capabilities: ['SYS_ADMIN'] },
    { type: 'remote' },
    { type: 'remote', remote: { url: 'nowhere', transport: 'sse', headers: {} } },
    { type: 'remote', remote: { url: 'https://x', transport: 'sse', headers: { 'A b': '' } } },
  ])('meets an entry with %j', (fields) => {
    expect(planLaunch(enabled(fields), context())).toMatchObject({ kind: 'refused' });
  });
});

it('plans a remote server with references in its headers', () => {
  const remote = {
    url: 'https://x.org/mcp',
    transport: 'streamable-http',
    headers: { Authorization: 'Bearer $T' },
  } as const;
  const server = enabled({ type: 'remote', image: undefined, remote, secrets: [{ ...secret('t'), env: 'T' }] });
  expect(planOf(planLaunch(server, context({ secrets: new Set(['t']) })))).toMatchObject({
    kind: 'remote',
    headers: { Authorization: { kind: 'secret', parts: ['Bearer ', { secret: 't' }] } },
  });
});

describe('a tool that is a container', () => {
  const tool = (volumes: readonly string[]) => ({
    name: 'curl',
    description: undefined,
    inputSchema: undefined,
    annotations: undefined,
    container: { image: 'curl', command: ['{{args|into}}'], volumes, user: undefined },
  });
  const of = (volumes: readonly string[], args: JsonObject) =>
    planTool(entry({ type: 'poci' }), { tool: tool(volumes), args, context: context() });

  it('gets the arguments of its call, each as one item', () => {
    expect(of([], { args: ['-s', 'a b; c'] })).toMatchObject({
      plan: { server: 'curl', command: [{ text: '-s' }, { text: 'a b; c' }] },
    });
  });

  it('gets no volume of the Engine that the call names', () => {
    expect(of(['{{v|into}}'], { v: ['others-data:/x'] })).toMatchObject({ kind: 'refused' });
    expect(of(['{{v|into}}'], { v: ['/home/me:/x'] })).toMatchObject({ kind: 'refused' });
    expect(of(['cache:/x'], {})).toMatchObject({ plan: { binds: ['cache:/x'] } });
  });
});

it('refers to each secret as often as its entry names it, and never in text', () => {
  const piece = fc.constantFrom('$T_A', '${T_B}', 'x', '{{notes.k}}', '$', '-', 'T_A');
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
  const namedIn = (item: string): readonly string[] =>
    item
      .split(/\{\{[^{}]*\}\}/)
      .flatMap((literal) => [...literal.matchAll(/\$\{?(\w+)/g)])
      .flatMap(([, name = '']) => (name === 'T_A' ? ['t.a'] : name === 'T_B' ? ['t.b'] : []));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 4 }), (command) => {
      const server = enabled({ secrets: [secret('t.a'), secret('t.b')], command }, { k: '$T_A' });
      const plan = planOf(planLaunch(server, context({ secrets: new Set(['t.a', 't.b']) })));
      if (plan.kind !== 'container') throw new Error('it is no container');
      const referred = plan.command.map((value) =>
        value.kind === 'secret' ? value.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.secret])) : [],
      );
      expect(referred).toEqual(command.map(namedIn));
    }),
  );
});

describe('what keeps a server from being started', () => {
  const reasons = (fields: Partial<CatalogServer>): readonly unknown[] =>
    launchProblems(enabled(fields), context()).map(({ params }) => params['reason']);
  const tool = (name: string, volumes: readonly string[], image = 'example/tool'): CatalogServer['tools'][number] => ({
    name,
    description: undefined,
    inputSchema: undefined,
    annotations: undefined,
    container: { image, command: ['{{args|into}}'], volumes, user: undefined },
  });

  it('is what its plan is refused for', () => {
    expect(reasons({ secrets: [secret('notes.token')], volumes: ['/data:/data'] })).toEqual([
      'secret',
      'bind_not_granted',
    ]);
    expect(reasons({})).toEqual([]);
  });

  it('is, of tools that are containers, what no call could change, said once', () => {
    const tools = [tool('one', ['{{file|volume}}', '{{file}}:/work', '/data:/data']), tool('two', ['/data:/data'])];
    expect(reasons({ type: 'poci', tools })).toEqual(['bind_not_granted']);
    expect(reasons({ type: 'poci', tools: [tool('one', ['{{file}}:/work'])] })).toEqual([]);
    expect(reasons({ type: 'poci', tools: [tool('one', [], 'a b')] })).toEqual(['entry']);
  });
});
