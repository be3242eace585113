import { toAppError } from '#core';
import type { CatalogContent, CatalogEntry, CatalogProblem } from '../catalog/reading/content.ts';
import type { Profile, ProfileServer, ReadServer } from './types.ts';

/**
 * The servers of a profile as a catalogue has them. Configuration stays with the profile; which tools may be used goes along where a
 * catalogue can say it.
 */
export function profileContent({ id, name, servers }: Profile, readServer: ReadServer): CatalogContent {
  const entries: CatalogEntry[] = [];
  const problems: CatalogProblem[] = [];
  for (const one of servers) {
    if (one.server === undefined) {
      problems.push({ server: one.name, reason: 'the profile has no description of it' });
      continue;
    }
    try {
      const server = readServer(one.server, { where: `profile ${id}`, name: one.name });
      const known = server.tools.map((tool) => tool.name);
      const { type, image, endpoint, source } = one;
      const filed = { type, image, endpoint, source, tools: allowedOf(one, known) };
      entries.push({ server, wire: { ...one.server, name: server.name }, filed });
    } catch (error) {
      problems.push({ server: one.name, reason: toAppError(error).message });
    }
  }
  return { name: id, title: name, entries, problems };
}

/** A catalogue names the tools that may be used, and cannot name those that may not. */
function allowedOf({ tools, disabledTools }: ProfileServer, known: readonly string[]): readonly string[] | undefined {
  if (disabledTools.length === 0) return tools;
  const all = tools ?? (known.length > 0 ? known : undefined);
  return all?.filter((tool) => !disabledTools.includes(tool));
}
