import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorCodeOf, toAppError } from '#core';
import type { Backup, Catalog, FoundServer, Profile } from '#mcp';
import type { CliContext } from '../../context.ts';
import { jsonText } from '../../output/json.ts';
import { usageError } from '../../usage-error.ts';
import type { ConfigFlags } from './config.ts';
import { printResult } from './format.ts';
import { profilesHere } from './state-here.ts';

/** The default profile and the catalogues of this machine, in the form of older toolkits (contract mcp-toolkit §1.2). */
export async function dumpState(context: CliContext, flags: ConfigFlags): Promise<number> {
  const { backupOf, defaultProfile, emptyProfile } = await import('#mcp');
  const profiles = await profilesHere(context);
  const id = flags.profile ?? defaultProfile;
  const profile = id === defaultProfile ? ((await profiles.find(id)) ?? emptyProfile(id)) : await profiles.get(id);
  const { catalogs } = await context.toolkit();
  const own = (await catalogs.list()).filter(({ builtIn }) => !builtIn);
  const all = await Promise.all(own.map(({ ref }) => catalogs.open(ref)));
  for (const { ref, problems } of all) {
    for (const { server, reason } of problems)
      context.notice(context.t('mcp.config.notDumped', { server, ref, reason }));
  }
  context.print(jsonText(backupOf(profile, all), { indent: 2 }));
  return 0;
}

/** Puts back what `dump` of ours or of an older toolkit wrote. Catalogues that it does not have stay. */
export async function restoreState(context: CliContext, file: string, flags: ConfigFlags): Promise<number> {
  const { t } = context;
  const { readBackup, defaultProfile } = await import('#mcp');
  const backup = readBackup(await textOf(context, file), file);
  const restored: Catalog[] = [];
  const left: { readonly catalog: string; readonly reason: string }[] = [];
  for (const [name, text] of Object.entries(backup.catalogFiles)) {
    try {
      restored.push(await keepCatalog(context, { name, text, title: backup.titles[name] }));
    } catch (error) {
      context.signal.throwIfAborted();
      const problem = toAppError(error);
      left.push({ catalog: name, reason: problem.message });
      context.report(problem);
    }
  }
  const id = flags.profile ?? defaultProfile;
  const after = await profileOf(context, { backup, id, restored });
  await (await profilesHere(context)).put(after.profile);
  for (const server of after.unknown) context.notice(t('mcp.config.notDescribed', { server }));
  const value = {
    profile: id,
    servers: after.profile.servers.map(({ name }) => name),
    catalogs: restored.map(({ ref }) => ref),
    leftOut: { servers: after.unknown, catalogs: left },
  };
  const counts = { profile: id, servers: value.servers.length, catalogs: restored.length };
  await printResult(context, flags, { value, human: () => `${t('mcp.config.restored', counts)}\n` });
  return after.unknown.length === 0 && left.length === 0 ? 0 : 1;
}

async function textOf({ t, stdin }: CliContext, file: string): Promise<string> {
  if (file !== '-') {
    return await readFile(resolve(file), 'utf8').catch((error: unknown) => {
      throw usageError(t('mcp.tools.unreadable', { file, reason: errorCodeOf(error) ?? String(error) }));
    });
  }
  let text = '';
  for await (const chunk of stdin) text += chunk.toString();
  return text;
}

async function keepCatalog(
  context: CliContext,
  { name, text, title }: { name: string; text: string; title: string | undefined },
): Promise<Catalog> {
  const { readContent } = await import('#mcp');
  const { catalogs } = await context.toolkit();
  const content = readContent(text, { where: name });
  const ref = name.replace(/\.ya?ml$/i, '');
  const source = `legacy-catalog:${ref}`;
  const origin = { kind: 'content', source, title: title ?? content.title ?? ref, content } as const;
  const catalog = await catalogs.create({ ref, origin, title, exclude: [] }, { signal: context.signal });
  for (const { server, reason } of catalog.problems)
    context.notice(context.t('mcp.catalog.leftOut', { server, reason }));
  return catalog;
}

/** A dump of ours has the profile; one of an older toolkit names servers, which catalogues describe. */
async function profileOf(
  context: CliContext,
  { backup, id, restored }: { backup: Backup; id: string; restored: readonly Catalog[] },
): Promise<{ readonly profile: Profile; readonly unknown: readonly string[] }> {
  const { addServers, emptyProfile } = await import('#mcp');
  if (backup.profile) return { profile: { ...backup.profile, id }, unknown: [] };
  const { catalogs } = await context.toolkit();
  const listed = (await catalogs.list()).map(({ ref }) => ref);
  const others = listed.filter((ref) => !restored.some((one) => one.ref === ref));
  const all = [...restored, ...(await Promise.all(others.map((ref) => catalogs.open(ref))))];
  const found = backup.enabled.flatMap((name): readonly FoundServer[] => {
    for (const { ref, entries } of all) {
      const entry = entries.find(({ server }) => server.name === name);
      if (entry) return [{ ...entry, origin: `catalog ${ref}` }];
    }
    return [];
  });
  const { profile } = addServers(emptyProfile(id), found);
  const servers = profile.servers.map((server) => ({
    ...server,
    config: backup.config[server.name] ?? {},
    tools: backup.tools[server.name] ?? server.tools,
  }));
  const unknown = backup.enabled.filter((name) => !servers.some((server) => server.name === name));
  return { profile: { ...profile, servers }, unknown };
}
