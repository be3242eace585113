import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRemoteServer, type RemoteServer } from '../src/mcp/remote/testing/remote-server.ts';
import { gantryProgram } from '#testing';
import { gantry, root, temporaryDirectory } from './harness.ts';

/** Where keychains do not exist secrets go to the encrypted file; a bus that is not there makes that certain. */
const env = { DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS: '1', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };

describe('signing in at a remote MCP server', () => {
  let server: RemoteServer;
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;

  beforeAll(async () => {
    server = await startRemoteServer({ protected: true, scopes: { large: 'far.write' } });
    home = await temporaryDirectory('oauth');
    const far = { name: 'far', type: 'remote', remote: { url: server.url, transport_type: 'streamable-http' } };
    const profile = {
      version: 1,
      id: 'default',
      name: 'default',
      servers: [{ type: 'remote', endpoint: server.url, snapshot: { server: far } }],
    };
    await mkdir(join(home.path, 'mcp', 'profiles'), { recursive: true });
    await writeFile(join(home.path, 'mcp', 'profiles', 'default.yaml'), JSON.stringify(profile));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  const mcp = (...args: string[]) => gantry(home.path, ['mcp', ...args], { env });

  it('is asked for when its tools are wanted, with the command for it', async () => {
    const listed = await mcp('oauth', 'ls', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject([{ app: 'far', authorized: false, url: server.url }]);
    const { stderr, code } = await mcp('gateway', 'run', '--dry-run');
    expect(stderr).toContain('gantry mcp oauth authorize far');
    expect(code).not.toBe(0);
  });

  /** What a person and their browser do. Resolves with what the command said. */
  async function signIn(...flags: readonly string[]): Promise<string> {
    const command = [process.execPath, ...gantryProgram, 'mcp', 'oauth', 'authorize', 'far'];
    const [program = '', ...args] = [...command, '--no-open-browser', ...flags];
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env, GANTRY_HOME: home.path, GANTRY_LANG: 'en' },
    });
    const ended = once(child, 'close');
    child.stdin.end();
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += String(text)));
    for await (const line of createInterface({ input: child.stderr })) {
      const address = /^\s+(http\S+)/.exec(line)?.[1];
      if (address !== undefined) expect(await (await fetch(address)).text()).toContain('You are signed in');
    }
    expect((await ended)[0]).toBe(0);
    return said;
  }

  it('opens the address that is printed, and keeps tokens that the gateway uses', async () => {
    expect(await signIn()).toBe('Signed in at far.\n');
    const { stderr, code } = await mcp('gateway', 'run', '--dry-run');
    expect(stderr).toContain('> far: (2 tools)');
    expect(code).toBe(0);
  });

  it('leaves no token in clear on disk', async () => {
    const tokens = [...server.issued.access, ...server.issued.refresh];
    expect(tokens.length).toBeGreaterThan(0);
    for (const entry of await readdir(home.path, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
      for (const token of tokens) expect(text).not.toContain(token);
    }
  });

  it('is asked for again, with the rights that a call lacks, as often as it is made without them', async () => {
    const client = new Client({ name: 'journey', version: '1' }, { capabilities: {} });
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [...gantryProgram, 'mcp', 'gateway', 'run'],
        env: { ...(process.env as Record<string, string>), ...env, GANTRY_HOME: home.path, GANTRY_LANG: 'en' },
        cwd: root,
        stderr: 'ignore',
      }),
    );
    try {
      await client.callTool({ name: 'header' });
      for (let time = 0; time < 3; time += 1) {
        await expect(client.callTool({ name: 'large' })).rejects.toThrow(
          /far needs more rights than you gave: far\.write\..* Run: gantry mcp oauth authorize far --scopes "far\.write"/,
        );
      }
      await client.callTool({ name: 'header' });
      expect(await signIn('--scopes', 'far.write')).toBe('Signed in at far.\n');
      const { content } = await client.callTool({ name: 'large' });
      expect(content).toMatchObject([{ text: expect.stringMatching(/^x{4000000}$/) }]);
    } finally {
      await client.close();
    }
  });

  it('is taken back', async () => {
    // Signing in again gave another; the first is nowhere kept.
    const current = [...server.issued.access].at(-1) ?? '';
    expect((await mcp('oauth', 'revoke', 'far')).stdout).toBe('Signed out at far; its tokens are revoked.\n');
    expect(server.issued.access.has(current)).toBe(false);
    const again = await mcp('oauth', 'revoke', 'far');
    expect(again.code).toBe(3);
    expect(again.stderr).toContain('Nothing is authorized for far');
  });
});
