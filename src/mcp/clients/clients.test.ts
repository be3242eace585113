import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClients, type Clients, type Wanted } from './clients.ts';
import { clientIds, type ClientId } from './table.ts';

let home: string;
let clients: Clients;
let ids = 0;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gantry-clients-'));
  clients = at(home);
});
afterEach(async () => await rm(home, { recursive: true, force: true }));

function at(cwd: string, env: Record<string, string> = {}): Clients {
  return createClients({
    platform: 'linux',
    env,
    home,
    cwd,
    stateFolder: join(home, '.gantry', 'mcp', 'clients'),
    now: () => 1_800_000_000_000,
    newId: () => `id${(ids += 1)}`,
  });
}

const gateway = (profile: string): Wanted => ({
  kind: 'stdio',
  command: { command: 'docker', args: ['mcp', 'gateway', 'run', '--profile', profile] },
  profile,
});
const work = gateway('work');
const global = { scope: 'global' } as const;
const project = { scope: 'project' } as const;

async function put(path: string, text: string | Uint8Array): Promise<string> {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}
const textOf = (path: string): Promise<string> => readFile(join(home, path), 'utf8');
const cursor = '.cursor/mcp.json';

describe('connecting', () => {
  it('adds one entry to what is there, and disconnecting takes it out to the byte', async () => {
    const text = '{\r\n\t// mine\r\n\t"mcpServers": {\r\n\t\t"a": { "command": "x" }, // kept\r\n\t},\r\n}';
    const file = await put(cursor, text);
    await chmod(file, 0o640);
    const { isChanged, backup, diff } = await clients.connect('cursor', work, global);
    expect(isChanged).toBe(true);
    expect(diff).toContain('+\t\t"MCP_DOCKER": {');
    expect(diff).not.toMatch(/^-[^-]/m);
    expect(await readFile(backup ?? '', 'utf8')).toBe(text);
    expect((await stat(backup ?? '')).mode & 0o777).toBe(0o600);
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect((await clients.connect('cursor', work, global)).isChanged).toBe(false);
    await clients.disconnect('cursor', global);
    expect(await textOf(cursor)).toBe(text);
    expect(await readdir(dirname(file))).toEqual(['mcp.json']);
  });

  it.each(['{}', '', '{\n}', '{"a": 1}', '// remark only\n', '{"mcpServers": null}', '\uFEFF{}\n'])(
    'leaves no trace in a file that had no servers: %j',
    async (text) => {
      await put(cursor, text);
      await clients.connect('cursor', gateway('one'), global);
      await clients.connect('cursor', work, global);
      await clients.disconnect('cursor', global);
      expect(await textOf(cursor)).toBe(text);
    },
  );

  it('leaves no file and no folder where there was none', async () => {
    await clients.connect('kiro', work, global);
    expect(JSON.parse(await textOf('.kiro/settings/mcp.json'))).toEqual({
      mcpServers: { MCP_DOCKER: { command: 'docker', args: ['mcp', 'gateway', 'run', '--profile', 'work'] } },
    });
    expect((await stat(join(home, '.kiro/settings/mcp.json'))).mode & 0o777).toBe(0o600);
    await clients.disconnect('kiro', global);
    expect(await readdir(home)).toEqual(['.gantry']);
  });

  it('goes back to the byte beside what was edited since', async () => {
    await put(cursor, '{\n  "a": 1\n}\n');
    await clients.connect('cursor', work, global);
    await put(cursor, (await textOf(cursor)).replace('"a": 1', '"a": 2, "b": [ ]'));
    await clients.disconnect('cursor', global);
    expect(await textOf(cursor)).toBe('{\n  "a": 2, "b": [ ]\n}\n');
  });

  it('takes only what is ours when others came to stand beside it', async () => {
    await put(cursor, '{\n  "a": 1\n}\n');
    await clients.connect('cursor', work, global);
    await put(cursor, (await textOf(cursor)).replace('"MCP_DOCKER"', '"mine": {},\n    "MCP_DOCKER"'));
    await clients.disconnect('cursor', global);
    expect(await textOf(cursor)).toBe('{\n  "a": 1,\n  "mcpServers": {\n    "mine": {}\n  }\n}\n');
  });

  it('knows what Docker’s own toolkit and people wrote', async () => {
    await put(cursor, '{"mcpServers":{"docker":{"command":"/usr/bin/docker","args":["mcp","gateway","run"]},"b":{}}}');
    const { states } = await clients.list('global');
    expect(states.find(({ id }) => id === 'cursor')).toMatchObject({ isConnected: true, profile: undefined });
    await clients.disconnect('cursor', global);
    expect(await textOf(cursor)).toBe('{"mcpServers":{"b":{}}}');
    expect((await clients.disconnect('cursor', global)).isChanged).toBe(false);
  });

  it('only says what it would do when it is to do nothing', async () => {
    await put(cursor, '{}');
    const { isChanged, diff } = await clients.connect('cursor', work, { ...global, dryRun: true });
    expect([isChanged, diff]).toEqual([true, expect.stringMatching(/^--- .*mcp\.json\n\+\+\+ .*mcp\.json\n@@ /)]);
    expect(await textOf(cursor)).toBe('{}');
    expect(await readdir(home)).toEqual(['.cursor']);
  });

  it('writes through a link, which stays one', async () => {
    const real = await put('dotfiles/cursor.json', '{}');
    await mkdir(join(home, '.cursor'));
    await symlink('../dotfiles/cursor.json', join(home, cursor));
    await clients.connect('cursor', work, global);
    expect(await readlink(join(home, cursor))).toBe('../dotfiles/cursor.json');
    expect(await readFile(real, 'utf8')).toContain('MCP_DOCKER');
    await clients.disconnect('cursor', global);
    expect(await readFile(real, 'utf8')).toBe('{}');
  });
});

