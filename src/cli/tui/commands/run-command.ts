import { join } from 'node:path';
import { agoText } from '../../output/duration.ts';
import type { Choice, Input, Item, Mode, Saying, SessionFacts, State } from '../state/types.ts';
import { undoneSaying } from '../state/on-event.ts';
import { slashCommands } from '../state/slash.ts';
import { factsOf, type TuiDeps } from '../types.ts';
import { attach } from './attach.ts';
import { permissions } from './permissions.ts';

type Inputs = readonly Input[];

/** Carries out a slash command and says what became of it. @throws AppError what the daemon refuses */
export async function runCommand(
  { name, rest }: { name: string; rest: string },
  state: State,
  deps: TuiDeps,
): Promise<Inputs> {
  const { client, t } = deps;
  const { session } = state;
  switch (name) {
    case 'help':
      return [{ type: 'facts', title: t('tui.help.title'), markdown: helpText(t) }];
    case 'attach':
      return await attach(rest, deps, session);
    case 'model':
      return rest === '' ? await chooseModel(deps) : await setModel(rest, deps, session);
    case 'mode':
      return rest === '' ? [chooseMode(t)] : await setMode(rest, deps, session);
    case 'undo':
      return await undo(state, deps);
    case 'sessions':
      return await chooseSession(rest, deps);
    case 'new':
      if (state.turn !== 'idle') return [info({ key: 'tui.busy' })];
      return await newSession(deps, session);
    case 'export':
      return await exportSession(rest, deps, session);
    case 'compact':
      if (state.turn !== 'idle') return [info({ key: 'tui.busy' })];
      await client.compact(session.id);
      return [info({ key: 'tui.compactDone' })];
    case 'permissions':
      return await permissions(rest, deps, session);
    case 'tools':
      return await chooseTools(deps);
    case 'feedback':
      return await feedback(rest, state, deps);
    case 'title':
      if (rest === '') return [info({ key: 'tui.titleHow' })];
      await client.changeSession(session.id, { title: rest });
      return [
        { type: 'session', session: { ...session, title: rest } },
        info({ key: 'tui.title', values: { title: rest } }),
      ];
    case 'copy':
      return copy(state, deps);
    default:
      return [];
  }
}

/** A row was chosen in a list that a command opened. */
export async function choose(
  { purpose, value }: { purpose: Choice['purpose']; value: string },
  state: State,
  deps: TuiDeps,
): Promise<Inputs> {
  switch (purpose) {
    case 'model':
      return await setModel(value, deps, state.session);
    case 'mode':
      return await setMode(value, deps, state.session);
    case 'session':
      if (state.turn !== 'idle') return [info({ key: 'tui.busy' })];
      return await openSession(value, deps);
    case 'feedback':
      return await feedback(value, state, deps);
    case 'tools':
      return [];
  }
}

function helpText(t: TuiDeps['t']): string {
  const rows = slashCommands.map(({ name, takes, summary }) => {
    const usage = `/${name}${takes === '' ? '' : ` ${takes}`}`.replaceAll('|', '\\|');
    return `| \`${usage}\` | ${t(summary)} |`;
  });
  const [head = '', ...others] = rows;
  return [head, '|---|---|', ...others, '', t('tui.help.keys')].join('\n');
}

async function chooseModel({ models, t }: TuiDeps): Promise<Inputs> {
  const names = await models();
  const rows = [
    { value: '', title: t('tui.model.default'), detail: '' },
    ...names.map((name) => ({ value: name, title: name, detail: '' })),
  ];
  return [{ type: 'choose', choice: { kind: 'choice', purpose: 'model', rows, selected: 0, filter: '' } }];
}

async function setModel(name: string, { client, t }: TuiDeps, session: SessionFacts): Promise<Inputs> {
  await client.changeSession(session.id, { model: name === '' ? null : name });
  const { model } = name === '' ? await client.state() : { model: { name, isLocal: true } };
  return [
    { type: 'session', session: { ...session, model } },
    info({ key: 'tui.model', values: { name: name === '' ? t('tui.model.default') : name } }),
  ];
}

const modes = ['ask', 'plan', 'auto'] as const;

function chooseMode(t: TuiDeps['t']): Input {
  const rows = modes.map((mode) => ({ value: mode, title: mode, detail: t(`tui.mode.${mode}`) }));
  return { type: 'choose', choice: { kind: 'choice', purpose: 'mode', rows, selected: 0, filter: '' } };
}

async function setMode(word: string, { client }: TuiDeps, session: SessionFacts): Promise<Inputs> {
  const mode: Mode | undefined = modes.find((one) => one === word);
  if (!mode) return [{ type: 'notice', level: 'warning', saying: { key: 'tui.modeUnknown', values: { mode: word } } }];
  await client.changeSession(session.id, { mode });
  return [{ type: 'session', session: { ...session, mode } }, info({ key: 'tui.mode', values: { mode } })];
}

