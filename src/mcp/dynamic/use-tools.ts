import { declareFunctions, functionNames, type ScriptTool } from '../code-mode/describe-functions.ts';
import type { GatewayTool, Json, JsonObject, SessionControl } from '../types.ts';
import { couldNot, objectOf, orSayWhy, said, textOf } from './reply.ts';
import type { DynamicToolsOptions } from './types.ts';

/** `mcp-exec`: for clients that do not notice new tools. The call passes all that a call of the client passes. */
export function execTool(): GatewayTool {
  return {
    definition: {
      name: 'mcp-exec',
      title: 'Call a tool by its name',
      description:
        'Calls any tool of this session by its name. Use it when a tool that mcp-add brought is not offered to you yet.',
      inputSchema: {
        type: 'object',
        properties: {
          name: { type: 'string', description: 'Name of the tool' },
          arguments: { type: 'object', description: 'Arguments of the tool' },
        },
        required: ['name'],
      },
      annotations: { openWorldHint: true },
    },
    call: (args, { session, signal }) =>
      orSayWhy(async () => {
        const name = textOf(args, 'name');
        if (ownTools.has(name)) return couldNot(`${name} is called directly, not through mcp-exec.`);
        return await session.callTool(name, objectOf(args, 'arguments'), { signal });
      }),
  };
}

/** Tools that call tools; not offered to each other, so that nothing calls itself. */
const ownTools = new Set(['mcp-exec', 'code-mode']);
const codeModePrefix = 'code-mode-';

/** `code-mode`: makes a tool that runs scripts over the tools of some servers. */
export function codeModeTool(options: DynamicToolsOptions): GatewayTool {
  return {
    definition: {
      name: 'code-mode',
      title: 'Make a tool that runs scripts',
      description:
        'Makes a tool named code-mode-NAME for this session that runs JavaScript with the tools of the given servers as async functions. Use it to combine many calls, loops and filters in one step.',
      inputSchema: {
        type: 'object',
        properties: {
          servers: {
            type: 'array',
            items: { type: 'string' },
            minItems: 1,
            description: 'Names of servers of this session',
          },
          name: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,40}$', description: 'What the tool is for, in one word' },
        },
        required: ['servers', 'name'],
      },
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    call: (args, { session }) =>
      orSayWhy(async () => {
        const name = textOf(args, 'name');
        if (!/^[A-Za-z0-9_-]{1,40}$/.test(name))
          return couldNot('The name may hold letters, digits, - and _, at most 40.');
        const servers = Array.isArray(args['servers']) ? args['servers'].map(String) : [];
        const here = new Set(session.enabled().map(({ entry }) => entry.name));
        const missing = servers.filter((server) => !here.has(server));
        if (servers.length === 0) return couldNot('Name at least one server of this session.');
        if (missing.length > 0)
          return couldNot(`This session has no MCP server named ${missing.join(', ')}. Add it with mcp-add.`);
        const tools = toolsOf(session, servers);
        if (tools.length === 0)
          return couldNot(`No tool of ${servers.join(', ')} can be used now. See gateway-status.`);
        session.addTool(scriptTool(`${codeModePrefix}${name}`, { tools, options }));
        return said(`Made the tool ${codeModePrefix}${name}. Its functions:\n${declareFunctions(tools)}`);
      }),
  };
}

function toolsOf(session: SessionControl, servers: readonly string[]): readonly ScriptTool[] {
  return session
    .tools()
    .filter(({ name }) => servers.includes(session.serverOf(nameOf(name)) ?? ''))
    .map(({ name, description, inputSchema }) => ({
      name: nameOf(name),
      description: typeof description === 'string' ? description : undefined,
      inputSchema: inputSchema as JsonObject | undefined,
    }));
}

interface ScriptToolOptions {
  readonly tools: readonly ScriptTool[];
  readonly options: DynamicToolsOptions;
}

function scriptTool(name: string, { tools, options }: ScriptToolOptions): GatewayTool {
  const functions = Object.fromEntries(functionNames(tools));
  return {
    definition: {
      name,
      title: 'Run a script',
      description: `Runs the body of an async JavaScript function. Functions return a tool's text; NAME.result(args) returns the whole result. Use await, return the answer. There are no files, network, timers or modules.\n${declareFunctions(tools)}`,
      inputSchema: { type: 'object', properties: { script: { type: 'string' } }, required: ['script'] },
      annotations: { openWorldHint: true },
    },
    call: (args, { session, signal }) =>
      orSayWhy(async () => {
        const outcome = await options.run({
          script: textOf(args, 'script'),
          functions,
          signal: signal ?? new AbortController().signal,
          call: async (tool, given) => {
            const answer = await session.callTool(tool, given, { signal });
            if (answer.kind === 'error') throw new Error(answer.error.message);
            return answer.result;
          },
        });
        const printed = outcome.printed === '' ? '' : `\n\nPrinted:\n${outcome.printed.trimEnd()}`;
        if (outcome.type === 'done') return said(`${outcome.text}${printed}`);
        return couldNot(`The script failed: ${outcome.text}.${printed}`);
      }),
  };
}

function nameOf(name: Json | undefined): string {
  return typeof name === 'string' ? name : '';
}