describe('a file that is not as it should be', () => {
  const refused = async (sentence: string | RegExp): Promise<void> => {
    await expect(clients.connect('cursor', work, global)).rejects.toThrow(sentence);
    await expect(clients.disconnect('cursor', global)).rejects.toThrow(sentence);
    const { states } = await clients.list('global');
    expect(states.find(({ id }) => id === 'cursor')?.error?.message).toMatch(sentence);
  };

  it('stays as it is when it is broken, and the place is named', async () => {
    await put(cursor, '{\n  "a": 1\n  "b": 2\n}');
    await refused(/mcp\.json:3:3 is left as it is: it is not JSON \(comma expected\)\.$/);
    expect(await textOf(cursor)).toBe('{\n  "a": 1\n  "b": 2\n}');
  });

  it('stays when it is a folder, with all that is in it', async () => {
    await put(`${cursor}/precious`, 'x');
    await refused('there is a folder in its place');
    expect(await textOf(`${cursor}/precious`)).toBe('x');
  });

  it('stays when it leads to a device', async () => {
    await mkdir(join(home, '.cursor'));
    await symlink('/dev/null', join(home, cursor));
    await refused('something that is no file');
    expect(await readlink(join(home, cursor))).toBe('/dev/null');
  });

  it('stays when it is a link that leads nowhere', async () => {
    await mkdir(join(home, '.cursor'));
    await symlink('gone.json', join(home, cursor));
    await refused('it is a link that leads nowhere');
  });

  it('stays when it is not UTF-8', async () => {
    const bytes = Uint8Array.from([0xff, 0xfe, 0x7b, 0x00]);
    const file = await put(cursor, bytes);
    await refused('it is not UTF-8 text');
    expect(new Uint8Array(await readFile(file))).toEqual(bytes);
  });

  it('stays when it is too large', async () => {
    await put(cursor, new Uint8Array(32 * 1024 * 1024 + 1).fill(0x20));
    await refused('it is larger than 32 MiB');
  });
});

