import { randomBytes } from 'node:crypto';
import { AppError, delay, type Clock } from '#core';
import type { CallOutcome, Json, JsonObject } from '../types.ts';
import { isJsonObject, rpcCodes, type RpcNotification } from '../protocol/messages.ts';
import { asModernQuestion } from './questions.ts';
import type { AskOptions, ClientQuestion } from './request-context.ts';

/**
 * A call to a server that asks while it works, made by a client that does not expect to be asked: the client gets the question as
 * its answer, and the call goes on when it comes back with what was asked for.
 */
export interface HeldCall {
  readonly signal: AbortSignal;
  ask(question: ClientQuestion, options: AskOptions): Promise<CallOutcome>;
  isAsking(): boolean;
  /** The client came back: its answers by the key of their question. */
  answer(responses: JsonObject): void;
  /** The end of the call, or what it needs before it can go on. */
  next(): Promise<CallOutcome>;
  /** The client left. */
  abandon(reason: unknown): void;
  /** To whoever waits for the call right now. */
  notify(notification: RpcNotification): void;
  /** They cannot keep up with that; resolves when they can. */
  congestion(): Promise<void> | undefined;
  reach(listener: CallListener | undefined): void;
}

export interface CallListener {
  readonly notify: (notification: RpcNotification) => void;
  readonly congestion?: (() => Promise<void> | undefined) | undefined;
}

export interface HeldCalls {
  start(owner: string, run: (call: HeldCall) => Promise<CallOutcome>): HeldCall;
  /** Only whoever it was given to gets it back. */
  find(owner: string, token: string): HeldCall | undefined;
  close(): void;
}

interface Question {
  readonly shown: JsonObject;
  readonly settle: (outcome: CallOutcome) => void;
}

/** How long a client may take to come back, which is how long a person may think. */
const holdMs = 600_000;
const maxHeld = 1000;
const gatherMs = 5;

export function createHeldCalls({ clock }: { readonly clock: Clock }): HeldCalls {
  const held = new Map<string, { readonly owner: string; readonly call: HeldCall; cancelTimer: () => void }>();

  function start(owner: string, run: (call: HeldCall) => Promise<CallOutcome>): HeldCall {
    /** Good for one way back; the next answer has another. */
    let token = '';
    const controller = new AbortController();
    const open = new Map<string, Question>();
    let lastKey = 0;
    let wake: (() => void) | undefined;
    let done: Promise<CallOutcome> | undefined;
    let isDone = false;
    let reached: CallListener | undefined;

    const call: HeldCall = {
      signal: controller.signal,
      notify: (notification) => reached?.notify(notification),
      congestion: () => reached?.congestion?.(),
      reach(listener) {
        reached = listener;
      },
      isAsking: () => open.size > 0,
      ask: (question, { signal }) =>
        new Promise((resolve) => {
          lastKey += 1;
          const key = `q${lastKey}`;
          open.set(key, { shown: asModernQuestion(question), settle: resolve });
          signal.addEventListener('abort', () => {
            if (open.delete(key)) resolve(withdrawn);
          });
          wake?.();
        }),
      answer(responses) {
        for (const [key, response] of Object.entries(responses)) {
          const question = open.get(key);
          open.delete(key);
          question?.settle(outcomeOf(response));
        }
      },
      async next() {
        forget();
        const asked = new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (open.size === 0) await Promise.race([done, asked]);
        wake = undefined;
        // Questions that come together are asked together.
        if (!isDone) await delay(gatherMs, { clock });
        if (isDone && done) return await done;
        hold();
        const inputRequests = Object.fromEntries([...open].map(([key, { shown }]) => [key, shown]));
        return { kind: 'result', result: { resultType: 'input_required', inputRequests, requestState: token } };
      },
      abandon(reason) {
        forget();
        controller.abort(reason);
      },
    };

    function forget(): void {
      held.get(token)?.cancelTimer();
      held.delete(token);
    }

    function hold(): void {
      token = `gw-${randomBytes(18).toString('base64url')}`;
      const [oldest] = held.values();
      if (held.size >= maxHeld && oldest) oldest.call.abandon(expired());
      held.set(token, { owner, call, cancelTimer: clock.schedule(holdMs, () => call.abandon(expired())) });
    }

    done = run(call).finally(() => {
      isDone = true;
    });
    // Nobody may be waiting when it ends; whoever comes back hears it.
    done.catch(() => undefined);
    return call;
  }

  return {
    start,
    find(owner, token) {
      const found = held.get(token);
      return found?.owner === owner ? found.call : undefined;
    },
    close() {
      for (const { call } of held.values()) call.abandon(new AppError('daemon.stopping', 'The gateway is stopping.'));
    },
  };
}

const withdrawn: CallOutcome = {
  kind: 'error',
  error: { code: rpcCodes.internal, message: 'The question was withdrawn.' },
};

function outcomeOf(response: Json): CallOutcome {
  return isJsonObject(response)
    ? { kind: 'result', result: response }
    : { kind: 'error', error: { code: rpcCodes.invalidParams, message: 'The client did not answer with an object.' } };
}

function expired(): AppError {
  return new AppError('request.aborted', 'The client did not come back with what the server asked for.');
}
