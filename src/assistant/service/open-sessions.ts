import type { AssistantEvent, TurnRequest, UndoneBody } from '#contract';
import { AppError, toAppError } from '#core';
import type { Approval } from '../loop/types.ts';
import type { SessionMeta } from '../sessions/types.ts';
import { LiveSession } from './live-session.ts';
import { runSessionTurn } from './session-turn.ts';
import type { GroupedTool } from '../tools/define-tool.ts';
import type { AssistantToolSet } from '../tools/types.ts';
import type { AssistantDeps, EventBody } from './types.ts';

/** Events as they come, to a listener that is taken off when it leaves. */
export interface TurnStream {
  /** Begins to tell, from the first event on; `onEnd` is called once, when no more will come. */
  start(listener: { readonly onEvent: (event: AssistantEvent) => void; readonly onEnd: () => void }): void;
  leave(): void;
}

export interface OpenSessions {
  isBusy(id: string): boolean;
  /** Whether the last turn that changed files can be taken back. */
  canUndo(id: string): Promise<boolean>;
  turn(id: string, request: TurnRequest): Promise<TurnStream>;
  follow(id: string, after: number | undefined): Promise<TurnStream>;
  /** False when nobody waits for it. */
  answer(id: string, callId: string, approval: Approval): boolean;
  stop(id: string): Promise<void>;
  undo(id: string): Promise<UndoneBody>;
  /** The facts of a session have changed. */
  changed(meta: SessionMeta): void;
  tell(id: string, body: EventBody): Promise<void>;
  allTools(): Promise<readonly GroupedTool[]>;
  close(id: string): Promise<void>;
  /** Closes it after everybody who follows was told that it is deleted. */
  remove(id: string): Promise<void>;
  removeAll(): Promise<void>;
  closeAll(options?: { readonly forGood?: boolean }): Promise<void>;
}

const maxWaiting = 10;
const maxOpen = 100;
/** A page that is loaded again comes back sooner. */
const abandonedMs = 15_000;
const idleMs = 10 * 60_000;

interface Waiting {
  readonly turn: number;
  readonly request: TurnRequest;
  readonly stop: AbortController;
}

interface Open {
  readonly live: LiveSession;
  meta: SessionMeta;
  language: 'en' | 'zh';
  tools: AssistantToolSet | undefined;
  turns: number;
  running: Waiting | undefined;
  isWorking: boolean;
  readonly waiting: Waiting[];
  /** Everything under way; resolves when the session is quiet. */
  work: Promise<void>;
  readonly followers: Set<() => void>;
  cancelAbandoned: (() => void) | undefined;
  cancelIdle: (() => void) | undefined;
}