describe('undoing', () => {
  it('goes back one change after the other', async () => {
    await put(cursor, '{ }');
    await clients.connect('cursor', gateway('one'), global);
    const one = await textOf(cursor);
    await clients.connect('cursor', work, global);
    const { diff } = await clients.undo('cursor', { ...global, dryRun: true });
    expect(diff).toMatch(/^-.*"work"/m);
    await clients.undo('cursor', global);
    expect(await textOf(cursor)).toBe(one);
    await clients.undo('cursor', global);
    expect(await textOf(cursor)).toBe('{ }');
    await expect(clients.undo('cursor', global)).rejects.toThrow('Nothing was changed for cursor');
  });

  it('brings back what was disconnected', async () => {
    await put(cursor, '{}');
    await clients.connect('cursor', work, global);
    const connected = await textOf(cursor);
    await clients.disconnect('cursor', global);
    await clients.undo('cursor', global);
    expect(await textOf(cursor)).toBe(connected);
  });

  it('does not lose what was edited since', async () => {
    await put(cursor, '{}');
    await clients.connect('cursor', work, global);
    await put(cursor, '{"mine": true}');
    await expect(clients.undo('cursor', global)).rejects.toThrow('it was edited since');
    expect(await textOf(cursor)).toBe('{"mine": true}');
  });
});

describe('the entry of a client', () => {
  const entries: Readonly<Record<ClientId, string>> = {
    'claude-code': '{"mcpServers":{"MCP_DOCKER":{"command":"docker","args":["mcp"]}}}',
    'claude-desktop': '{"mcpServers":{"MCP_DOCKER":{"command":"docker","args":["mcp"]}}}',
    cline: '{"mcpServers":{"MCP_DOCKER":{"command":"docker","args":["mcp"]}}}',
    codex: '[mcp_servers.MCP_DOCKER]\ncommand = "docker"\nargs = ["mcp"]\n',
    continue:
      'name: Local Assistant\nversion: 1.0.0\nschema: v1\nmcpServers:\n  - name: MCP_DOCKER\n    command: docker\n    args:\n      - mcp\n',
    'copilot-cli': '{"mcpServers":{"MCP_DOCKER":{"type":"local","command":"docker","args":["mcp"],"tools":["*"]}}}',
    crush: '{"mcp":{"MCP_DOCKER":{"type":"stdio","command":"docker","args":["mcp"]}}}',
    cursor: '{"mcpServers":{"MCP_DOCKER":{"command":"docker","args":["mcp"]}}}',
    gemini: '{"mcpServers":{"MCP_DOCKER":{"command":"docker","args":["mcp"]}}}',
    goose:
      'extensions:\n  mcpdocker:\n    cmd: docker\n    args:\n      - mcp\n    bundled: null\n    description: The Docker MCP Toolkit\n    enabled: true\n    env_keys: []\n    envs: {}\n    name: MCP_DOCKER\n    timeout: 300\n    type: stdio\n',
    gordon: '{"gordon":{"profile":"work"}}',
    kiro: '{"mcpServers":{"MCP_DOCKER":{"command":"docker","args":["mcp"]}}}',
    lmstudio: '{"mcpServers":{"MCP_DOCKER":{"command":"docker","args":["mcp"]}}}',
    opencode: '{"mcp":{"MCP_DOCKER":{"type":"local","command":["docker","mcp"],"enabled":true}}}',
    qwen: '{"mcpServers":{"MCP_DOCKER":{"command":"docker","args":["mcp"]}}}',
    roo: '{"mcpServers":{"MCP_DOCKER":{"command":"docker","args":["mcp"]}}}',
    sema4: '{"mcpServers":{"MCP_DOCKER":{"transport":"stdio","command":"docker","args":["mcp"]}}}',
    vscode: '{"servers":{"MCP_DOCKER":{"type":"stdio","command":"docker","args":["mcp"]}}}',
    windsurf: '{"mcpServers":{"MCP_DOCKER":{"command":"docker","args":["mcp"]}}}',
    zed: '{"context_servers":{"MCP_DOCKER":{"source":"custom","enabled":true,"command":"docker","args":["mcp"]}}}',
  };

  it.each(clientIds)('%s is as it reads it, and is found again', async (id) => {
    const wanted: Wanted = { kind: 'stdio', command: { command: 'docker', args: ['mcp'] }, profile: 'work' };
    const { file } = await clients.connect(id, wanted, global);
    const text = await readFile(file, 'utf8');
    expect(text.startsWith('{') ? JSON.stringify(JSON.parse(text)) : text).toBe(entries[id]);
    const { states } = await clients.list('global');
    expect(states.filter(({ isConnected }) => isConnected).map((state) => state.id)).toEqual([id]);
    await clients.disconnect(id, global);
    expect(await readdir(home)).toEqual(['.gantry']);
  });

  it('can be a URL, whose token stays in the environment', async () => {
    const wanted: Wanted = { kind: 'http', url: 'http://127.0.0.1:12434/mcp', tokenEnv: 'TOKEN' };
    const written = async (id: ClientId): Promise<string> => {
      const { file } = await clients.connect(id, wanted, global);
      return (await readFile(file, 'utf8')).replaceAll(/\s+/g, ' ');
    };
    expect(await written('cursor')).toContain('"headers": { "Authorization": "Bearer ${env:TOKEN}" }');
    expect(await written('claude-code')).toContain('"type": "http", "url": "http://127.0.0.1:12434/mcp"');
    expect(await written('codex')).toContain('url = "http://127.0.0.1:12434/mcp" bearer_token_env_var = "TOKEN"');
    expect(await written('windsurf')).toContain('"serverUrl": "http://127.0.0.1:12434/mcp"');
    expect(await written('opencode')).toContain('Bearer {env:TOKEN}');
    await expect(clients.connect('claude-desktop', wanted, global)).rejects.toThrow(
      'cannot reach the gateway by a URL',
    );
    await expect(clients.connect('lmstudio', wanted, global)).rejects.toThrow('cannot take a token');
    const open: Wanted = { ...wanted, tokenEnv: undefined };
    expect((await clients.connect('lmstudio', open, global)).isChanged).toBe(true);
  });
});

