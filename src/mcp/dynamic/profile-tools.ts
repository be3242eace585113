import type { GatewayTool } from '../types.ts';
import { couldNotBecause, orSayWhy, said, textOf } from './reply.ts';
import type { DynamicToolsOptions } from './types.ts';

export function createProfileTool({ profiles }: DynamicToolsOptions): GatewayTool {
  return {
    definition: {
      name: 'mcp-create-profile',
      title: 'Keep the servers of this session as a profile',
      description:
        'Saves the servers of this session, with their configuration, as a profile of that name; one that exists is replaced.',
      inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    },
    call: (args, { session, signal }) =>
      orSayWhy(async () => {
        const servers = session.enabled();
        const { id } = await profiles.save(textOf(args, 'name'), servers, { signal });
        return said(`Saved as the profile ${id}: ${servers.map(({ entry }) => entry.name).join(', ')}.`);
      }),
  };
}

/** Adds what can be used; servers that lack something are named and do not keep the others away. */
export function activateProfileTool(options: DynamicToolsOptions): GatewayTool {
  return {
    definition: {
      name: 'mcp-activate-profile',
      title: 'Add the servers of a profile to this session',
      description:
        'Adds all servers of a profile to this session. Servers that cannot be used are named with what they lack.',
      inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    call: (args, { session, signal }) =>
      orSayWhy(async () => {
        const name = textOf(args, 'name');
        const servers = await options.profiles.load(name, { signal });
        const added: string[] = [];
        const lacking: string[] = [];
        for (const server of servers) {
          const problems = await options.problems(server, { signal });
          const failed =
            problems.length > 0
              ? couldNotBecause(problems)
              : await orSayWhy(async () => {
                  await session.add(server, { signal });
                  added.push(server.entry.name);
                  return said('');
                });
          if (failed.kind === 'result' && failed.result['isError'] === true) {
            lacking.push(`${server.entry.name}: ${textIn(failed.result['content'])}`);
          }
        }
        const summary = `Added ${added.length} of ${servers.length} servers of ${name}${added.length > 0 ? `: ${added.join(', ')}` : ''}.`;
        return said([summary, ...lacking].join('\n'), { added, lacking });
      }),
  };
}

function textIn(content: unknown): string {
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (typeof part === 'object' && part !== null && 'text' in part ? String(part.text) : ''))
    .join('\n');
}
