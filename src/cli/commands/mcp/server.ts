import type { EnabledServer, ExplainedServer, ServerReadiness } from '#mcp';
import type { CliContext } from '../../context.ts';
import { printableLine } from '../../output/printable.ts';
import { tableText } from '../../output/table.ts';
import { whyNotText } from './catalog-texts.ts';
import { docker } from './docker-marks.ts';
import { printResult, type FormatOptions } from './format.ts';
import { machineFacts } from './machine-facts.ts';
import { profilesHere } from './state-here.ts';

export interface ServerFlags extends FormatOptions {
  readonly profile?: string;
}

interface Row extends ServerReadiness {
  readonly name: string;
  readonly description: string;
  readonly explained: ExplainedServer;
}

/** The servers that clients get, and what they still need. */
export async function listServers(context: CliContext, flags: ServerFlags): Promise<number> {
  const { t } = context;
  const { explainEntry, readinessOf, readServer, enabledServers, emptyProfile, defaultProfile } = await import('#mcp');
  const profiles = await profilesHere(context);
  const id = flags.profile ?? defaultProfile;
  const profile = id === defaultProfile ? ((await profiles.find(id)) ?? emptyProfile(id)) : await profiles.get(id);
  const facts = await machineFacts(context, { profile: id });
  const has = facts.hasSecret;
  const entries = enabledServers(profile, { readServer, onProblem: (_server, error) => context.report(error) });
  const rows = entries.flatMap(({ entry }: EnabledServer): readonly Row[] => {
    const server = profile.servers.find(({ name }) => name === entry.name);
    const description = entry.description ?? entry.title ?? '';
    const explained = explainEntry(entry, facts);
    return server ? [{ name: entry.name, description, ...readinessOf(server, entry, has), explained }] : [];
  });
  return await printResult(context, flags, {
    value: rows.map(({ explained: { runs, network, here, broken }, ...row }) => ({
      ...row,
      runs,
      network,
      canRun: here?.canRun ?? false,
      missing: here?.missing,
      broken,
    })),
    human: () =>
      rows.length === 0
        ? `${t('mcp.server.none')}\n`
        : `${tableText(
            [
              t('column.name'),
              'OAUTH',
              t('mcp.server.column.secrets'),
              t('mcp.server.column.config'),
              t('column.description'),
            ],
            rows.map(({ name, oauth, secrets, config, description }) => [
              name,
              docker[oauth],
              docker[secrets],
              docker[config],
              shorten(description),
            ]),
          )}${whyNotText(
            rows.map(({ explained }) => explained),
            context,
          )}`,
  });
}

function shorten(description: string): string {
  const line = printableLine(description);
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

export async function disableServers(
  context: CliContext,
  names: readonly string[],
  flags: ServerFlags,
): Promise<number> {
  const { t } = context;
  const { removeServers, defaultProfile } = await import('#mcp');
  const id = flags.profile ?? defaultProfile;
  await (
    await profilesHere(context)
  ).update(id, (profile) => removeServers(profile, names), { create: id === defaultProfile });
  return await printResult(context, flags, {
    value: { profile: id, removed: names },
    human: () => names.map((name) => `${t('mcp.server.disabled', { name })}\n`).join(''),
  });
}

export async function resetServers(context: CliContext, flags: ServerFlags): Promise<number> {
  const { t } = context;
  const { defaultProfile } = await import('#mcp');
  const id = flags.profile ?? defaultProfile;
  let removed: readonly string[] = [];
  await (
    await profilesHere(context)
  ).update(
    id,
    (profile) => {
      removed = profile.servers.map(({ name }) => name);
      return { ...profile, servers: [] };
    },
    { create: id === defaultProfile },
  );
  return await printResult(context, flags, {
    value: { profile: id, removed },
    human: () => `${t('mcp.server.reset', { n: removed.length })}\n`,
  });
}
