import { stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AssistantSessionBody, AssistantStateBody } from '#contract';
import { AppError, errorCodeOf } from '#core';
import { editText } from '../../chat/edit-text.ts';
import { openHistory } from '../../chat/history.ts';
import { throwModelError } from '../../client/assistant/model-error.ts';
import { openAssistant } from '../../client/assistant/open-assistant.ts';
import type { AssistantClient } from '../../client/assistant/types.ts';
import { confirm } from '../../confirm.ts';
import type { CliContext } from '../../context.ts';
import { exitCodes } from '../../exit-codes.ts';
import { colorsWanted } from '../../output/colors.ts';
import { printable, printableLine } from '../../output/printable.ts';
import { runTui, type TuiStart } from '../../tui/run-tui.ts';
import type { Input } from '../../tui/state/types.ts';
import { factsOf, type TuiDeps } from '../../tui/types.ts';
import { usageError } from '../../usage-error.ts';

export interface AssistantOptions {
  readonly workingDir?: string;
  readonly session?: string;
}

/** `gantry ai`: the assistant on a terminal. A question that is piped in is answered in one go. */
export async function assistant(context: CliContext, options: AssistantOptions): Promise<number> {
  const { t, stdin, stdout, calledAs } = context;
  if (stdin.isTTY !== true) return await (await import('./ask.ts')).ask(context, [], {});
  if (stdout.isTTY !== true || context.env['TERM'] === 'dumb') {
    throw usageError(t('tui.needsTerminal', { command: `${calledAs.name} ai` }));
  }
  const workingDirectory = await directoryOf(options.workingDir);
  const client = await openAssistant(context);
  const state = await ready(context, client);
  if (!state) return exitCodes.ok;
  const start = await startOf(context, client, { options, state, workingDirectory });
  const history = await openHistory(context);
  // In raw mode Ctrl-C is a key; a signal from elsewhere ends the command as usual.
  const entries = await runTui(depsOf(context, client, { history: history.entries, workingDirectory }), start);
  await history.save(entries);
  return exitCodes.ok;
}

async function directoryOf(given: string | undefined): Promise<string> {
  const path = resolve(given ?? '.');
  const facts = await stat(path).catch((error: unknown) => {
    throw new AppError('request.invalid', `The folder ${path} cannot be read: ${errorCodeOf(error) ?? 'unknown'}.`, {
      params: { reason: 'folder', path },
      cause: error,
    });
  });
  if (facts.isDirectory()) return path;
  throw new AppError('request.invalid', `${path} is no folder.`, { params: { reason: 'folder', path } });
}

/** The state once terms and disclosure are accepted; undefined when the person does not want to. */
async function ready(context: CliContext, client: AssistantClient): Promise<AssistantStateBody | undefined> {
  const { t, notice, language, calledAs } = context;
  const command = `${calledAs.name} ai`;
  let state = await client.state();
  if (!state.enabled) {
    notice(`${t('tui.terms.title')}\n\n${printable(state.terms.text[language])}\n`);
    if (!(await confirm(context, `${t('tui.terms.accept')} [y/N] `))) {
      notice(t('tui.terms.without', { command }));
      return undefined;
    }
    state = await client.enable(state.terms.version);
  }
  throwModelError(state);
  const { disclosure } = state;
  if (disclosure && !disclosure.acknowledged) {
    notice(`${t('tui.disclosure.title')}\n\n${printable(disclosure.text[language])}\n`);
    if (!(await confirm(context, `${t('tui.disclosure.accept')} [y/N] `))) {
      notice(t('tui.disclosure.without', { command: `${calledAs.name} settings set assistant.model MODEL` }));
      return undefined;
    }
    state = await client.acknowledge(disclosure.id);
  }
  return state;
}

interface Wanted {
  readonly options: AssistantOptions;
  readonly state: AssistantStateBody;
  readonly workingDirectory: string;
}

async function startOf(context: CliContext, client: AssistantClient, wanted: Wanted): Promise<TuiStart> {
  const { language } = context;
  const { options, state, workingDirectory } = wanted;
  const why = state.whyNoModel?.[language];
  const noModel: readonly Input[] =
    state.model === null && why !== undefined
      ? [{ type: 'notice', level: 'warning', saying: { key: 'tui.greeting.noModel', values: { reason: why } } }]
      : [];
  if (options.session === undefined) {
    const session = await client.createSession({ workingDirectory });
    return {
      session: factsOf(session, state.model),
      events: [],
      inputs: [{ type: 'notice', level: 'info', saying: { key: 'tui.greeting' } }, ...noModel],
      isBusy: false,
    };
  }
  const session = await resumed(context, client, { ...wanted, id: options.session });
  const model = session.model === null ? state.model : { name: session.model, isLocal: state.model?.isLocal ?? true };
  const title = printableLine(session.title) || session.id;
  return {
    session: factsOf(session, model),
    events: session.events,
    inputs: [
      ...(session.busy ? [] : [{ type: 'turn_closed' } as const]),
      { type: 'notice', level: 'info', saying: { key: 'tui.resumed', values: { title } } },
      ...noModel,
    ],
    isBusy: session.busy,
  };
}

/** A session by its id, or counted from the latest: -1, -2, … */
async function resumed(
  { t }: CliContext,
  client: AssistantClient,
  { id, options, workingDirectory }: Wanted & { readonly id: string },
): Promise<AssistantSessionBody> {
  let wanted = id;
  if (/^-[1-9]\d*$/.test(id)) {
    const sessions = await client.sessions();
    const found = sessions[-Number(id) - 1];
    if (!found) throw usageError(t('tui.noSession', { id }));
    wanted = found.id;
  }
  if (options.workingDir !== undefined) return await client.changeSession(wanted, { workingDirectory });
  return await client.session(wanted);
}

function depsOf(
  context: CliContext,
  client: AssistantClient,
  { history, workingDirectory }: { history: readonly string[]; workingDirectory: string },
): TuiDeps {
  const { stdin, stdout, clock, t, language, env, signal } = context;
  return {
    client,
    input: stdin,
    output: stdout,
    clock,
    t,
    language,
    colors: colorsWanted(stdout, env),
    env,
    home: env['HOME'] ?? '',
    workingDirectory,
    history,
    async models() {
      const daemon = await context.daemon();
      const models = await daemon.json({ path: '/models' }, (contract) => contract.modelListBody);
      return models.flatMap(({ tags }) => tags ?? []);
    },
    async writeNew(path, text) {
      try {
        await writeFile(path, text, { flag: 'wx', mode: 0o600 });
        return true;
      } catch (error) {
        if (errorCodeOf(error) === 'EEXIST') return false;
        throw new AppError('request.invalid', `${path} cannot be written: ${errorCodeOf(error) ?? 'unknown'}.`, {
          params: { reason: 'file_not_written', path },
          cause: error,
        });
      }
    },
    async editText(text) {
      const release = context.interrupts.take(() => undefined);
      try {
        return await editText(text, { env });
      } finally {
        release();
      }
    },
    suspend: () =>
      new Promise((continued) => {
        process.once('SIGCONT', () => continued());
        process.kill(0, 'SIGTSTP');
      }),
    signal,
  };
}
