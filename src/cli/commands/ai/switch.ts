import { openAssistant } from '../../client/assistant/open-assistant.ts';
import { confirm } from '../../confirm.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { printable } from '../../output/printable.ts';

interface YesOption {
  readonly yes?: boolean;
}

/** Shows the terms and switches the assistant on once they are accepted. Ends with 10 when nobody accepts them. */
export async function enable(context: CliContext, { yes = false }: YesOption): Promise<number> {
  const { t, notice, print, language, calledAs } = context;
  const client = await openAssistant(context);
  const before = await client.state();
  notice(`${t('tui.terms.title')}\n\n${printable(before.terms.text[language])}\n`);
  if (!(await agrees(context, { yes, question: t('tui.terms.accept') }))) {
    notice(t('ai.enable.declined', { command: `${calledAs.name} ai enable --yes` }));
    return exitCodes.approval;
  }
  const state = await client.enable(before.terms.version);
  print(`${t('ai.enable.done')}\n`);
  if (state.model === null) notice(state.whyNoModel?.[language] ?? '');
  else print(`${t('ai.enable.model', { model: printable(state.model.name) })}\n`);
  return exitCodes.ok;
}

/** Sessions stay until they are erased, and it is said how. */
export async function disable(context: CliContext): Promise<number> {
  const { t, print, calledAs } = context;
  const client = await openAssistant(context);
  await client.disable();
  const kept = await client.sessions();
  print(`${t('ai.disable.done')}\n`);
  if (kept.length > 0)
    print(`${t('ai.disable.kept', { count: kept.length, command: `${calledAs.name} ai sessions rm --all` })}\n`);
  return exitCodes.ok;
}

/** What leaves this machine with the model in use, and agreeing to it. */
export async function acknowledge(context: CliContext, { yes = false }: YesOption): Promise<number> {
  const { t, notice, print, language, calledAs } = context;
  const client = await openAssistant(context);
  const { disclosure } = await client.state();
  if (!disclosure) {
    print(`${t('ai.acknowledge.nothing')}\n`);
    return exitCodes.ok;
  }
  notice(`${t('tui.disclosure.title')}\n\n${printable(disclosure.text[language])}\n`);
  if (disclosure.acknowledged) {
    print(`${t('ai.acknowledge.done')}\n`);
    return exitCodes.ok;
  }
  if (!(await agrees(context, { yes, question: t('tui.disclosure.accept') }))) {
    notice(t('ai.acknowledge.how', { command: `${calledAs.name} ai acknowledge --yes` }));
    return exitCodes.approval;
  }
  await client.acknowledge(disclosure.id);
  print(`${t('ai.acknowledge.done')}\n`);
  return exitCodes.ok;
}

async function agrees(
  context: CliContext,
  { yes, question }: { readonly yes: boolean; readonly question: string },
): Promise<boolean> {
  if (yes) return true;
  return context.stdin.isTTY === true && (await confirm(context, `${question} [y/N] `));
}
