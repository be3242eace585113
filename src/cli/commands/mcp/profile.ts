import { readFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { AppError, errorCodeOf, writeFileAtomic } from '#core';
import type { FoundServer, Profile, ProfileTemplate } from '#mcp';
import type { CliContext } from '../../context.ts';
import { jsonText } from '../../output/json.ts';
import { tableText } from '../../output/table.ts';
import { usageError } from '../../usage-error.ts';
import { withProgress } from './catalog-progress.ts';
import { clientsOfProfile, connectClients, disconnectProfile } from './client.ts';
import { readDocker, takeOver } from './docker-state.ts';
import { findServers } from './find-servers.ts';
import { prepareImages } from './prepare-images.ts';
import { formatOf, printPicked, printResult, type FormatOptions } from './format.ts';
import type { CreateProfileFlags, ShowProfileFlags, UseTemplateFlags } from './profile-flags.ts';
import { profilesHere } from './state-here.ts';

export async function createProfile(context: CliContext, flags: CreateProfileFlags): Promise<number> {
  const { t } = context;
  const { addServers, profileId, templateOf } = await import('#mcp');
  const template = flags.fromTemplate === undefined ? undefined : templateOf(flags.fromTemplate);
  if (template && flags.server.length > 0) throw usageError(t('mcp.profile.templateOrServers'));
  const name = flags.name ?? template?.title;
  if (name === undefined) throw usageError(t('mcp.profile.nameNeeded'));
  const id = flags.id ?? profileId(name);
  const found = template ? await templateServers(context, template) : await findServers(context, flags.server);
  const empty: Profile = { id, name, servers: [], extra: {} };
  const { profile } = addServers(empty, found);
  await (await profilesHere(context)).create(profile);
  await prepareImages(
    context,
    found.flatMap(({ filed }) => filed.image ?? []),
  );
  const { connect = [] } = flags;
  await connectClients(context, connect, id);
  const told = connect.length > 0 ? `${t('mcp.profile.connected', { clients: connect.join(', ') })}\n` : '';
  return await printResult(context, flags, {
    value: { id, name, servers: profile.servers.map((server) => server.name), clients: connect },
    human: () => `${t('mcp.profile.created', { id, count: profile.servers.length })}\n${told}`,
  });
}

/** Docker's templates name servers of its catalogue, which is fetched when no catalogue here has them. */
async function templateServers(context: CliContext, { servers }: ProfileTemplate): Promise<readonly FoundServer[]> {
  try {
    return await findServers(context, servers);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'mcp.server_not_found') throw error;
    const { templateCatalog } = await import('#mcp');
    const { catalogs } = await context.toolkit();
    await withProgress(context, (options) => catalogs.openFresh(templateCatalog, 'missing', options));
    return await findServers(context, servers);
  }
}

export async function listProfiles(context: CliContext, flags: FormatOptions): Promise<number> {
  const { t, calledAs } = context;
  const { profiles, problems } = await (await profilesHere(context)).list();
  for (const { error } of problems) context.report(error);
  return await printResult(context, flags, {
    value: profiles.map(({ id, name, servers }) => ({ id, name, servers: servers.map((server) => server.name) })),
    human: () => {
      if (profiles.length === 0) return `${t('mcp.profile.none')}\n`;
      if (calledAs.style === 'docker') {
        return ['ID\tName', '----\t----', ...profiles.map(({ id, name }) => `${id}\t${name}`)].join('\n').concat('\n');
      }
      return tableText(
        ['ID', t('column.name'), t('mcp.profile.column.servers')],
        profiles.map(({ id, name, servers }) => [id, name, servers.map((server) => server.name).join(', ')]),
      );
    },
  });
}

/** For people it is YAML, as it is kept. */
export async function showProfile(context: CliContext, id: string, flags: ShowProfileFlags): Promise<number> {
  const { configProblems, profileToWire } = await import('#mcp');
  const profile = await (await profilesHere(context)).get(id);
  const format = formatOf(flags, context) === 'json' ? 'json' : 'yaml';
  const clients = flags.clients === true ? { clients: await clientsOfProfile(context, id) } : {};
  const value = { ...profileToWire(profile), ...clients };
  if (flags.yq !== undefined) return await printPicked(context, { expression: flags.yq, format }, value);
  await printResult(context, { format }, { value, human: () => '' });
  if (formatOf(flags, context) === 'human') {
    for (const problem of profile.servers.flatMap((server) => configProblems(server))) {
      context.notice(context.t('warning.label', { message: problem }));
    }
  }
  return 0;
}

