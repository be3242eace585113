import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gantryProgram } from '#testing';
import { dockerMissing } from './docker-engine.ts';
import { root, temporaryDirectory } from './harness.ts';
import { mcpScriptImage } from './mcp-images.ts';
import { scriptServer } from './mcp-script-server.ts';

const missing = await dockerMissing();
const absentImage = 'gantry-test-mcp-absent.invalid/nobody/has:this';
const bytesOfHuge = 50 * 1024 ** 2;
/** What others may cost a server that is well. */
const soon = { timeout: 2000 };

const servers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  hangs: { HANG: '1' },
  crashes: { CRASH: '1' },
  floods: { FLOOD: '50000' },
  huge: { TOOLS: 'big' },
  absent: {},
  good: { TOOLS: 'argv' },
  left: { TOOLS: 'claim' },
  right: { TOOLS: 'claim' },
};

describe.skipIf(missing !== undefined)('servers that fail beside one that does not', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let client: Client;
  let heard: (pattern: RegExp) => Promise<string>;

  beforeAll(async () => {
    home = await temporaryDirectory('failures');
    const image = await mcpScriptImage(scriptServer);
    const entries = Object.entries(servers).map(([name, variables]) => [
      name,
      {
        type: 'server',
        title: name,
        description: `A server that is ${name}`,
        image: name === 'absent' ? absentImage : image,
        env: Object.entries(variables).map(([variable, value]) => ({ name: variable, value })),
      },
    ]);
    const catalog = join(home.path, 'catalog.json');
    await writeFile(catalog, JSON.stringify({ registry: Object.fromEntries(entries) }));
    client = new Client({ name: 'journey', version: '1' }, { capabilities: {} });
    const flags = ['--catalog', catalog, '--servers', Object.keys(servers).join(',')];
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [...gantryProgram, 'mcp', 'gateway', 'run', ...flags],
      env: { ...(process.env as Record<string, string>), GANTRY_HOME: home.path, GANTRY_LANG: 'en' },
      cwd: root,
      stderr: 'pipe',
    });
    heard = listenTo(transport.stderr as Readable);
    await client.connect(transport);
  });
  afterAll(async () => {
    await client.close();
    await home[Symbol.asyncDispose]();
  });

  it('do not keep its tools from being listed and called', { timeout: 120_000 }, async () => {
    const listed = client.listTools();
    await heard(/> good: \(1 tools\)/);
    await listed;
    const { tools } = await client.listTools(undefined, soon);
    expect(tools.map(({ name }) => name)).toContain('argv');
    expect(await client.callTool({ name: 'argv' }, soon)).toMatchObject({ content: [{ text: '[]' }] });
  });

  it('do not keep it waiting while one of them answers 50 MB', { timeout: 120_000 }, async () => {
    await heard(/> huge: \(1 tools\)/);
    const [huge, good] = await Promise.all([
      client.callTool({ name: 'big', arguments: { bytes: bytesOfHuge } }).catch(String),
      client.callTool({ name: 'argv' }, soon),
    ]);
    expect(JSON.stringify(huge)).toMatch(/huge sent a message of more than \d+ MiB/);
    expect(good).toMatchObject({ content: [{ text: '[]' }] });
  });

  it(
    'do not keep two that have a tool of one name from being called, each by its own',
    { timeout: 120_000 },
    async () => {
      await Promise.all(['left', 'right'].map((name) => heard(new RegExp(`> ${name}: \\(1 tools\\)`))));
      const { tools } = await client.listTools(undefined, soon);
      const names = tools.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['left__claim', 'right__claim']));
      expect(names).not.toContain('claim');
      for (const name of ['left__claim', 'right__claim']) {
        expect(await client.callTool({ name }, soon)).toMatchObject({ content: [{ text: '1' }] });
      }
      const { structuredContent } = await client.callTool({ name: 'gateway-status' }, soon);
      expect(structuredContent).toMatchObject({
        warnings: ['left', 'right'].map((name) => expect.stringContaining(`${name}__claim`)),
      });
    },
  );

  it('are named with their causes', { timeout: 120_000 }, async () => {
    await Promise.all(
      ['hangs', 'crashes', 'floods', 'absent'].map((name) => heard(new RegExp(`Can't start ${name}:`))),
    );
    const { structuredContent } = await client.callTool({ name: 'gateway-status' }, soon);
    const { servers: told } = structuredContent as {
      servers: readonly { name: string; state: string; error?: { message: string } }[];
    };
    const causes = Object.fromEntries(
      told.map(({ name, state, error }) => [name, `${state}: ${error?.message ?? ''}`]),
    );
    expect(causes).toEqual({
      good: 'known: ',
      left: 'known: ',
      right: 'known: ',
      hangs: 'failed: MCP server hangs: The server did not answer initialize within 30 s.',
      crashes: 'failed: MCP server crashes: crashes ended with code 3: it cannot go on',
      floods: expect.stringMatching(
        /^failed: MCP server floods: floods ended with code 4: drowned in its own words\. It last said: .*line 49999 \| drowned/,
      ),
      huge: expect.stringMatching(/^known: MCP server huge: huge sent a message of more than \d+ MiB/),
      absent: expect.stringContaining(`The image of absent, ${absentImage}, is not on the Engine`),
    });
    expect(causes['absent']).toMatch(/^failed: /);
  });
});

/** Resolves with the first line that matches, one that was heard already too; rejects when there will be none. */
function listenTo(stream: Readable): (pattern: RegExp) => Promise<string> {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let isOver = false;
  const wake = (): void => {
    for (const look of waiting) look();
  };
  createInterface({ input: stream })
    .on('line', (line) => {
      lines.push(line);
      wake();
    })
    .on('close', () => {
      isOver = true;
      wake();
    });
  return (pattern) =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((line) => pattern.test(line));
        if (found === undefined && !isOver) return;
        waiting.delete(look);
        if (found === undefined) reject(new Error(`No line matches ${pattern}: ${lines.join('\n')}`));
        else resolve(found);
      };
      waiting.add(look);
      look();
    });
}
