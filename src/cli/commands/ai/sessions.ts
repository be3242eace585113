import type { AssistantSessionListBody } from '#contract';
import { writeFileAtomic } from '#core';
import { openAssistant } from '../../client/assistant/open-assistant.ts';
import type { AssistantClient } from '../../client/assistant/types.ts';
import { confirm } from '../../confirm.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { agoText } from '../../output/duration.ts';
import { printable, printableLine } from '../../output/printable.ts';
import { tableText } from '../../output/table.ts';
import { usageError } from '../../usage-error.ts';

export interface SessionsOptions {
  readonly json?: boolean;
  readonly search?: string;
}

export async function listSessions(context: CliContext, { json = false, search }: SessionsOptions): Promise<number> {
  const { t, clock } = context;
  const sessions = await (await openAssistant(context)).sessions(search);
  if (json) context.printJson(sessions);
  else if (sessions.length === 0) context.notice(t('ai.sessions.none'));
  else {
    const rows = sessions.map(({ id, title, workingDirectory, messages, updatedAt, starred }) => [
      id.slice(0, 8),
      `${starred ? '★ ' : ''}${title || '-'}`,
      workingDirectory,
      String(messages),
      agoText(Date.parse(updatedAt), { nowMs: clock.now(), t }),
    ]);
    context.print(
      tableText(
        ['ID', t('ai.sessions.title'), t('ai.sessions.folder'), t('ai.sessions.messages'), t('ai.sessions.updated')],
        rows,
      ),
    );
  }
  return exitCodes.ok;
}

export async function showSession(context: CliContext, id: string, { json = false }: SessionsOptions): Promise<number> {
  const client = await openAssistant(context);
  const found = await oneOf(context, client, id);
  const text = await client.exportSession(found, json ? 'json' : 'markdown');
  context.print(json ? text : printable(text));
  return exitCodes.ok;
}

export interface ExportOptions {
  readonly format?: 'json' | 'markdown';
  readonly output?: string;
}

export async function exportSession(
  context: CliContext,
  id: string,
  { format = 'markdown', output }: ExportOptions,
): Promise<number> {
  const client = await openAssistant(context);
  const text = await client.exportSession(await oneOf(context, client, id), format);
  if (output === undefined) context.print(text);
  else {
    await writeFileAtomic(output, text, { mode: 0o600 });
    context.notice(context.t('ai.sessions.exported', { file: printableLine(output) }));
  }
  return exitCodes.ok;
}

export interface RemoveOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
}

export async function removeSessions(
  context: CliContext,
  ids: readonly string[],
  { all = false, yes = false }: RemoveOptions,
): Promise<number> {
  const { t } = context;
  const client = await openAssistant(context);
  if (all === ids.length > 0) throw usageError(t('ai.sessions.which'));
  if (all) {
    const { length } = await client.sessions();
    const agreed =
      yes ||
      (context.stdin.isTTY === true &&
        (await confirm(context, `${t('ai.sessions.removeAll', { count: length })} [y/N] `)));
    if (!agreed) {
      context.notice(t('ai.sessions.notRemoved'));
      return exitCodes.approval;
    }
    await client.removeSessions();
    context.print(`${t('ai.sessions.removed', { count: length })}\n`);
    return exitCodes.ok;
  }
  const found: string[] = [];
  for (const id of ids) found.push(await oneOf(context, client, id));
  for (const id of found) await client.removeSession(id);
  context.print(`${t('ai.sessions.removed', { count: found.length })}\n`);
  return exitCodes.ok;
}

/** By id, by its beginning, or counted from the latest: -1, -2, … */
async function oneOf({ t }: CliContext, client: AssistantClient, wanted: string): Promise<string> {
  const all: AssistantSessionListBody = await client.sessions();
  if (/^-[1-9]\d*$/.test(wanted)) {
    const found = all[-Number(wanted) - 1];
    if (found) return found.id;
  }
  const found = all.filter(({ id }) => id.startsWith(wanted));
  const [first] = found;
  if (first && found.length === 1) return first.id;
  throw usageError(t('tui.noSession', { id: printableLine(wanted) }));
}
