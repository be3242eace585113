import { AppError } from '#core';
import type { Json } from '../types.ts';
import type { Profile, ProfileServer } from './types.ts';

/**
 * The server of a profile that has a tool, as far as catalogues and the profile say; names are not unique.
 * @throws AppError `mcp.tool_not_found`, or `request.invalid` when several have one of that name
 */
export function serverWithTool(profile: Profile, tool: string): string {
  const [first, second] = profile.servers.filter((server) => toolNames(server).has(tool)).map(({ name }) => name);
  if (first === undefined) {
    throw new AppError(
      'mcp.tool_not_found',
      `No server of the profile ${profile.id} is known to have a tool "${tool}".`,
      {
        hint: 'Name the server: --server NAME',
        params: { reason: 'whose', name: tool, profile: profile.id },
      },
    );
  }
  if (second === undefined) return first;
  throw new AppError('request.invalid', `Several servers have a tool "${tool}": ${first}, ${second}.`, {
    hint: 'Name the server: --server NAME',
    params: { reason: 'whose_tool', name: tool, first, second },
  });
}

function toolNames({ server, tools = [], disabledTools }: ProfileServer): ReadonlySet<string> {
  const listed = server?.['tools'];
  const known = Array.isArray(listed) ? (listed as readonly Json[]) : [];
  return new Set([...tools, ...disabledTools, ...known.flatMap((one) => nameOf(one))]);
}

function nameOf(tool: Json): readonly string[] {
  if (typeof tool !== 'object' || tool === null || !('name' in tool)) return [];
  return typeof tool.name === 'string' ? [tool.name] : [];
}