export async function removeProfile(context: CliContext, id: string, flags: FormatOptions): Promise<number> {
  await (await profilesHere(context)).remove(id);
  const clients = await disconnectProfile(context, id);
  const told = clients.length > 0 ? `${context.t('mcp.profile.disconnected', { clients: clients.join(', ') })}\n` : '';
  return await printResult(context, flags, {
    value: { removed: id, disconnected: clients },
    human: () => `${context.t('mcp.profile.removed', { id })}\n${told}`,
  });
}

export async function exportProfile(
  context: CliContext,
  { id, file }: { id: string; file: string },
  flags: FormatOptions,
): Promise<number> {
  const { profileToWire } = await import('#mcp');
  const profile = await (await profilesHere(context)).get(id);
  const isJson = file === '-' ? formatOf(flags, context) === 'json' : extname(file).toLowerCase() === '.json';
  const { stringify } = await import('../../output/yaml.ts');
  const wire = profileToWire(profile);
  const text = isJson ? jsonText(wire, { indent: 2 }) : stringify(wire, { lineWidth: 0, aliasDuplicateObjects: false });
  if (file === '-') {
    context.print(text);
    return 0;
  }
  await writeFileAtomic(resolve(file), text);
  return await printResult(context, flags, {
    value: { id, file },
    human: () => `${context.t('mcp.profile.exported', { id, file })}\n`,
  });
}

export async function importProfile(context: CliContext, file: string, flags: FormatOptions): Promise<number> {
  const { t } = context;
  const { readProfile } = await import('#mcp');
  const text = await readFile(resolve(file), 'utf8').catch((error: unknown) => {
    throw usageError(t('mcp.tools.unreadable', { file, reason: errorCodeOf(error) ?? String(error) }));
  });
  const profile = readProfile(text, file);
  await (await profilesHere(context)).put(profile);
  return await printResult(context, flags, {
    value: { id: profile.id, servers: profile.servers.map(({ name }) => name) },
    human: () => `${t('mcp.profile.imported', { id: profile.id })}\n`,
  });
}

/** What Docker's own toolkit keeps on this machine; only read. */
export async function importFromDocker(context: CliContext, flags: FormatOptions): Promise<number> {
  const { t, paths } = context;
  const { profiles, keptProfiles, catalogs, keptCatalogs, notes } = await takeOver(context, await readDocker(context));
  for (const note of notes) context.notice(t('warning.label', { message: note }));
  const lines = [
    ...profiles.map((id) => t('mcp.profile.imported', { id })),
    ...keptProfiles.map((id) => t('mcp.profile.kept', { id })),
    ...catalogs.map((ref) => t('mcp.docker.catalog', { ref })),
    ...keptCatalogs.map((ref) => t('mcp.docker.catalogKept', { ref })),
  ];
  return await printResult(context, flags, {
    value: { imported: profiles, skipped: keptProfiles, catalogs, skippedCatalogs: keptCatalogs, notes },
    human: () =>
      (lines.length > 0 ? lines : [t('mcp.profile.nothingInDocker', { folder: join(paths.dockerConfig, 'mcp') })])
        .join('\n')
        .concat('\n'),
  });
}

export async function pushProfile(
  context: CliContext,
  { id, reference }: { id: string; reference: string },
  flags: FormatOptions,
): Promise<number> {
  const { profileArtifacts } = await context.toolkit();
  const profile = await (await profilesHere(context)).get(id);
  const pushed = await profileArtifacts.push(profile, reference, { signal: context.signal });
  return await printResult(context, flags, {
    value: { id, reference: pushed },
    human: () => `${context.t('mcp.profile.pushed', { reference: pushed })}\n`,
  });
}

export async function pullProfile(context: CliContext, reference: string, flags: FormatOptions): Promise<number> {
  const { profileArtifacts } = await context.toolkit();
  const profile = await profileArtifacts.pull(reference, { signal: context.signal });
  await (await profilesHere(context)).create(profile);
  return await printResult(context, flags, {
    value: { id: profile.id, name: profile.name, servers: profile.servers.map(({ name }) => name) },
    human: () => `${context.t('mcp.profile.pulled', { name: profile.name, id: profile.id })}\n`,
  });
}

export async function listTemplates(context: CliContext, flags: FormatOptions): Promise<number> {
  const { profileTemplates } = await import('#mcp');
  return await printResult(context, flags, {
    value: profileTemplates,
    human: () =>
      tableText(
        ['ID', context.t('column.name'), context.t('mcp.profile.column.servers')],
        profileTemplates.map(({ id, title, servers }) => [
          id,
          title,
          servers.map((one) => one.split('/').at(-1)).join(', '),
        ]),
      ),
  });
}

export async function applyTemplate(context: CliContext, id: string, flags: UseTemplateFlags): Promise<number> {
  return await createProfile(context, { ...flags, fromTemplate: id, server: [] });
}
