import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dockerMissing as engineMissing } from './docker-engine.ts';
import { dockerMissing, installPlugin, type DockerPlugin } from './docker-plugin.ts';
import { runCommand } from './harness.ts';

/** What people have in such files, by client; everything in it must still be there afterwards. */
const files = {
  zed: [
    '.config/zed/settings.json',
    '// Zed settings\n{\n  "theme": "One Dark", // dark\n  "context_servers": {\n    "mine": { "source": "custom", "command": "x", "args": [] },\n  },\n  /* the end */\n}\n',
  ],
  vscode: ['.config/Code/User/mcp.json', '{\r\n\t"inputs": [],\r\n\t"servers": {}\r\n}\r\n'],
  cursor: ['.cursor/mcp.json', '{"mcpServers":{"a":{"command":"x"}}}'],
  codex: [
    '.codex/config.toml',
    '# my model\nmodel = "gpt-5"\n\n[mcp_servers.docs]\ncommand = "npx"\nargs = ["-y", "docs"]\n\n[tui]\ntheme = "x"\n',
  ],
  continue: [
    '.continue/config.yaml',
    'name: Mine\nversion: 1.0.0\nschema: v1\nmodels:\n  - name: m # the model\nmcpServers:\n  # first\n  - name: a\n    command: x\n',
  ],
  goose: ['.config/goose/config.yaml', 'GOOSE_MODEL: m\nextensions:\n  developer:\n    enabled: true\n    # kept\n'],
  gemini: ['.gemini/settings.json', ''],
} as const;

describe('docker mcp through the real docker', () => {
  let home: string;
  let plugin: DockerPlugin;
  let skip: string | undefined;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'gantry-mcp-'));
    skip = await dockerMissing();
    await mkdir(join(home, 'user'));
    if (skip === undefined) plugin = await installPlugin(home);
  });
  afterAll(async () => {
    await plugin?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });
  beforeEach((context) => {
    if (skip !== undefined) context.skip(skip);
  });

  // A home of its own: the clients of whoever runs this are not touched.
  const userHome = (): string => join(home, 'user');
  const mcp = (...args: readonly string[]) =>
    runCommand(['docker', 'mcp', ...args], { env: { ...plugin.env, HOME: userHome(), XDG_CONFIG_HOME: '' } });

  it('is a plugin that Docker accepts', async () => {
    expect((await plugin.docker('--help')).stdout).toMatch(/^ {2}mcp\* +Gantry MCP Toolkit$/m);
    expect((await mcp('version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await mcp('--help');
    expect([help.code, help.stdout]).toEqual([0, expect.stringMatching(/^Usage: docker mcp /)]);
    const alone = await runCommand([join(plugin.dockerConfig, 'cli-plugins', 'docker-mcp'), 'version'], {
      env: plugin.env,
    });
    expect(alone.stdout).toBe((await mcp('version')).stdout);
  });

  it('connects clients to a profile that is there alone', async () => {
    const { code, stderr } = await mcp('client', 'connect', '-g', 'cursor', '--profile', 'work');
    expect([code, stderr]).toEqual([3, expect.stringContaining('work')]);
  });

  it('connects clients whose files are as people write them, and takes it back to the byte', async () => {
    await mkdir(join(home, 'mcp', 'profiles'), { recursive: true });
    await writeFile(join(home, 'mcp', 'profiles', 'work.yaml'), 'name: Work\nservers: []\n');
    for (const [path, text] of Object.values(files)) {
      await mkdir(dirname(join(userHome(), path)), { recursive: true });
      await writeFile(join(userHome(), path), text);
    }
    for (const client of Object.keys(files)) {
      const { code, stdout, stderr } = await mcp('client', 'connect', '--global', client, '--profile', 'work');
      expect(code, stderr).toBe(0);
      expect(stdout).toContain(` ● ${client}: connected (profile work)`);
      expect(stdout).toContain('(gateway server) (stdio)');
    }
    const zed = await readFile(join(userHome(), files.zed[0]), 'utf8');
    expect(zed).toContain('"command": "docker"');
    for (const line of files.zed[1].split('\n')) expect(zed).toContain(line);
    const list = JSON.parse((await mcp('client', 'ls', '-g', '--json')).stdout) as Record<string, object>;
    for (const client of Object.keys(files)) {
      expect(list[client]).toMatchObject({ dockerMCPCatalogConnected: true, profile: 'work' });
    }
    for (const [client, [path, text]] of Object.entries(files)) {
      expect((await mcp('client', 'disconnect', '-g', '-q', client)).stdout).toBe('');
      expect(await readFile(join(userHome(), path), 'utf8')).toBe(text);
      expect((await readdir(dirname(join(userHome(), path)))).filter((name) => name.includes('.tmp'))).toEqual([]);
    }
  });

  it('enables a server by its name and calls its tools in a container', async (context) => {
    const engine = await engineMissing();
    if (engine !== undefined) context.skip(engine);
    const enabled = await mcp('server', 'enable', 'everything');
    expect(enabled.code, enabled.stderr).toBe(0);
    expect((await mcp('server', 'ls')).stdout).toMatch(/^everything +- +- +- /m);
    const list = await mcp('tools', 'ls');
    expect(list.code, list.stderr).toBe(0);
    expect(list.stdout).toMatch(/^\d+ tools:\n/);
    expect(list.stdout).toMatch(/^ - echo - Echo Tool$/m);
    const count = JSON.parse((await mcp('tools', 'count', '--format', 'json')).stdout) as { count: number };
    expect(list.stdout.startsWith(`${count.count} tools:`)).toBe(true);

    const sum = await mcp('tools', 'call', 'get-sum', 'a=2', 'b=3');
    expect(sum.code, sum.stderr).toBe(0);
    expect(sum.stdout).toMatch(/^Tool call took: [\d.]+m?s\nThe sum of 2 and 3 is 5\.\n$/);
    const structured = await mcp('tools', 'call', 'get-structured-content', 'location=Chicago', '--json');
    expect(JSON.parse(structured.stdout)).toHaveProperty('structuredContent.temperature');
    const wrong = await mcp('tools', 'call', 'get-sum', 'a=two', 'b=3');
    expect([wrong.code, wrong.stderr]).toEqual([2, 'Error: a takes number, not "two".\n']);
    const missing = await mcp('tools', 'call', 'get-sun', 'a=2');
    expect([missing.code, missing.stderr]).toEqual([3, expect.stringContaining('Did you mean get-sum?')]);

    expect((await mcp('tools', 'disable', 'echo')).code).toBe(0);
    expect((await mcp('tools', 'ls')).stdout).not.toContain(' - echo - ');
    expect((await mcp('server', 'disable', 'everything')).code).toBe(0);
    expect((await mcp('tools', 'ls')).stdout).not.toContain('get-sum');
  });
});
