import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { gantryProgram } from '#testing';
import { root, temporaryDirectory } from './harness.ts';

async function connect(folder: string, { flags = [], allows }: { flags?: string[]; allows?: boolean } = {}) {
  const client = new Client(
    { name: 'journey', version: '1' },
    { capabilities: allows === undefined ? {} : { elicitation: {} } },
  );
  const asked: string[] = [];
  if (allows !== undefined) {
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      asked.push(params.message);
      return { action: 'accept', content: { allow: allows } };
    });
  }
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [...gantryProgram, 'ai', 'mcpserver', '-C', folder, ...flags],
      env: { PATH: process.env['PATH'] ?? '', GANTRY_HOME: join(folder, '.gantry'), LANG: 'C.UTF-8' },
      cwd: root,
    }),
  );
  const call = async (name: string, args: Record<string, unknown> = {}) => {
    const result = await client.callTool({ name, arguments: args });
    return { text: (result.content as { text: string }[])[0]?.text ?? '', isError: result.isError === true };
  };
  return { client, call, asked };
}

describe('gantry ai mcpserver', () => {
  it('serves what reads, and asks before it writes', async () => {
    await using folder = await temporaryDirectory('mcpserver');
    const dockerfile = join(folder.path, 'Dockerfile');
    await writeFile(dockerfile, 'FROM debian:12\nRUN apt-get update && apt-get install curl\n');
    const { client, call, asked } = await connect(folder.path, { allows: true });
    expect((await call('rate_dockerfile')).text).toMatch(/^Dockerfile: score \d+ of 100/);
    expect((await call('search_docs', { question: 'What may the assistant do?' })).text).toContain('docs/assistant');
    expect(asked).toEqual([]);
    // Asked about like everywhere; addresses of this machine are refused even then.
    expect((await call('fetch', { url: 'http://127.0.0.1:1/' })).isError).toBe(true);
    expect(asked.splice(0)[0]).toContain('GET http://127.0.0.1:1/');
    expect((await call('fix_dockerfile', { write: true })).isError).toBe(false);
    expect(asked[0]).toContain('+++ b/Dockerfile');
    expect(await readFile(dockerfile, 'utf8')).toContain('--no-install-recommends');
    await client.close();
  });

  it('writes nothing for a client that cannot ask', async () => {
    await using folder = await temporaryDirectory('mcpserver');
    const { client, call } = await connect(folder.path);
    const { text, isError } = await call('write_file', { path: 'x', content: 'y' });
    expect(isError).toBe(true);
    expect(text).toContain('needs the approval of a person');
    await expect(readFile(join(folder.path, 'x'))).rejects.toThrow();
    await client.close();
  });

  it('shows only tools that change nothing with --read-only', async () => {
    await using folder = await temporaryDirectory('mcpserver');
    const { client } = await connect(folder.path, { flags: ['--read-only'] });
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(15);
    expect(tools.filter(({ annotations }) => annotations?.readOnlyHint !== true)).toEqual([]);
    await client.close();
  });
});
