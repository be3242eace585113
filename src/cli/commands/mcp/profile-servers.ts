import type { Profile, ProfileServer } from '#mcp';
import type { CliContext } from '../../context.ts';
import { tableText } from '../../output/table.ts';
import { usageError } from '../../usage-error.ts';
import { findServers } from './find-servers.ts';
import { prepareImages } from './prepare-images.ts';
import { printResult } from './format.ts';
import type { ProfileChangeFlags, ProfileServersFlags } from './profile-flags.ts';
import { profilesHere } from './state-here.ts';

export async function listProfileServers(context: CliContext, flags: ProfileServersFlags): Promise<number> {
  const { t } = context;
  const { profiles, problems } = await (await profilesHere(context)).list();
  for (const { error } of problems) context.report(error);
  const filters = flags.filter.map((text) => filterOf(text, context));
  const rows = profiles.flatMap((profile) =>
    profile.servers
      .filter((server) => filters.every((fits) => fits(profile, server)))
      .map((server) => ({ profile, server })),
  );
  return await printResult(context, flags, {
    value: rows.map(({ profile, server }) => ({
      profile: profile.id,
      type: server.type,
      name: server.name,
      identifier: identifierOf(server),
    })),
    human: () =>
      tableText(
        ['PROFILE', t('mcp.profile.column.type'), t('column.name'), t('mcp.profile.column.identifier')],
        rows.map(({ profile, server }) => [profile.id, server.type, server.name, identifierOf(server)]),
      ),
  });
}

function identifierOf({ image, endpoint, source, name }: ProfileServer): string {
  return image ?? endpoint ?? source ?? name;
}

function filterOf(text: string, { t }: CliContext): (profile: Profile, server: ProfileServer) => boolean {
  const { key, part = '' } = /^(?<key>name|profile)=(?<part>.+)$/.exec(text)?.groups ?? {};
  if (key === undefined) {
    const expected = 'name=TEXT, profile=ID';
    throw usageError(t('usage.invalidValue', { name: '--filter', value: text, expected }));
  }
  return (profile, server) =>
    key === 'profile' ? profile.id === part : server.name.toLowerCase().includes(part.toLowerCase());
}

export async function addProfileServers(context: CliContext, id: string, flags: ProfileChangeFlags): Promise<number> {
  if (flags.server.length === 0) throw usageError(context.t('mcp.catalog.serverNeeded'));
  return await add(context, { id, wanted: flags.server }, flags);
}

async function add(
  context: CliContext,
  { id, wanted }: { id: string; wanted: readonly string[] },
  flags: ProfileChangeFlags,
): Promise<number> {
  const { t } = context;
  const { addServers, configProblems } = await import('#mcp');
  const profiles = await profilesHere(context);
  await profiles.get(id);
  const found = await findServers(context, wanted);
  let outcome = { added: [] as readonly string[], replaced: [] as readonly string[] };
  const after = await profiles.update(id, (profile) => {
    const { profile: changed, ...counts } = addServers(profile, found);
    outcome = counts;
    return changed;
  });
  await prepareImages(
    context,
    found.flatMap(({ filed }) => filed.image ?? []),
  );
  const names = new Set([...outcome.added, ...outcome.replaced]);
  for (const server of after.servers.filter(({ name }) => names.has(name))) {
    for (const problem of configProblems(server)) context.notice(t('warning.label', { message: problem }));
  }
  const counts = { count: names.size, id, replaced: outcome.replaced.length };
  return await printResult(context, flags, {
    value: { profile: id, ...outcome },
    human: () =>
      `${outcome.replaced.length === 0 ? t('mcp.profile.added', counts) : t('mcp.profile.addedReplaced', counts)}\n`,
  });
}

export async function removeProfileServers(
  context: CliContext,
  { id, names }: { id: string; names: readonly string[] },
  flags: ProfileChangeFlags,
): Promise<number> {
  const { t } = context;
  const { removeServers } = await import('#mcp');
  const all = [...names, ...flags.name];
  if (all.length === 0) throw usageError(t('mcp.catalog.nameNeeded'));
  await (await profilesHere(context)).update(id, (profile) => removeServers(profile, all));
  return await printResult(context, flags, {
    value: { profile: id, removed: all },
    human: () => `${t('mcp.profile.serversRemoved', { count: all.length, id })}\n`,
  });
}
