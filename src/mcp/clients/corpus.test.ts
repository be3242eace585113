import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClients, type Change, type Clients, type Wanted } from './clients.ts';
import { clientIds, clients as specs, type ClientId, type ClientSpec } from './table.ts';

/** The clients of contract mcp-toolkit §4. */
const ofDocker: readonly ClientId[] = [
  'claude-code',
  'claude-desktop',
  'cline',
  'codex',
  'continue',
  'crush',
  'cursor',
  'gemini',
  'goose',
  'gordon',
  'kiro',
  'lmstudio',
  'opencode',
  'sema4',
  'vscode',
  'zed',
];

type Language = 'json' | 'yaml-map' | 'yaml-list' | 'toml';

/** How a client's file is written, and under what key its servers are; at the top of it when there is none. */
function languageOf(id: ClientId): { readonly language: Language; readonly container: string | undefined } {
  switch (id) {
    case 'codex':
      return { language: 'toml', container: 'mcp_servers' };
    case 'continue':
      return { language: 'yaml-list', container: 'mcpServers' };
    case 'goose':
      return { language: 'yaml-map', container: 'extensions' };
    case 'gordon':
      return { language: 'json', container: undefined };
    case 'vscode':
      return { language: 'json', container: 'servers' };
    case 'zed':
      return { language: 'json', container: 'context_servers' };
    case 'crush':
    case 'opencode':
      return { language: 'json', container: 'mcp' };
    default:
      return { language: 'json', container: 'mcpServers' };
  }
}

interface Case {
  readonly name: string;
  readonly text: string | Uint8Array;
  /** Whether it must be refused. */
  readonly isBroken?: boolean;
}

const commentedJson = (container: string | undefined): string => {
  const servers = ['// who is here', '"mine": { "command": "npx", "args": ["-y", "x"] }, // mine', '/* the end */'];
  const lines =
    container === undefined
      ? ['{', ...servers.map((line) => `  ${line}`), '}']
      : [
          '// settings',
          '{',
          '  "theme": "dark", // as I like it',
          `  "${container}": {`,
          ...servers.map((line) => `    ${line}`),
          '  }',
          '}',
        ];
  return `${lines.join('\n').replace(' }, // mine', ' } // mine')}\n`;
};
const inJson = (container: string | undefined, inner: string): string =>
  container === undefined ? `{${inner}}` : `{"${container}":{${inner}}}`;

const cases: Readonly<Record<Language, (container: string | undefined) => readonly Case[]>> = {
  json: (container) => [
    { name: 'comments', text: commentedJson(container) },
    {
      name: 'trailing commas',
      text: commentedJson(container)
        .replace('} // mine', '}, // mine')
        .replace(/\}\n\}\n$/, '},\n}\n'),
    },
    { name: 'CRLF', text: commentedJson(container).replaceAll('\n', '\r\n') },
    { name: 'tabs', text: commentedJson(container).replaceAll('  ', '\t') },
    {
      name: 'unknown keys',
      text: `${inJson(container, '"mine":{"command":"x","future":{"a":[1,2.50,1e3,null]},"ünïcödé \\u00e9":true}')}`,
    },
    { name: 'one line without an end', text: inJson(container, '"mine":{}') },
    { name: 'nobody', text: '{ }\n' },
    { name: 'an empty list of servers', text: container === undefined ? '{}' : `{ "${container}": { } }\n` },
    { name: 'an empty file', text: '' },
    { name: 'white space', text: '\n\n' },
    { name: 'a byte order mark', text: `\uFEFF${commentedJson(container)}` },
    { name: 'large numbers', text: `{"id": 12345678901234567890, "x": 1.000}\n` },
    { name: 'broken', text: `{"a": `, isBroken: true },
    { name: 'another language', text: 'servers: [a, b\n', isBroken: true },
    { name: 'a list', text: '[]\n', isBroken: true },
    { name: 'no UTF-8', text: new Uint8Array([0x7b, 0xff, 0x7d]), isBroken: true },
  ],
  'yaml-map': () => [
    ...yamlCases(
      'extensions:\n  # who is here\n  mine: # mine\n    cmd: npx\n    args: [-y, x]\n    future: {a: 1.50}\n',
    ),
    { name: 'an empty map', text: 'extensions: {}\n' },
    { name: 'an empty key', text: 'extensions: # none\nother: 1\n' },
    { name: 'flow style', text: 'extensions: {mine: {cmd: npx}}\n' },
    { name: 'a list instead', text: 'extensions:\n  - mine\n', isBroken: true },
  ],
  'yaml-list': () => [
    ...yamlCases(
      'mcpServers:\n  # who is here\n  - name: mine # mine\n    command: npx\n    args: [-y, x]\n    future: {a: 1.50}\n',
    ),
    { name: 'an empty list', text: 'mcpServers: []\n' },
    { name: 'items that are not indented', text: 'name: x\nmcpServers:\n- name: mine\n  command: npx\n' },
    { name: 'flow style', text: 'mcpServers: [{name: mine, command: npx}]\n' },
    { name: 'a text instead', text: 'mcpServers: mine\n', isBroken: true },
  ],
  toml: () => [
    { name: 'comments', text: toml },
    { name: 'trailing commas', text: toml.replace('"x"]', '"x",]') },
    { name: 'CRLF', text: toml.replaceAll('\n', '\r\n') },
    { name: 'tabs', text: toml.replaceAll('  ', '\t') },
    {
      name: 'unknown keys',
      text: `[mcp_servers.mine]\ncommand = "x"\nfuture = { a = 1.50 }\nwhen = 2026-01-01T00:00:00Z\n`,
    },
    { name: 'an inline table', text: 'mcp_servers = { mine = { command = "x" } }\n' },
    { name: 'dotted keys', text: 'mcp_servers.mine.command = "x"\n\n[other]\na = 1\n' },
    { name: 'an empty file', text: '' },
    { name: 'white space', text: '\n\n' },
    { name: 'no end of the last line', text: toml.trimEnd() },
    { name: 'a byte order mark', text: `\uFEFF${toml}` },
    { name: 'broken', text: '[mcp_servers\n', isBroken: true },
    { name: 'another language', text: '{"a": 1}\n', isBroken: true },
    { name: 'no table', text: 'mcp_servers = 1\n', isBroken: true },
    { name: 'no UTF-8', text: new Uint8Array([0x61, 0xff]), isBroken: true },
  ],
};

