import { join } from 'node:path';
import { AppError } from '#core';
import type { CallRecord } from '#mcp';
import type { CliContext } from '../../context.ts';
import { printable } from '../../output/printable.ts';
import { tableText } from '../../output/table.ts';
import { callTool, type ToolsFlags } from './tools.ts';
import { formatOf, printResult, type FormatOptions } from './format.ts';

export interface CallsFlags extends FormatOptions {
  readonly follow?: boolean;
  readonly server?: string;
  readonly last?: number;
}

const folderOf = ({ paths }: CliContext): string => join(paths.home, 'mcp', 'calls');

/** What went through gateways of this home, the newest last. */
export async function listCalls(context: CliContext, flags: CallsFlags): Promise<number> {
  const { t } = context;
  const { readCalls } = await import('#mcp');
  const isWanted = (record: CallRecord): boolean => flags.server === undefined || record.server === flags.server;
  if (flags.follow === true) return await followCallsHere(context, flags, isWanted);
  const { last = 50 } = flags;
  const records: CallRecord[] = [];
  for await (const record of readCalls(folderOf(context))) {
    if (!isWanted(record)) continue;
    records.push(record);
    if (records.length > last) records.shift();
  }
  return await printResult(context, flags, {
    value: records,
    human: () => (records.length === 0 ? `${t('mcp.calls.none')}\n` : tableText(titles(context), records.map(rowOf))),
  });
}

async function followCallsHere(
  context: CliContext,
  flags: CallsFlags,
  isWanted: (record: CallRecord) => boolean,
): Promise<number> {
  const { clock, signal } = context;
  const { followCalls } = await import('#mcp');
  const isHuman = formatOf(flags, context) === 'human';
  for await (const record of followCalls(folderOf(context), { clock, signal })) {
    if (!isWanted(record)) continue;
    context.print(isHuman ? `${printable(rowOf(record).join('  '))}\n` : `${printable(JSON.stringify(record))}\n`);
  }
  return 0;
}

function titles({ t }: CliContext): readonly string[] {
  return [
    'ID',
    t('mcp.calls.column.time'),
    t('mcp.calls.column.client'),
    t('mcp.grant.column.server'),
    t('mcp.calls.column.what'),
    t('mcp.calls.column.outcome'),
    t('mcp.calls.column.took'),
  ];
}

function rowOf({ id, time, client, server, kind, name, outcome, durationMs, error }: CallRecord): readonly string[] {
  const what = kind === 'tool' ? name : `${kind} ${name}`;
  const said = error === undefined ? outcome : `${outcome}: ${error.slice(0, 80)}`;
  return [id, time, client.name, server, what, said, `${Math.round(durationMs)} ms`];
}

/** Calls the tool again with the arguments that are on record. */
export async function replayCall(context: CliContext, id: string, flags: ToolsFlags): Promise<number> {
  const { findCall } = await import('#mcp');
  const record = await findCall(folderOf(context), id);
  if (record.kind !== 'tool') throw cannotReplay(id, 'kind', 'it was not a call of a tool');
  if (record.isRedacted === true)
    throw cannotReplay(id, 'redacted', 'its arguments were too large or had secrets in them');
  if (record.arguments === undefined) throw cannotReplay(id, 'no_arguments', 'its arguments are not on record');
  const argsJson = JSON.stringify(record.arguments);
  return await callTool(context, { name: record.name, words: [], server: record.server }, { ...flags, argsJson });
}

function cannotReplay(id: string, why: string, detail: string): AppError {
  return new AppError('request.invalid', `The call ${id} cannot be repeated: ${detail}.`, {
    hint: 'Arguments are kept once you say: gantry settings set mcp.record on',
    params: { reason: `replay_${why}`, id },
  });
}