describe('a project', () => {
  it('is the nearest folder with .git, and has its own files', async () => {
    await mkdir(join(home, 'p', 'sub'), { recursive: true });
    await put('p/.git', 'gitdir: elsewhere');
    const inside = at(join(home, 'p', 'sub'));
    await inside.connect('claude-code', work, project);
    expect(JSON.parse(await textOf('p/.mcp.json')).mcpServers.MCP_DOCKER.type).toBe('stdio');
    const { root, states } = await inside.list('project');
    expect(root).toBe(join(home, 'p'));
    expect(states.map(({ id, isConnected }) => (isConnected ? `${id}!` : id))).toEqual([
      'claude-code!',
      'crush',
      'cursor',
      'gemini',
      'kiro',
      'opencode',
      'qwen',
      'roo',
      'vscode',
    ]);
    await expect(inside.connect('codex', work, project)).rejects.toThrow('codex has no configuration for a project');
    await inside.disconnect('claude-code', project);
    expect(await readdir(join(home, 'p'))).toEqual(['.git', 'sub']);
  });

  it('must be there', async () => {
    await expect(clients.list('project')).rejects.toThrow('is in no project');
    await expect(clients.connect('cursor', work, project)).rejects.toThrow('is in no project');
  });
});

describe('the list', () => {
  it('tells what clients run, but no secrets', async () => {
    await put(
      cursor,
      '{"mcpServers":{"a":{"command":"x","args":["1"],"env":{"K":"hidden"}},"b":{"url":"https://h/sse","headers":{"A":"hidden"}},"c":7}}',
    );
    const { states } = await clients.list('global');
    const state = states.find(({ id }) => id === 'cursor');
    expect(state?.servers).toEqual([
      { name: 'a', transport: 'stdio', command: 'x', args: ['1'], url: undefined },
      { name: 'b', transport: 'sse', command: undefined, args: [], url: 'https://h/sse' },
      { name: 'c', transport: 'stdio', command: undefined, args: [], url: undefined },
    ]);
    expect(JSON.stringify(states)).not.toContain('hidden');
    expect(states.filter(({ isPresent }) => isPresent).map(({ id }) => id)).toEqual(['cursor']);
  });

  it('knows no other clients', async () => {
    await expect(clients.connect('notepad', work, global)).rejects.toThrow('There is no client "notepad".');
    await expect(clients.connect('constructor', work, global)).rejects.toThrow('There is no client');
  });
});