const toml = [
  '# settings',
  'model = "x"   # as I like it',
  '',
  '[mcp_servers.mine] # mine',
  'command = "npx"',
  'args = ["-y",',
  '  "x"]',
  '# the end',
  '',
  '[[others]]',
  '  a = 1_000',
  '',
].join('\n');

function yamlCases(servers: string): readonly Case[] {
  const whole = `# settings\ntheme: dark   # as I like it\n${servers}\n# the end\nafter: 'x'\n`;
  return [
    { name: 'comments', text: whole },
    { name: 'servers last', text: `theme: dark\n${servers}` },
    { name: 'no end of the last line', text: `theme: dark\n${servers.trimEnd()}` },
    { name: 'CRLF', text: whole.replaceAll('\n', '\r\n') },
    { name: 'a start of the document', text: `---\n${whole}` },
    { name: 'unknown keys', text: `anchors: &a {x: 1}\nuses: *a\ntext: |\n  kept\n    as it is\n${servers}` },
    { name: 'an empty file', text: '' },
    { name: 'white space', text: '\n\n' },
    { name: 'remarks alone', text: '# nothing yet\n' },
    { name: 'a byte order mark', text: `\uFEFF${whole}` },
    { name: 'tabs', text: `${whole}\tx: 1\n`, isBroken: true },
    { name: 'broken', text: 'a: [1\n', isBroken: true },
    { name: 'no UTF-8', text: new Uint8Array([0x61, 0x3a, 0x20, 0xff]), isBroken: true },
  ];
}

const gateway: Wanted = {
  kind: 'stdio',
  command: { command: 'docker', args: ['mcp', 'gateway', 'run', '--profile', 'work'] },
  profile: 'work',
};

type Scope = 'global' | 'project';
const places = clientIds.flatMap((id): readonly (readonly [ClientId, Scope])[] => {
  const spec: ClientSpec = specs[id];
  return spec.project
    ? [
        [id, 'global'],
        [id, 'project'],
      ]
    : [[id, 'global']];
});

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-client-corpus-'));
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

/** A machine of its own: a home that is also a project. */
async function machine(id: ClientId, scope: Scope): Promise<{ home: string; clients: () => Clients; file: string }> {
  const home = join(folder, String((count += 1)));
  await mkdir(join(home, '.git'), { recursive: true });
  // As new programs each time: what one knows it has written down.
  const clients = (): Clients =>
    createClients({
      platform: 'linux',
      env: {},
      home,
      cwd: home,
      stateFolder: join(home, 'state'),
      now: () => 1_800_000_000_000,
      newId: () => `id${(count += 1)}`,
    });
  const { file } = await clients().connect(id, gateway, { scope, dryRun: true });
  return { home, clients, file };
}

