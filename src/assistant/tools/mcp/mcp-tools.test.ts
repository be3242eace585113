import { describe, expect, it } from 'vitest';
import { createTitle } from '../titles.ts';
import type { McpPort, McpTool } from '../types.ts';
import { mcpTools } from './mcp-tools.ts';

const signal = new AbortController().signal;

function tool(name: string, server: string, annotations: Partial<McpTool['annotations']> = {}): McpTool {
  const { readOnly = false, destructive = false } = annotations;
  return { name, server, description: name, inputSchema: { type: 'object' }, annotations: { readOnly, destructive } };
}

const called: unknown[] = [];
const port: McpPort = {
  tools: async () => [],
  async call(name, args) {
    called.push([name, args]);
    return { text: 'done', isError: false };
  },
  close: async () => undefined,
};
const made = (...tools: McpTool[]) =>
  mcpTools(tools, { port, group: 'mcp', title: createTitle(() => 'en'), taken: new Set(['read_file']) });

describe('tools of MCP servers', () => {
  it('get a name that no other tool has', () => {
    const tools = [
      tool('read_file', 'fs'),
      tool('get', 'a'),
      tool('get', 'b'),
      tool('get', 'b'),
      tool('odd name!', 'c'),
    ];
    const names = made(...tools).map(({ spec }) => spec.name);
    expect(names).toEqual(['fs__read_file', 'get', 'b__get', 'b__get_2', 'odd_name_']);
    expect(made(tool('x'.repeat(200), 'a'))[0]?.spec.name).toHaveLength(64);
  });

  it.each([
    [{ readOnly: true }, 'R3'],
    [{}, 'R4'],
    [{ destructive: true }, 'R5'],
  ])(
    'that say of themselves %j are %s: their word raises the risk and never lowers it to nothing',
    async (hints, risk) => {
      const prepared = await made(tool('get', 'github', hints))[0]?.prepare({}, { signal });
      expect(prepared?.action).toMatchObject({ assessment: { risk }, tool: 'mcp:github', targets: ['get'] });
      expect(prepared?.isReadOnly).toBe(false);
    },
  );

  it('are called by the name that their server gave them, with what was shown', async () => {
    const args: Record<string, string> = { path: 'a', note: 'from a page' };
    const prepared = await made(tool('read_file', 'fs'))[0]?.prepare(args, { signal });
    args['path'] = 'changed afterwards';
    expect(prepared?.preview).toBe('read_file {\n  "path": "a",\n  "note": "from a page"\n}');
    expect(prepared?.action.words).toEqual(['read_file', 'path', 'a', 'note', 'from a page']);
    expect(await prepared?.run({ signal, onOutput: () => undefined })).toMatchObject({ text: 'done', untrusted: true });
    expect(called).toEqual([['read_file', { path: 'a', note: 'from a page' }]]);
  });
});
