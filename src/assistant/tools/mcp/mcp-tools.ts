import { AppError } from '#core';
import { z } from 'zod';
import { assess, defineTool, textsOf, type GroupedTool, type ToolGroup } from '../define-tool.ts';
import type { Title } from '../titles.ts';
import type { McpPort, McpTool } from '../types.ts';

export interface McpToolOptions {
  readonly port: McpPort;
  readonly group: Extract<ToolGroup, 'mcp' | 'project-mcp'>;
  readonly title: Title;
  /** Names of tools that are there already. */
  readonly taken: ReadonlySet<string>;
}

const longestName = 64;
const longestArgs = 100_000;

/** Tools of MCP servers as tools of the assistant. What a server says of its tool can raise its risk and never lower it. */
export function mcpTools(tools: readonly McpTool[], options: McpToolOptions): readonly GroupedTool[] {
  const taken = new Set(options.taken);
  return tools.map((tool) => {
    const name = freeName(tool, taken);
    taken.add(name);
    return mcpTool(tool, name, options);
  });
}

function mcpTool(tool: McpTool, name: string, { port, group, title }: McpToolOptions): GroupedTool {
  const server = tool.server ?? 'toolkit';
  const { readOnly, destructive } = tool.annotations;
  const defined = defineTool({
    name,
    group,
    description: tool.description,
    args: z.looseObject({}),
    timeoutMs: 600_000,
    plan: (args) => {
      const text = JSON.stringify(args, undefined, 2);
      if (text.length > longestArgs) {
        throw new AppError('request.invalid', `The arguments of ${name} are too long.`, { params: { tool: name } });
      }
      return {
        assessment: destructive
          ? assess('R5', 'deletes')
          : readOnly
            ? assess('R3', 'unknown-program')
            : assess('R4', 'unknown-program'),
        ruleName: `mcp:${server.replaceAll(/[^\w:.-]/g, '_')}`,
        targets: [tool.name],
        words: [tool.name, ...textsOf({ args })],
        title: title('mcp', { tool: tool.name, server }),
        preview: `${tool.name} ${text}`,
        async run(runOptions) {
          const result = await port.call(tool.name, JSON.parse(text), runOptions);
          return { text: result.text, untrusted: true, isError: result.isError };
        },
      };
    },
  });
  return { ...defined, spec: { ...defined.spec, parameters: tool.inputSchema } };
}

/** A name as models take it, which no other tool has. */
function freeName({ name, server }: McpTool, taken: ReadonlySet<string>): string {
  const plain = clean(name);
  if (!taken.has(plain)) return plain;
  const prefixed = clean(`${server ?? 'mcp'}__${name}`);
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? prefixed : `${prefixed.slice(0, longestName - 4)}_${number}`;
    if (!taken.has(tried)) return tried;
  }
}

function clean(name: string): string {
  return name.replaceAll(/[^\w-]/g, '_').slice(0, longestName) || 'tool';
}
