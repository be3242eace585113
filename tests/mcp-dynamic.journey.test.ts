import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gantryProgram } from '#testing';
import { dockerMissing } from './docker-engine.ts';
import { root, temporaryDirectory } from './harness.ts';

const missing = await dockerMissing();

describe.skipIf(missing !== undefined)('a session that finds and adds its own servers', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  const clients: Client[] = [];

  beforeAll(async () => {
    home = await temporaryDirectory('dynamic');
  });
  afterAll(async () => {
    for (const client of clients) await client.close();
    await home[Symbol.asyncDispose]();
  });

  async function connect(): Promise<Client> {
    const client = new Client({ name: 'journey', version: '1' }, { capabilities: {} });
    clients.push(client);
    const env = { ...(process.env as Record<string, string>), GANTRY_HOME: home.path, GANTRY_LANG: 'en' };
    const args = [...gantryProgram, 'mcp', 'gateway', 'run'];
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args, env, cwd: root, stderr: 'ignore' }),
    );
    return client;
  }

  const textOf = (result: unknown): string => {
    const [first] = (result as { content: { text?: string }[] }).content;
    return first?.text ?? '';
  };
  const namesOf = async (client: Client): Promise<string[]> => (await client.listTools()).tools.map(({ name }) => name);

  it('finds a server, adds it, uses it and combines its tools in a script', { timeout: 240_000 }, async () => {
    const client = await connect();
    const found = textOf(await client.callTool({ name: 'mcp-find', arguments: { query: 'everything test' } }));
    expect(found).toContain('"everything"');
    const added = await client.callTool({ name: 'mcp-add', arguments: { name: 'everything' } }, { timeout: 200_000 });
    expect(textOf(added)).toContain('get-sum');
    expect(await namesOf(client)).toContain('echo');
    expect(textOf(await client.callTool({ name: 'echo', arguments: { message: 'hello' } }))).toBe('Echo: hello');
    await client.callTool({ name: 'code-mode', arguments: { name: 'sums', servers: ['everything'] } });
    const script = `
      const sums = await Promise.all([1, 2, 3].map((n) => get_sum({ a: n, b: n })));
      return sums.map((text) => Number(/is (\\d+)/.exec(text)[1])).reduce((a, b) => a + b);`;
    expect(textOf(await client.callTool({ name: 'code-mode-sums', arguments: { script } }))).toBe('12');
    expect(textOf(await client.callTool({ name: 'mcp-remove', arguments: { name: 'everything' } }))).toContain(
      'Removed',
    );
    expect(await namesOf(client)).not.toContain('echo');
  });

  it('keeps what it has put together as a profile that another session uses', { timeout: 120_000 }, async () => {
    const first = await connect();
    await first.callTool({ name: 'mcp-add', arguments: { name: 'everything' } });
    expect(textOf(await first.callTool({ name: 'mcp-create-profile', arguments: { name: 'mine' } }))).toContain(
      'everything',
    );
    const second = await connect();
    expect(await namesOf(second)).not.toContain('echo');
    expect(textOf(await second.callTool({ name: 'mcp-activate-profile', arguments: { name: 'mine' } }))).toContain(
      'Added 1 of 1',
    );
    expect(await namesOf(second)).toContain('echo');
  });

  it('is told what a server lacks', async () => {
    const client = await connect();
    const result = await client.callTool({ name: 'mcp-add', arguments: { name: 'brave' } });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain('gantry mcp secret set');
  });
});