async function undo({ session, turn }: State, { client }: TuiDeps): Promise<Inputs> {
  if (turn !== 'idle') return [info({ key: 'tui.busy' })];
  const { files } = await client.undo(session.id);
  if (files.length === 0) return [info({ key: 'tui.nothingToUndo' })];
  return files.map((file) => info(undoneSaying(file)));
}

async function chooseSession(query: string, { client, clock, t }: TuiDeps): Promise<Inputs> {
  const sessions = await client.sessions(query);
  if (sessions.length === 0) return [info({ key: 'tui.noSessions' })];
  const rows = sessions.map(({ id, title, workingDirectory, updatedAt, starred }) => ({
    value: id,
    title: `${starred ? '★ ' : ''}${title === '' ? id : title}`,
    detail: `${agoText(Date.parse(updatedAt), { nowMs: clock.now(), t })}  ${workingDirectory}`,
  }));
  return [{ type: 'choose', choice: { kind: 'choice', purpose: 'session', rows, selected: 0, filter: '' } }];
}

async function openSession(id: string, { client }: TuiDeps): Promise<Inputs> {
  const [session, { model }] = await Promise.all([client.session(id), client.state()]);
  const facts = factsOf(
    session,
    session.model === null ? model : { name: session.model, isLocal: model?.isLocal ?? true },
  );
  return [{ type: 'session', session: facts, events: session.events }];
}

async function newSession({ client }: TuiDeps, { workingDirectory, mode, model }: SessionFacts): Promise<Inputs> {
  const session = await client.createSession({ workingDirectory, mode });
  return [{ type: 'session', session: factsOf(session, model), events: [] }];
}

async function exportSession(rest: string, deps: TuiDeps, session: SessionFacts): Promise<Inputs> {
  const path = join(
    deps.workingDirectory,
    rest === '' ? `gantry-session-${session.id.replaceAll(/[^\w-]/g, '')}.md` : '',
  );
  const target = rest === '' ? path : rest.startsWith('/') ? rest : join(deps.workingDirectory, rest);
  const text = await deps.client.exportSession(session.id, target.endsWith('.json') ? 'json' : 'markdown');
  const written = await deps.writeNew(target, text);
  if (written) return [info({ key: 'tui.exported', values: { path: target } })];
  return [{ type: 'notice', level: 'warning', saying: { key: 'tui.fileExists', values: { path: target } } }];
}

async function chooseTools({ client }: TuiDeps): Promise<Inputs> {
  const tools = await client.tools();
  if (tools.length === 0) return [info({ key: 'tui.noTools' })];
  const rows = tools.map(({ name, group, description, enabled, approval }) => ({
    value: name,
    title: name,
    detail: `${group}: ${description}`,
    enabled,
    approval,
  }));
  return [{ type: 'choose', choice: { kind: 'choice', purpose: 'tools', rows, selected: 0, filter: '' } }];
}

async function feedback(rest: string, { items, session }: State, { client, t }: TuiDeps): Promise<Inputs> {
  const answer = lastAnswer(items);
  if (!answer) return [info({ key: 'tui.nothingToCopy' })];
  const [word = '', ...more] = rest.split(/\s+/);
  if (word !== 'up' && word !== 'down') {
    const rows = [
      { value: 'up', title: t('tui.choose.up'), detail: '' },
      { value: 'down', title: t('tui.choose.down'), detail: '' },
    ];
    return [{ type: 'choose', choice: { kind: 'choice', purpose: 'feedback', rows, selected: 0, filter: '' } }];
  }
  const comment = more.join(' ').slice(0, 4000);
  await client.rate(session.id, answer.messageId, comment === '' ? { rating: word } : { rating: word, comment });
  return [info({ key: word === 'up' ? 'tui.rated.up' : 'tui.rated.down' })];
}

/** OSC 52 hands a text to the clipboard of the terminal, also over SSH. */
function copy({ items }: State, { output }: TuiDeps): Inputs {
  const answer = lastAnswer(items);
  if (!answer) return [info({ key: 'tui.nothingToCopy' })];
  output.write(`\u001B]52;c;${Buffer.from(answer.text).toString('base64')}\u0007`);
  return [info({ key: 'tui.copied', values: { length: answer.text.length } })];
}

function lastAnswer(items: readonly Item[]): Extract<Item, { kind: 'answer' }> | undefined {
  return items.findLast((item) => item.kind === 'answer');
}

function info(saying: Saying): Input {
  return { type: 'notice', level: 'info', saying };
}