const bytesOf = async (file: string): Promise<string> => (await readFile(file)).toString('latin1');

async function put(file: string, text: string | Uint8Array): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return await bytesOf(file);
}

/** Connects and disconnects; undone in between once. */
async function thereAndBack(
  { clients, file }: { clients: () => Clients; file: string },
  { id, scope, before }: { id: ClientId; scope: Scope; before: string },
): Promise<Change> {
  const planned = await clients().connect(id, gateway, { scope, dryRun: true });
  expect(planned.isChanged).toBe(true);
  expect(await bytesOf(file)).toBe(before);
  const change = await clients().connect(id, gateway, { scope });
  expect(change.diff).toBe(planned.diff);
  expect(await bytesOf(change.backup ?? '')).toBe(before);
  const { states } = await clients().list(scope);
  expect(states.find((state) => state.id === id)).toMatchObject({ isConnected: true, profile: 'work' });
  expect((await clients().connect(id, gateway, { scope })).isChanged).toBe(false);
  await clients().undo(id, { scope });
  expect(await bytesOf(file)).toBe(before);
  await clients().connect(id, gateway, { scope });
  await clients().disconnect(id, { scope });
  expect(await bytesOf(file)).toBe(before);
  return change;
}

it('every client of Docker’s toolkit is among them', () => {
  expect(ofDocker.filter((id) => !clientIds.includes(id))).toEqual([]);
  expect(ofDocker).toHaveLength(16);
});

describe('a file that was connected and disconnected has the bytes it had', () => {
  describe.each(places)('%s, %s', (id, scope) => {
    const { language, container } = languageOf(id);
    const all = cases[language](container);

    it.each(all.filter(({ isBroken }) => isBroken !== true).map((one) => [one.name, one] as const))(
      'with %s',
      async (_name, { text }) => {
        const place = await machine(id, scope);
        const before = await put(place.file, text);
        await thereAndBack(place, { id, scope, before });
        expect((await readdir(dirname(place.file))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      },
    );

    it.each(all.filter(({ isBroken }) => isBroken === true).map((one) => [one.name, one] as const))(
      'or is refused and left as it is, with %s',
      async (_name, { text }) => {
        const { clients, file } = await machine(id, scope);
        const before = await put(file, text);
        for (const action of ['connect', 'disconnect', 'dry run'] as const) {
          const options = { scope, dryRun: action === 'dry run' };
          const acted =
            action === 'disconnect' ? clients().disconnect(id, options) : clients().connect(id, gateway, options);
          await expect(acted, action).rejects.toMatchObject({ code: 'mcp.client_invalid' });
          expect(await bytesOf(file)).toBe(before);
        }
      },
    );

    it('and is gone again where there was none', async () => {
      const { home, clients, file } = await machine(id, scope);
      await clients().connect(id, gateway, { scope });
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      await clients().disconnect(id, { scope });
      expect((await readdir(home)).toSorted()).toEqual(['.git', 'state']);
    });

    it('behind a link, which stays one', async () => {
      const place = await machine(id, scope);
      const real = join(place.home, 'dotfiles', 'file');
      const before = await put(real, all[0]?.text ?? '');
      await mkdir(dirname(place.file), { recursive: true });
      await symlink(real, place.file);
      await thereAndBack(place, { id, scope, before });
      expect((await lstat(place.file)).isSymbolicLink()).toBe(true);
      expect(await readlink(place.file)).toBe(real);
    });

    it('when it may only be read, with its mode; or is refused', async () => {
      const place = await machine(id, scope);
      const before = await put(place.file, all[0]?.text ?? '');
      await chmod(place.file, 0o444);
      // Whoever may write everything writes this too.
      if (process.getuid?.() === 0) await thereAndBack(place, { id, scope, before });
      else {
        await expect(place.clients().connect(id, gateway, { scope })).rejects.toMatchObject({
          code: 'mcp.client_invalid',
          params: { reason: 'no_access' },
        });
      }
      expect(await bytesOf(place.file)).toBe(before);
      expect((await stat(place.file)).mode & 0o777).toBe(0o444);
    });
  });
});
