import type { Json } from '#mcp';
import type { CliContext } from '../../context.ts';
import { usageError } from '../../usage-error.ts';
import { printResult } from './format.ts';
import type { ProfileConfigFlags, ProfileToolsFlags } from './profile-flags.ts';
import { profilesHere } from './state-here.ts';

export async function configureProfile(context: CliContext, id: string, flags: ProfileConfigFlags): Promise<number> {
  const { t } = context;
  const { configEntries, configure, configProblems, configValue } = await import('#mcp');
  const { set, get, del, getAll = false } = flags;
  const isChange = set.length > 0 || del.length > 0;
  if (!isChange && get.length === 0 && !getAll) throw usageError(t('mcp.profile.configNothing'));
  const profiles = await profilesHere(context);
  const profile = isChange
    ? await profiles.update(id, (before) => configure(before, { set, remove: del }))
    : await profiles.get(id);
  const touched = new Set([...set, ...del].map((text) => text.split('.')[0]));
  for (const server of isChange ? profile.servers.filter(({ name }) => touched.has(name.split('.')[0])) : []) {
    for (const problem of configProblems(server)) context.notice(t('warning.label', { message: problem }));
  }
  const entries: readonly (readonly [string, Json])[] = getAll
    ? configEntries(profile).map(({ key, value }) => [key, value])
    : get.map((key) => {
        const value = configValue(profile, key);
        if (value === undefined) throw usageError(t('mcp.profile.configNotSet', { key }));
        return [key, value];
      });
  return await printResult(context, flags, {
    value: Object.fromEntries(entries),
    human: () =>
      entries.map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join(''),
  });
}

export async function switchProfileTools(context: CliContext, id: string, flags: ProfileToolsFlags): Promise<number> {
  const { t } = context;
  const { switchTools } = await import('#mcp');
  const { enable, disable, enableAll, disableAll } = flags;
  const changes = { enable, disable, enableAll, disableAll };
  const count = Object.values(changes).flat().length;
  const profiles = await profilesHere(context);
  const profile =
    count === 0 ? await profiles.get(id) : await profiles.update(id, (before) => switchTools(before, changes));
  const value = profile.servers.map(({ name, tools, disabledTools }) => ({
    server: name,
    enabled: tools ?? 'all',
    disabled: disabledTools,
  }));
  return await printResult(context, flags, {
    value,
    human: () =>
      value
        .map(({ server, enabled, disabled }) => {
          const on =
            typeof enabled === 'string' ? t('mcp.profile.allTools') : enabled.join(', ') || t('mcp.profile.noTools');
          return `${server}: ${disabled.length === 0 ? on : t('mcp.profile.toolsBut', { on, off: disabled.join(', ') })}\n`;
        })
        .join(''),
  });
}
