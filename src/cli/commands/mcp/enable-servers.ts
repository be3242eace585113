import { toAppError } from '#core';
import type { CatalogServer, Profile, ServerReadiness } from '#mcp';
import type { CliContext } from '../../context.ts';
import { findServers } from './find-servers.ts';
import { formatOf, printResult } from './format.ts';
import { prepareImages } from './prepare-images.ts';
import type { ServerFlags } from './server.ts';
import { profilesHere, secretsHere } from './state-here.ts';

/** Puts servers into a profile and makes what can be made ahead; what they still need is said with the command that gives it. */
export async function enableServers(
  context: CliContext,
  wanted: readonly string[],
  flags: ServerFlags,
): Promise<number> {
  const { t } = context;
  const { addServers, defaultProfile } = await import('#mcp');
  const found = await findServers(context, wanted);
  const id = flags.profile ?? defaultProfile;
  const done: { added: readonly string[]; replaced: readonly string[] } = { added: [], replaced: [] };
  const profile = await (
    await profilesHere(context)
  ).update(
    id,
    (before) => {
      const { profile: after, ...names } = addServers(before, found);
      Object.assign(done, names);
      return after;
    },
    { create: id === defaultProfile },
  );
  const images = await prepared(
    context,
    found.flatMap(({ filed }) => filed.image ?? []),
  );
  const names = found.map(({ server }) => server.name);
  const origins = new Map(found.map(({ server, origin }) => [server.name, origin]));
  const code = await printResult(context, flags, {
    value: { profile: id, ...done, images, needs: await needsOf(context, { profile, names }) },
    human: () =>
      names.map((name) => `${t('mcp.server.enabled', { name, origin: origins.get(name) ?? '' })}\n`).join(''),
  });
  if (formatOf(flags, context) === 'human') await tellNeeds(context, { profile, names });
  return code;
}

/** They are enabled also without an Engine to make images with; the gateway makes them when it starts. */
async function prepared(context: CliContext, images: readonly string[]): Promise<readonly string[]> {
  try {
    return await prepareImages(context, [...new Set(images)]);
  } catch (error) {
    context.signal.throwIfAborted();
    context.report(toAppError(error));
    return [];
  }
}

interface Need {
  readonly server: string;
  readonly entry: CatalogServer;
  readonly readiness: ServerReadiness;
}

async function readAll(
  context: CliContext,
  { profile, names }: { profile: Profile; names: readonly string[] },
): Promise<readonly Need[]> {
  const { enabledServers, readinessOf, readServer } = await import('#mcp');
  const has = await secretsHere(context);
  const entries = enabledServers(profile, { readServer, onProblem: (_server, error) => context.report(error) });
  return entries.flatMap(({ entry }) => {
    const server = profile.servers.find(({ name }) => name === entry.name);
    if (!server || !names.includes(entry.name)) return [];
    return [{ server: entry.name, entry, readiness: readinessOf(server, entry, has) }];
  });
}

async function needsOf(
  context: CliContext,
  which: { profile: Profile; names: readonly string[] },
): Promise<Readonly<Record<string, ServerReadiness>>> {
  const all = await readAll(context, which);
  return Object.fromEntries(all.map(({ server, readiness }) => [server, readiness]));
}

async function tellNeeds(context: CliContext, which: { profile: Profile; names: readonly string[] }): Promise<void> {
  const { t } = context;
  const has = await secretsHere(context);
  const { configProblems } = await import('#mcp');
  for (const { server, entry } of await readAll(context, which)) {
    for (const { name } of entry.secrets.filter((secret) => !has(secret.name))) {
      context.notice(t('mcp.server.needsSecret', { server, name }));
    }
    const kept = which.profile.servers.find(({ name }) => name === server);
    for (const problem of kept ? configProblems(kept) : []) {
      context.notice(t('mcp.server.needsConfig', { problem, profile: which.profile.id, server }));
    }
    const isSignedIn = entry.oauth?.providers.every(
      ({ provider }) => has(`oauth/${provider}`) || has(`oauth/${server}`),
    );
    if (isSignedIn === false) context.notice(t('mcp.server.needsOAuth', { server }));
  }
}