/** The sessions that are in use: one turn at a time each, the others wait. */
export function createOpenSessions(deps: AssistantDeps): OpenSessions {
  const { sessions, clock, log } = deps;
  const open = new Map<string, Open>();
  let isClosed = false;

  async function openOne(id: string): Promise<Open> {
    if (isClosed) throw new AppError('daemon.stopping', 'The daemon is stopping.', { hint: 'Send the request again.' });
    const record = await sessions.get(id);
    if (!record)
      throw new AppError('request.not_found', 'There is no such session.', { params: { reason: 'session' } });
    const found = open.get(id);
    if (found) return found;
    if (open.size >= maxOpen) {
      throw new AppError('inference.queue_full', `More than ${maxOpen} sessions are in use.`, {
        params: { max: maxOpen },
      });
    }
    const made: Open = {
      live: new LiveSession(id, { store: sessions, clock, log, seq: record.events.at(-1)?.seq ?? 0 }),
      meta: record.meta,
      language: 'en',
      tools: undefined,
      turns: 0,
      running: undefined,
      isWorking: false,
      waiting: [],
      work: Promise.resolve(),
      followers: new Set(),
      cancelAbandoned: undefined,
      cancelIdle: undefined,
    };
    open.set(id, made);
    return made;
  }

  async function toolsOf(one: Open): Promise<AssistantToolSet> {
    one.tools ??= await deps.tools(one.meta, () => one.language);
    return one.tools;
  }

  async function work(one: Open): Promise<void> {
    one.isWorking = true;
    for (let next = one.waiting.shift(); next; next = one.waiting.shift()) {
      one.running = next;
      one.cancelIdle?.();
      const { turn, request, stop } = next;
      one.live.beginTurn();
      try {
        const record = await sessions.get(one.live.id);
        if (record) one.meta = record.meta;
        let end: EventBody = { type: 'turn_ended', stopReason: 'aborted' };
        if (!stop.signal.aborted) {
          one.language = request.language ?? one.language;
          end = await runSessionTurn({
            deps,
            live: one.live,
            turn,
            meta: () => one.meta,
            tools: await toolsOf(one),
            request,
            signal: stop.signal,
          });
        }
        one.running = undefined;
        await one.live.emitLast(turn, end);
      } catch (thrown) {
        const { code, message, hint } = toAppError(thrown);
        log.error('a turn failed', { session: one.live.id, error: thrown });
        one.live.emit(turn, { type: 'error', code, message, ...(hint !== undefined && { hint }) });
        one.running = undefined;
        await one.live.emitLast(turn, { type: 'turn_ended', stopReason: 'error' });
      }
    }
    one.isWorking = false;
    one.cancelIdle = clock.schedule(idleMs, () => leaveIdle(one));
  }

  function leaveIdle(one: Open): void {
    if (one.isWorking || one.live.listeners > 0) {
      one.cancelIdle = clock.schedule(idleMs, () => leaveIdle(one));
      return;
    }
    close(one.live.id).catch((error: unknown) => log.warn('a session could not be closed', { error }));
  }

  function stopAll(one: Open): void {
    one.running?.stop.abort(new AppError('request.aborted', 'The turn was given up.'));
    for (const { stop } of one.waiting) stop.abort(new AppError('request.aborted', 'The turn was given up.'));
  }

  /** A turn that nobody follows any more is given up. */
  function watch(one: Open, leave: () => void): () => void {
    one.cancelAbandoned?.();
    one.followers.add(leave);
    return () => {
      if (!one.followers.delete(leave) || one.followers.size > 0) return;
      one.cancelAbandoned = clock.schedule(abandonedMs, () => stopAll(one));
    };
  }

  function streamOf(one: Open, { turn, after }: { turn?: number; after?: number | undefined }): TurnStream {
    const early: AssistantEvent[] = [];
    let tell: ((event: AssistantEvent) => void) | undefined;
    let end: (() => void) | undefined;
    let isOver = false;
    const over = (): void => {
      isOver = true;
      stopListening();
      unwatch();
      end?.();
    };
    const stopListening = one.live.listen(({ event, turn: itsTurn }) => {
      const isRemoved = event.type === 'session_removed';
      if (isOver || (turn !== undefined && itsTurn !== turn && !isRemoved)) return;
      if (tell) tell(event);
      else early.push(event);
      if (turn !== undefined && event.type === 'turn_ended') over();
    });
    const unwatch = watch(one, over);
    return {
      start({ onEvent, onEnd }) {
        const before = after === undefined ? [] : missed(one, after);
        tell = onEvent;
        for (const event of before) onEvent(event);
        for (const event of early.splice(0)) if (!before.some(({ seq }) => seq === event.seq)) onEvent(event);
        end = onEnd;
        if (isOver) onEnd();
      },
      leave: over,
    };
  }

  const stored = new WeakMap<Open, readonly AssistantEvent[]>();

  function missed(one: Open, after: number): readonly AssistantEvent[] {
    return one.live.recent(after) ?? (stored.get(one) ?? []).filter(({ seq }) => seq > after);
  }

  async function close(id: string): Promise<void> {
    const one = open.get(id);
    if (!one) return;
    stopAll(one);
    await one.work;
    open.delete(id);
    one.cancelIdle?.();
    one.cancelAbandoned?.();
    for (const leave of one.followers) leave();
    await one.live.settled().catch(() => undefined);
    await one.tools?.close();
  }

  async function remove(id: string): Promise<void> {
    const one = open.get(id);
    // Before its turns end: who heard of an end first would ask for the session again.
    one?.live.emit(one.turns, { type: 'session_removed' }, { keep: false });
    await close(id);
  }

  return {
    isBusy: (id) => open.get(id)?.running !== undefined,
    async canUndo(id) {
      const one = await openOne(id);
      // A folder that is gone takes nothing back.
      const tools = await toolsOf(one).catch(() => undefined);
      return tools !== undefined && (await tools.changes.list()).length > 0;
    },
    changed(meta) {
      const one = open.get(meta.id);
      if (one) one.meta = meta;
    },
    async turn(id, request) {
      const one = await openOne(id);
      if (one.waiting.length >= maxWaiting) {
        throw new AppError('inference.busy', 'Too many questions wait in this session.', {
          hint: 'Wait for its answers, or stop it.',
        });
      }
      one.turns += 1;
      const waiting: Waiting = { turn: one.turns, request, stop: new AbortController() };
      const stream = streamOf(one, { turn: waiting.turn });
      one.waiting.push(waiting);
      if (one.isWorking) {
        one.live.emit(waiting.turn, { type: 'turn_queued', position: one.waiting.length }, { keep: false });
      } else one.work = work(one);
      return stream;
    },
    async follow(id, after) {
      const one = await openOne(id);
      stored.set(one, (await sessions.get(id))?.events ?? []);
      return streamOf(one, { after });
    },
    answer: (id, callId, approval) => open.get(id)?.live.answer(callId, approval) ?? false,
    async stop(id) {
      const one = open.get(id);
      if (!one) return;
      stopAll(one);
      await one.work;
    },
    async undo(id) {
      const one = await openOne(id);
      if (one.running) {
        throw new AppError('inference.busy', 'The session is busy.', { hint: 'Wait for its answer, or stop it.' });
      }
      const { files, refused } = await (await toolsOf(one)).changes.undo();
      const told = [
        ...files.map(({ path, did }) => ({ path, outcome: did === 'removed' ? did : ('restored' as const) })),
        ...refused.map(({ path }) => ({ path, outcome: 'kept' as const })),
      ];
      if (told.length > 0) one.live.emit(one.turns, { type: 'undone', files: told });
      await one.live.settled();
      return { files: told };
    },
    async tell(id, body) {
      const one = await openOne(id);
      one.live.emit(one.turns, body);
      await one.live.settled();
    },
    async allTools() {
      const [some] = [...open.values()].flatMap(({ tools }) => tools ?? []);
      if (some) return some.tools;
      const tools = await deps.tools({ id: 'none', workingDirectory: '/' }, () => 'en');
      try {
        return [...tools.tools];
      } finally {
        await tools.close();
      }
    },
    close,
    remove,
    async removeAll() {
      await Promise.all([...open.keys()].map(remove));
    },
    async closeAll({ forGood = false } = {}) {
      isClosed ||= forGood;
      await Promise.all([...open.keys()].map(close));
    },
  };
}
