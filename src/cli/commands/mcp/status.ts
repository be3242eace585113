import { join } from 'node:path';
import type { McpStatusBody } from '#contract';
import { AppError } from '#core';
import type { CliContext } from '../../context.ts';
import { isErrorCode } from '../../exit-codes.ts';
import { errorText } from '#texts';
import { agoText } from '../../output/duration.ts';
import { printableLine } from '../../output/printable.ts';
import { tableText } from '../../output/table.ts';
import { summarizeCalls, type ServerCalls } from './call-summary.ts';
import { printResult, type FormatOptions } from './format.ts';
import { profilesHere } from './state-here.ts';

export interface McpStatusFlags extends FormatOptions {
  readonly profile?: string;
}

type Gateway = McpStatusBody['gateways'][number];
type Told = Gateway['servers'][number];

/** One line of the table, wherever it is known from. */
interface Row extends ServerCalls {
  readonly profile: string;
  readonly name: string;
  readonly state: Told['state'] | 'enabled' | 'not_enabled';
  readonly tools?: number | undefined;
}

/** How the servers are: as the daemon's gateways say, or, where none runs, as the calls on record say. */
export async function mcpStatus(context: CliContext, flags: McpStatusFlags): Promise<number> {
  const { t } = context;
  const gateways = (await runningGateways(context)).filter(
    ({ profile }) => flags.profile === undefined || profile === flags.profile,
  );
  if (gateways.length === 0) return await statusOnRecord(context, flags);
  const rows = gateways.flatMap(({ profile, servers }) => servers.map((server): Row => ({ profile, ...server })));
  return await printResult(context, flags, {
    value: { source: 'gateway', gateways },
    human: () => {
      const warnings = gateways.flatMap((gateway) => gateway.warnings);
      const lines = warnings.map((message) => `${t('warning.label', { message: printableLine(message) })}\n`);
      return `${textOf(rows, context)}${lines.join('')}`;
    },
  });
}

async function runningGateways(context: CliContext): Promise<readonly Gateway[]> {
  const client = context.runningDaemon();
  try {
    return (await client.json({ path: '/gantry/mcp/status' }, (contract) => contract.mcpStatusBody)).gateways;
  } catch (error) {
    const isDown = error instanceof AppError && error.code === 'daemon.not_running' && client.address.kind === 'local';
    if (isDown && error.params['denied'] === undefined) return [];
    throw error;
  }
}

async function statusOnRecord(context: CliContext, flags: McpStatusFlags): Promise<number> {
  const { t, paths } = context;
  const { defaultProfile, readCalls } = await import('#mcp');
  const id = flags.profile ?? defaultProfile;
  const profiles = await profilesHere(context);
  const profile = id === defaultProfile ? await profiles.find(id) : await profiles.get(id);
  const enabled = (profile?.servers ?? []).map(({ name }) => name);
  const calls = await summarizeCalls(readCalls(join(paths.home, 'mcp', 'calls')));
  const nothing: ServerCalls = { calls: 0, failures: 0 };
  const others = [...calls.keys()].filter((name) => !enabled.includes(name));
  const rows = [
    ...enabled.map((name): Row => ({ profile: id, name, state: 'enabled', ...(calls.get(name) ?? nothing) })),
    ...others.map((name): Row => ({ profile: id, name, state: 'not_enabled', ...(calls.get(name) ?? nothing) })),
  ];
  return await printResult(context, flags, {
    value: { source: 'calls', profile: id, servers: rows.map(({ profile: _same, ...row }) => row) },
    human: () => {
      context.notice(t('mcp.status.noGateway'));
      return textOf(rows, context);
    },
  });
}

function textOf(rows: readonly Row[], context: CliContext): string {
  const { t } = context;
  if (rows.length === 0) return `${t('mcp.status.none')}\n`;
  const hasProfiles = new Set(rows.map(({ profile }) => profile)).size > 1;
  const titles = [
    t('mcp.grant.column.server'),
    t('mcp.status.column.state'),
    t('mcp.status.column.tools'),
    t('mcp.policy.column.calls'),
    t('mcp.status.column.failed'),
    t('mcp.status.column.mean'),
    t('mcp.status.column.last'),
  ];
  const table = tableText(
    hasProfiles ? [t('mcp.status.column.profile'), ...titles] : titles,
    rows.map((row) => (hasProfiles ? [row.profile, ...cellsOf(row, context)] : cellsOf(row, context))),
  );
  const errors = rows.flatMap((row) => errorLines(row, context));
  return errors.length === 0 ? table : `${table}\n${errors.join('\n')}\n`;
}

function cellsOf(row: Row, { t, clock }: CliContext): readonly string[] {
  const { name, state, tools, calls, failures, latencyMs, lastCallAt } = row;
  return [
    name,
    t(`mcp.status.state.${state}`),
    tools === undefined ? '-' : String(tools),
    String(calls),
    String(failures),
    latencyMs === undefined ? '-' : `${latencyMs.mean} ms`,
    lastCallAt === undefined ? '-' : agoText(lastCallAt, { nowMs: clock.now(), t }),
  ];
}

/** Why it cannot be used, or what its last failed call died of, and what to do about it. */
function errorLines({ name, error }: Row, { language }: CliContext): readonly string[] {
  if (!error) return [];
  const { message, hint } = errorText(
    new AppError(isErrorCode(error.code ?? '') ? (error.code as AppError['code']) : 'internal', error.message, {
      hint: error.hint,
      params: error.params,
    }),
    language,
  );
  const first = `${printableLine(name)}: ${printableLine(message)}`;
  return hint === undefined ? [first] : [first, `  ${printableLine(hint)}`];
}
