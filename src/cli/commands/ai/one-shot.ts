import { resolve } from 'node:path';
import type { AssistantEvent, AssistantSessionBody, AssistantStateBody, TurnRequest } from '#contract';
import type { AssistantClient } from '../../client/assistant/types.ts';
import { confirm } from '../../confirm.ts';
import type { CliContext } from '../../context.ts';
import { exitCode, exitCodes, isErrorCode } from '../../exit-codes.ts';
import { printable } from '../../output/printable.ts';
import { usageError } from '../../usage-error.ts';
import { askOnTerminal } from './ask-on-terminal.ts';
import { createTurnPrinter, turnJson } from './turn-printer.ts';

export interface OneShotOptions {
  readonly json?: boolean;
  /** Each event as a line of JSON, as it comes. */
  readonly events?: boolean;
  readonly plan?: boolean;
  readonly workingDir?: string;
  readonly model?: string;
  readonly session?: string;
  /** Approves what an earlier question listed, by its name. */
  readonly yesTo?: string;
}

export interface OneShot {
  readonly question: string;
  /** What was piped in beside the question. */
  readonly piped: string | undefined;
  readonly state: AssistantStateBody;
}

/**
 * One question to the assistant of the daemon. Ends with 0 when it is answered, 10 when something needs approval and nobody can be
 * asked, 130 when it was stopped, and with the code of what failed.
 */
export async function oneShot(
  context: CliContext,
  client: AssistantClient,
  { question, piped, state, ...options }: OneShot & OneShotOptions,
): Promise<number> {
  if (!(await acknowledged(context, client, state))) return exitCodes.approval;
  const session = await sessionOf(context, client, options);
  const isQuiet = options.json === true || options.events === true;
  const interactive = !isQuiet && context.stdin.isTTY === true && context.stderr.isTTY === true;
  const request: TurnRequest = {
    text: question,
    attachments: piped === undefined ? [] : [{ kind: 'text', name: 'stdin', content: piped }],
    language: context.language,
    interactive,
    ...(options.yesTo !== undefined && { approvePlan: options.yesTo }),
  };
  const printer = isQuiet ? undefined : createTurnPrinter(context);
  const events: AssistantEvent[] = [];
  // The turn ends in the daemon, and says so; a second Ctrl-C ends only this command.
  let stops = 0;
  const release = context.interrupts.take(() => {
    stops += 1;
    if (stops > 1) {
      release();
      context.interrupts.raise();
    } else client.stop(session.id).catch(context.report);
  });
  try {
    for await (const event of client.turn(session.id, request)) {
      events.push(event);
      if (options.events) context.print(`${JSON.stringify(event)}\n`);
      printer?.show(event);
      if (event.type === 'tool_call_confirmation' || event.type === 'continue_confirmation')
        await client.answer(session.id, event.callId, await askOnTerminal(context, event));
    }
  } finally {
    release();
  }
  printer?.end();
  if (options.json) context.printJson(turnJson(session, events));
  return codeOf(context, { events, session, isQuiet });
}

async function acknowledged(
  context: CliContext,
  client: AssistantClient,
  { disclosure }: AssistantStateBody,
): Promise<boolean> {
  const { t, notice, language, stdin, calledAs } = context;
  if (!disclosure || disclosure.acknowledged) return true;
  notice(`${t('tui.disclosure.title')}\n\n${printable(disclosure.text[language])}\n`);
  if (stdin.isTTY === true && (await confirm(context, `${t('tui.disclosure.accept')} [y/N] `))) {
    await client.acknowledge(disclosure.id);
    return true;
  }
  notice(t('ai.acknowledge.how', { command: `${calledAs.name} ai acknowledge --yes` }));
  return false;
}

async function sessionOf(
  { t }: CliContext,
  client: AssistantClient,
  options: OneShotOptions,
): Promise<AssistantSessionBody> {
  const { session: wanted, yesTo, model, plan = false } = options;
  if (wanted === undefined && yesTo === undefined) {
    return await client.createSession({
      workingDirectory: resolve(options.workingDir ?? '.'),
      ...(model !== undefined && { model }),
      mode: plan ? 'plan' : 'ask',
    });
  }
  const all = await client.sessions();
  const found =
    wanted === undefined
      ? all.find((one) => one.plan === yesTo)
      : /^-[1-9]\d*$/.test(wanted)
        ? all[-Number(wanted) - 1]
        : all.find(({ id }) => id === wanted || (wanted.length >= 8 && id.startsWith(wanted)));
  if (!found)
    throw usageError(
      wanted === undefined ? t('ai.plan.gone', { plan: yesTo ?? '' }) : t('tui.noSession', { id: wanted }),
    );
  return await client.changeSession(found.id, {
    ...(options.workingDir !== undefined && { workingDirectory: resolve(options.workingDir) }),
    ...(model !== undefined && { model }),
    ...(plan && { mode: 'plan' }),
  });
}

interface Ended {
  readonly events: readonly AssistantEvent[];
  readonly session: AssistantSessionBody;
  readonly isQuiet: boolean;
}

function codeOf({ t, notice, calledAs }: CliContext, { events, isQuiet }: Ended): number {
  const last = events.at(-1);
  if (last?.type !== 'turn_ended') return exitCodes.daemon;
  switch (last.stopReason) {
    case 'answered':
      return exitCodes.ok;
    case 'needs_approval':
      if (!isQuiet) notice(t('ai.plan.how', { command: `${calledAs.name} ai --yes-to ${last.plan ?? ''}` }));
      return exitCodes.approval;
    case 'aborted':
      return exitCodes.interrupted;
    case 'error': {
      const error = events.findLast(({ type }) => type === 'error');
      return error?.type === 'error' && isErrorCode(error.code) ? exitCode(error.code) : exitCodes.unexpected;
    }
    case 'interrupted':
      return exitCodes.daemon;
    case 'refused':
    case 'loop':
    case 'steps':
    case 'length':
      return exitCodes.unexpected;
  }
}
