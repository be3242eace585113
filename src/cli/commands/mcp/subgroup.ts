import type { MessageKey } from '../../messages/translate.ts';
import { define, type Program } from '../../program/define.ts';

/** The groups of `docker mcp` (contract mcp-toolkit §1) and ours. */
const groups = {
  catalog: {
    summary: 'help.mcp.catalog',
    aliases: ['catalogs', 'catalog-next'],
    examples: ['mcp catalog ls', 'mcp catalog show starter'],
  },
  client: {
    summary: 'help.mcp.client',
    aliases: [],
    examples: ['mcp client ls --global', 'mcp client connect --global cursor'],
  },
  config: { summary: 'help.mcp.config', aliases: [], examples: ['mcp config read'] },
  feature: { summary: 'help.mcp.feature', aliases: ['features'], examples: ['mcp feature ls'] },
  gateway: { summary: 'help.mcp.gateway', aliases: [], examples: ['mcp gateway run --profile default'] },
  grant: { summary: 'help.mcp.grant', aliases: [], examples: ['mcp grant ls'] },
  oauth: { summary: 'help.mcp.oauth', aliases: [], examples: ['mcp oauth ls'] },
  policy: { summary: 'help.mcp.policy', aliases: [], examples: ['mcp policy show'] },
  profile: { summary: 'help.mcp.profile', aliases: [], examples: ['mcp profile ls', 'mcp profile show default'] },
  registry: {
    summary: 'help.mcp.registry',
    aliases: [],
    examples: ['mcp registry convert --file server.json'],
  },
  secret: { summary: 'help.mcp.secret', aliases: [], examples: ['mcp secret ls'] },
  server: { summary: 'help.mcp.server', aliases: [], examples: ['mcp server ls', 'mcp server enable everything'] },
  template: { summary: 'help.mcp.template', aliases: [], examples: ['mcp template ls'] },
  tools: { summary: 'help.mcp.tools', aliases: [], examples: ['mcp tools ls', 'mcp tools call echo message=hello'] },
} as const satisfies Record<string, { summary: MessageKey; aliases: readonly string[]; examples: readonly string[] }>;

export type McpGroup = keyof typeof groups;

/** A group inside `mcp` or inside one of its groups; the first area that asks for it makes it. */
export function subgroup(program: Program, name: McpGroup): Program {
  const present = program.command.commands.find((command) => command.name() === name);
  if (present) return { ...program, command: present };
  const { summary, aliases, examples } = groups[name];
  const command = define(program, { usage: name, summary: program.context.t(summary), examples }).aliases([...aliases]);
  return { ...program, command };
}
