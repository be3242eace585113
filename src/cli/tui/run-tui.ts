import type { AssistantEvent, AssistantSessionBody } from '#contract';
import { isAbort } from '#core';
import { mentionedFiles } from './commands/attach.ts';
import { choose, runCommand } from './commands/run-command.ts';
import { describeError, translated } from './describe.ts';
import { createScreen } from './screen.ts';
import { callOf } from './state/on-event.ts';
import { firstState, reduce } from './state/reduce.ts';
import type { Effect, Input, Question, SessionFacts, State } from './state/types.ts';
import { openTerminal } from './terminal.ts';
import type { TuiDeps } from './types.ts';
import { frame } from './view/frame.ts';
import { nothingPrinted, transcript } from './view/transcript.ts';

const frameMs = 33;
const tickMs = 120;
/** A question is shown this long before one key answers it. */
const armMs = 400;

export interface TuiStart {
  readonly session: SessionFacts;
  /** Of a session that is gone on with. */
  readonly events: AssistantSessionBody['events'];
  readonly inputs: readonly Input[];
  /** A turn is under way already. */
  readonly isBusy: boolean;
}

/** The assistant on a terminal until the person leaves. Resolves with what was typed, newest first. */
export async function runTui(deps: TuiDeps, start: TuiStart): Promise<readonly string[]> {
  const { client, clock, t, language, output } = deps;
  const screen = createScreen(output, { colors: deps.colors });
  const life = new AbortController();
  const signal = AbortSignal.any([deps.signal, life.signal]);
  const tasks = new Set<Promise<void>>();
  let state: State = firstState(start.session, { history: deps.history, events: start.events });
  let printed = nothingPrinted;
  let tick = 0;
  let lent = false;
  let cancelPaint: (() => void) | undefined;
  let cancelTick: (() => void) | undefined;
  let cancelArm: (() => void) | undefined;
  let armed: string | undefined;

  const paint = (): void => {
    cancelPaint?.();
    cancelPaint = undefined;
    if (lent) return;
    const columns = Math.max(2, (output.columns ?? 80) - 1);
    const shown = transcript(state.items, printed, { columns, t, expanded: state.expanded });
    const { lines, cursor } = frame(state, {
      columns,
      rows: output.rows ?? 24,
      t,
      tick,
      open: shown.open,
      home: deps.home,
    });
    printed = shown.printed;
    screen.draw({ above: shown.lines, lines, cursor });
  };
  const paintSoon = (): void => {
    cancelPaint ??= clock.schedule(frameMs, paint);
  };
  const keepMoving = (): void => {
    if (state.turn === 'idle' || cancelTick) return;
    cancelTick = clock.schedule(tickMs, () => {
      cancelTick = undefined;
      tick += 1;
      paintSoon();
      keepMoving();
    });
  };
  /** What was being typed when a question came up must not answer it. */
  const armSoon = (): void => {
    const [dialog] = state.dialogs;
    const callId = dialog && callOf(dialog);
    if (callId === armed) return;
    armed = callId;
    cancelArm?.();
    if (callId !== undefined) cancelArm = clock.schedule(armMs, () => dispatch({ type: 'arm', callId }));
  };
  const dispatch = (input: Input): void => {
    const step = reduce(state, input);
    state = step.state;
    for (const effect of step.effects) perform(effect);
    armSoon();
    keepMoving();
    paintSoon();
  };
  const run = (task: () => Promise<void>): void => {
    const running = task()
      .catch((thrown: unknown) => {
        if (signal.aborted || isAbort(thrown)) return;
        dispatch({ type: 'notice', level: 'error', text: describeError(thrown, language) });
      })
      .finally(() => tasks.delete(running));
    tasks.add(running);
  };
  const dispatchAll = async (inputs: Promise<readonly Input[]>): Promise<void> => {
    for (const input of await inputs) dispatch(input);
  };
  /** Follows a turn to its end, however it ends. */
  const follow = async (events: AsyncIterable<AssistantEvent>): Promise<void> => {
    try {
      for await (const event of events) {
        dispatch({ type: 'event', event: translated(event, language) });
        if (event.type === 'turn_ended') break;
      }
      dispatch({ type: 'turn_closed' });
    } catch (thrown) {
      if (signal.aborted) return;
      dispatch({ type: 'turn_closed', error: describeError(thrown, language) });
    }
  };
  const send = async ({ text, attachments }: Question): Promise<void> => {
    const { session } = state;
    // A daemon that cannot list files will say so when it is asked the question.
    const files = await mentionedFiles(text, deps, session).catch(() => []);
    const named = new Set(attachments.map(({ name }) => name));
    const all = [...attachments, ...files.filter(({ name }) => !named.has(name))];
    await follow(client.turn(session.id, { text, attachments: all, interactive: true }, { signal }));
  };
  const lend = async (use: () => Promise<string | undefined>): Promise<void> => {
    paint();
    screen.leave();
    lent = true;
    const text = await terminal.lend(use).finally(() => {
      lent = false;
    });
    if (text !== undefined) dispatch({ type: 'edited', text });
    paint();
  };
  const perform = (effect: Effect): void => {
    const { id } = state.session;
    switch (effect.type) {
      case 'send':
        return run(() => send(effect.question));
      case 'approve':
        return run(() => client.answer(id, effect.callId, effect.approval));
      case 'stop':
        return run(() => client.stop(id));
      case 'complete':
        return run(async () => {
          const { paths } = await client.files(state.session.workingDirectory, effect.prefix);
          dispatch({ type: 'files', prefix: effect.prefix, paths });
        });
      case 'command':
        if (effect.name === 'clear') return reprint({ all: false });
        return run(() => dispatchAll(runCommand(effect, state, deps)));
      case 'chosen':
        return run(() => dispatchAll(choose(effect, state, deps)));
      case 'switch_tool': {
        const { value, enabled, approval } = effect.row;
        return run(async () => {
          await client.changeTools([{ name: value, enabled, approval }]);
        });
      }
      case 'remember':
        return;
      case 'reprint':
        return reprint({ all: true });
      case 'edit':
        return run(() => lend(() => deps.editText(effect.text)));
      case 'suspend':
        return run(() =>
          lend(async () => {
            await deps.suspend();
            return undefined;
          }),
        );
      case 'leave':
        return life.abort();
    }
  };
  const reprint = ({ all }: { all: boolean }): void => {
    screen.clear();
    const open = state.items.findIndex((item) => 'open' in item && item.open);
    printed = all ? nothingPrinted : { items: open === -1 ? state.items.length : open, length: 0 };
    paintSoon();
  };

  const left = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  using terminal = openTerminal(deps.input, output, {
    onKeys(keys) {
      for (const key of keys) dispatch({ type: 'key', key });
      // What is typed is seen at once.
      paint();
    },
    onResize: paintSoon,
    onEnd: () => life.abort(),
  });
  try {
    for (const input of start.inputs) dispatch(input);
    if (start.isBusy) run(() => follow(client.events(start.session.id, { after: state.lastSeq, signal })));
    paint();
    await left;
    paint();
  } finally {
    cancelPaint?.();
    cancelTick?.();
    cancelArm?.();
    lent = true;
    screen.leave();
    life.abort();
    await Promise.allSettled(tasks);
  }
  return state.history.entries;
}
