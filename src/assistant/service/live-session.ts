import type { AssistantEvent } from '#contract';
import { deferred, type Clock, type Deferred, type Log } from '#core';
import type { Approval } from '../loop/types.ts';
import type { PermissionRule } from '../permissions/rules.ts';
import type { SessionChange, SessionStore } from '../sessions/types.ts';
import type { EventBody } from './types.ts';

const flushMs = 500;
const maxLive = 20_000;

export interface LiveEvent {
  readonly event: AssistantEvent;
  /** Which turn it belongs to. */
  readonly turn: number;
}

type Listener = (one: LiveEvent) => void;

/** One session while somebody uses it: who listens, what waits for an answer, and what was allowed until it is left. */
export class LiveSession {
  readonly id: string;
  readonly grants: PermissionRule[] = [];
  /** Texts that the person attached by hand, as far as this process knows. */
  readonly attached: string[] = [];
  readonly #store: SessionStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners = new Set<Listener>();
  readonly #questions = new Map<string, Deferred<Approval>>();
  /** The events of the latest turn in the pieces they came in, for those who come back to it. */
  #recent: LiveEvent[] = [];
  #seq: number;
  #waiting: SessionChange[] = [];
  #cancelFlush: (() => void) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;

  constructor(id: string, { store, clock, log, seq }: { store: SessionStore; clock: Clock; log: Log; seq: number }) {
    this.id = id;
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    this.#seq = seq;
  }

  /** @returns what takes the listener off again */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** What came after `seq` and is still known in its pieces; undefined when that reaches further back. */
  recent(after: number): readonly AssistantEvent[] | undefined {
    const first = this.#recent[0]?.event.seq;
    if (first === undefined || after < first - 1) return undefined;
    return this.#recent.flatMap(({ event }) => (event.seq > after ? [event] : []));
  }

  beginTurn(): void {
    this.#recent = [];
  }

  /** Tells everybody, and keeps it unless it is only for those who watch. */
  emit(turn: number, body: EventBody, { keep = true }: { keep?: boolean } = {}): void {
    const event = this.#numbered(body);
    this.#tell({ event, turn });
    if (!keep) return;
    this.#waiting.push({ kind: 'event', event });
    if (event.type === 'text' || event.type === 'reasoning') {
      this.#cancelFlush ??= this.#clock.schedule(flushMs, () => this.#flush());
    } else this.#flush();
  }

  /** Tells only when it is on disk, or cannot be: who hears of an end finds it in the session. */
  async emitLast(turn: number, body: EventBody): Promise<void> {
    const event = this.#numbered(body);
    await this.change({ kind: 'event', event }).catch(() => undefined);
    this.#tell({ event, turn });
  }

  #numbered(body: EventBody): AssistantEvent {
    this.#seq += 1;
    return { ...body, seq: this.#seq, at: new Date(this.#clock.now()).toISOString() } as AssistantEvent;
  }

  #tell(one: LiveEvent): void {
    this.#recent.push(one);
    // Who is so far behind reads the session anew.
    if (this.#recent.length > maxLive) this.#recent.splice(0, maxLive / 2);
    for (const listener of this.#listeners) listener(one);
  }

  /** Writes after what was told before. */
  change(...changes: readonly SessionChange[]): Promise<void> {
    this.#waiting.push(...changes);
    this.#flush();
    return this.settled();
  }

  /** Resolves when everything told so far is on disk. @throws what kept it from that */
  async settled(): Promise<void> {
    this.#flush();
    await this.#writing;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  #flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    if (this.#waiting.length === 0) return;
    const changes = this.#waiting;
    this.#waiting = [];
    this.#writing = this.#writing
      .then(() => this.#store.append(this.id, changes))
      .then(
        () => undefined,
        (error: unknown) => {
          this.#failure ??= error;
          this.#log.error('a session could not be written', { session: this.id, error });
        },
      );
  }

  /** Waits until somebody answers. @throws the signal's reason */
  async ask(callId: string, signal: AbortSignal): Promise<Approval> {
    const question = deferred<Approval>();
    this.#questions.set(callId, question);
    const onAbort = (): void => question.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      return await question.promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#questions.delete(callId);
    }
  }

  /** True when somebody waited for it. */
  answer(callId: string, approval: Approval): boolean {
    const question = this.#questions.get(callId);
    if (!question) return false;
    this.#questions.delete(callId);
    question.resolve(approval);
    return true;
  }
}
