import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '#core';
import type { JsonObject } from '../types.ts';
import {
  defaultScriptLimits,
  fromSandbox,
  type CallTool,
  type FromSandbox,
  type ScriptLimits,
  type ToSandbox,
} from './protocol.ts';
import type { ScriptOutcome } from './sandbox.ts';

/** A process that runs `serveSandbox`, with nothing of ours in its environment. */
export interface SandboxProcess {
  readonly input: Writable;
  readonly output: Readable;
  /** Resolves when it is gone. */
  readonly ended: Promise<void>;
  kill(): void;
}

export interface RunScriptOptions {
  readonly script: string;
  /** Names of functions, by the tools they stand for. */
  readonly functions: Readonly<Record<string, string>>;
  readonly call: CallTool;
  readonly start: () => SandboxProcess;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limits?: ScriptLimits | undefined;
}

const maxScriptLength = 256 * 1024;
// Starting the process, and work of the engine that it cannot interrupt.
const graceMs = 5000;

/** Runs one script in a process of its own, which is gone when this resolves. Failures of the script are outcomes. */
export async function runScript(options: RunScriptOptions): Promise<ScriptOutcome> {
  const { script, functions, signal, clock } = options;
  const limits = options.limits ?? defaultScriptLimits;
  if (script.length > maxScriptLength) return failed(`it is longer than ${maxScriptLength} characters`);
  signal.throwIfAborted();
  const sandbox = options.start();
  const calls = new AbortController();
  try {
    return await new Promise<ScriptOutcome>((resolve, reject) => {
      const watch = computeWatch({ clock, limitMs: limits.computeMs + graceMs }, () =>
        resolve(failed('it computed for too long')),
      );
      const cancelTotal = clock.schedule(limits.totalMs, () =>
        resolve(failed(`it took longer than ${limits.totalMs / 1000} seconds`)),
      );
      const onAbort = (): void => reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      calls.signal.addEventListener('abort', () => {
        watch.stop();
        cancelTotal();
        signal.removeEventListener('abort', onAbort);
      });
      const write = (message: ToSandbox): void => void sandbox.input.write(`${JSON.stringify(message)}\n`);
      const receive = (message: FromSandbox): void => {
        if (message.type === 'done') resolve({ type: 'done', text: message.value, printed: message.printed });
        else if (message.type === 'failed') resolve({ ...failed(message.message), printed: message.printed });
        else {
          watch.waits();
          answer(message, options.call)
            .then((reply) => {
              watch.computes();
              if (!calls.signal.aborted) write(reply);
            })
            .catch(reject);
        }
      };
      sandbox.input.on('error', () => undefined);
      createInterface({ input: sandbox.output }).on('line', (line) => {
        const message = fromSandbox.safeParse(asJson(line));
        if (message.success) receive(message.data);
      });
      void sandbox.ended.then(() =>
        resolve(failed('its process ended: it needed too much memory, or nested too deeply')),
      );
      write({ type: 'run', script, functions: { ...functions }, limits });
    });
  } finally {
    calls.abort();
    sandbox.kill();
    await sandbox.ended;
  }
}

async function answer(
  { id, tool, arguments: args }: Extract<FromSandbox, { type: 'call' }>,
  call: CallTool,
): Promise<ToSandbox> {
  try {
    return { type: 'answer', id, result: await call(tool, args as JsonObject) };
  } catch (error) {
    return { type: 'refusal', id, message: error instanceof Error ? error.message : String(error) };
  }
}

interface ComputeWatch {
  waits(): void;
  computes(): void;
  stop(): void;
}

/** Calls `late` when the script computes without a pause for longer than the limit: it can be busy where its engine cannot stop it. */
function computeWatch({ clock, limitMs }: { clock: Clock; limitMs: number }, late: () => void): ComputeWatch {
  let waiting = 0;
  let cancel = clock.schedule(limitMs, late);
  return {
    waits() {
      waiting += 1;
      cancel();
    },
    computes() {
      waiting -= 1;
      cancel();
      cancel = clock.schedule(limitMs, late);
      if (waiting > 0) cancel();
    },
    stop: () => cancel(),
  };
}

function failed(text: string): ScriptOutcome {
  return { type: 'failed', text, printed: '' };
}

function asJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
