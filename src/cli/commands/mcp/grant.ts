import { join } from 'node:path';
import { silentLog } from '#core';
import type { GrantStore } from '#mcp';
import type { CliContext } from '../../context.ts';
import { tableText } from '../../output/table.ts';
import { printResult, type FormatOptions } from './format.ts';

export interface GrantFlags extends FormatOptions {
  readonly rw?: boolean;
  readonly evenThoughSensitive?: boolean;
}

async function grantStore({ paths, clock }: CliContext): Promise<GrantStore> {
  const { openGrants } = await import('#mcp');
  const path = join(paths.home, 'mcp', 'grants.yaml');
  return await openGrants({ path, userHome: paths.userHome, clock, log: silentLog });
}

export async function listGrants(
  context: CliContext,
  server: string | undefined,
  flags: FormatOptions,
): Promise<number> {
  const { t } = context;
  using store = await grantStore(context);
  const grants = store.current().filter((grant) => server === undefined || grant.server === server);
  return await printResult(context, flags, {
    value: grants,
    human: () =>
      grants.length === 0
        ? `${t('mcp.grant.none')}\n`
        : tableText(
            [t('mcp.grant.column.server'), t('mcp.grant.column.path'), t('mcp.grant.column.mode')],
            grants.map((grant) => [grant.server, grant.path, grant.mode]),
          ),
  });
}

export async function addGrant(
  context: CliContext,
  { server, path }: { server: string; path: string },
  flags: GrantFlags,
): Promise<number> {
  using store = await grantStore(context);
  const grant = await store.add({
    server,
    path,
    from: process.cwd(),
    mode: flags.rw === true ? 'rw' : 'ro',
    evenThoughSensitive: flags.evenThoughSensitive ?? false,
  });
  const text = grant.mode === 'rw' ? 'mcp.grant.addedRw' : 'mcp.grant.added';
  return await printResult(context, flags, {
    value: grant,
    human: () => `${context.t(text, { server: grant.server, path: grant.path })}\n`,
  });
}

export async function removeGrants(
  context: CliContext,
  { server, path }: { server: string; path: string | undefined },
  flags: FormatOptions,
): Promise<number> {
  using store = await grantStore(context);
  const removed = await store.remove(server, path === undefined ? undefined : { path, from: process.cwd() });
  return await printResult(context, flags, {
    value: { removed },
    human: () => removed.map((one) => `${context.t('mcp.grant.removed', { server, path: one.path })}\n`).join(''),
  });
}
