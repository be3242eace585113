import { AppError, toAppError } from '#core';
import type { Decision } from '../permissions/decide.ts';
import type {
  AssistantTool,
  CallOutcomeKind,
  JsonRecord,
  LoopDeps,
  LoopEvent,
  PreparedCall,
  ToolCall,
  ToolOutput,
} from './types.ts';

export interface CallResult {
  readonly output: ToolOutput;
  readonly outcome: CallOutcomeKind;
}

export interface Understood {
  readonly call: ToolCall;
  readonly tool: AssistantTool;
  readonly prepared: PreparedCall;
}

const maxArguments = 200_000;

/** What a model asked for, as an action that can be judged; or why it is none, in words for the model. */
export async function understand(
  call: ToolCall,
  tools: readonly AssistantTool[],
  options: { readonly signal: AbortSignal },
): Promise<Understood | CallResult> {
  const tool = tools.find(({ spec }) => spec.name === call.name);
  if (!tool)
    return invalid(`There is no tool named ${call.name}. There are: ${tools.map(({ spec }) => spec.name).join(', ')}.`);
  const args = parseArguments(call.arguments);
  if (args === undefined) return invalid(`The arguments of ${call.name} are not a JSON object.`);
  try {
    return { call, tool, prepared: await tool.prepare(args, options) };
  } catch (error) {
    const { code, message, hint } = toAppError(error);
    if (code === 'request.aborted') throw error;
    return invalid(hint === undefined ? message : `${message} ${hint}`);
  }
}

function parseArguments(text: string): JsonRecord | undefined {
  if (text.length > maxArguments) return undefined;
  try {
    const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value as JsonRecord;
  } catch {
    return undefined;
  }
}

function invalid(text: string): CallResult {
  return { output: { text, untrusted: false, isError: true }, outcome: 'invalid' };
}

/** Asks where it must, and carries out what may be carried out. */
export async function* carryOut(
  { call, tool, prepared }: Understood,
  decision: Decision,
  { deps, signal }: { readonly deps: LoopDeps; readonly signal: AbortSignal },
): AsyncGenerator<LoopEvent, CallResult> {
  const { title, preview } = prepared;
  const { risk } = prepared.action.assessment;
  yield { type: 'tool_call', call, title, preview, risk };
  if (decision.kind === 'deny') {
    if (decision.because === 'nobody-to-ask') yield { type: 'needs_approval', call, title, preview, risk };
    return { output: { text: deniedText(decision), untrusted: false, isError: true }, outcome: 'denied' };
  }
  if (decision.kind === 'ask') {
    const question = { call, prepared, decision };
    yield { type: 'tool_call_confirmation', question };
    const approval = await deps.approve(question, { signal });
    signal.throwIfAborted();
    if (approval.kind === 'reject') {
      const why = approval.reason === undefined ? '' : ` They say: ${approval.reason}`;
      const text = `The person did not allow this. Do not try it in another way; ask what they want.${why}`;
      return { output: { text, untrusted: false, isError: true }, outcome: 'rejected' };
    }
    // Words of untrusted text are allowed once at a time, whatever the person pressed.
    if (approval.kind !== 'once' && decision.because !== 'untrusted') deps.grant(prepared.action, approval.kind);
  }
  return yield* run(prepared, { call, timeoutMs: tool.timeoutMs, deps, signal });
}

/** Of what a tool had written when it was stopped, the end. */
const mostWritten = 30_000;

interface RunOptions {
  readonly call: ToolCall;
  readonly timeoutMs: number;
  readonly deps: LoopDeps;
  readonly signal: AbortSignal;
}

async function* run(
  prepared: PreparedCall,
  { call, timeoutMs, deps, signal }: RunOptions,
): AsyncGenerator<LoopEvent, CallResult> {
  signal.throwIfAborted();
  const late = new AbortController();
  const cancel = deps.clock.schedule(timeoutMs, () => late.abort());
  const outputs: string[] = [];
  let written = '';
  let wake: () => void = () => undefined;
  let result: CallResult | undefined;
  let failure: { readonly error: unknown } | undefined;
  // Kept rather than thrown: while an event is being told, nobody waits for it.
  const finished = finish(prepared, {
    late: late.signal,
    signal,
    onOutput(text) {
      outputs.push(text);
      wake();
    },
    timeoutMs,
  }).then(
    (value) => (result = value),
    (error: unknown) => (failure = { error }),
  );
  try {
    while (result === undefined && failure === undefined) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (outputs.length === 0) await Promise.race([woken, finished]);
      for (const text of outputs.splice(0)) {
        written = (written + text).slice(-mostWritten);
        yield { type: 'tool_output', callId: call.id, text };
      }
      if (signal.aborted) break;
    }
    // What was done in the same moment is done.
    if (result !== undefined) return result;
    // Whoever looks later is told what those saw who were there.
    const text = deps.hideSecrets(written.trimEnd());
    yield { type: 'tool_call_response', callId: call.id, output: { text, untrusted: true }, outcome: 'stopped' };
    signal.throwIfAborted();
    throw toAppError(failure?.error);
  } finally {
    cancel();
  }
}

interface FinishOptions {
  readonly late: AbortSignal;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
  readonly timeoutMs: number;
}

/** Never rejects but when the turn is given up. A tool that does not listen to its signal is left behind. */
async function finish(
  prepared: PreparedCall,
  { late, signal, onOutput, timeoutMs }: FinishOptions,
): Promise<CallResult> {
  const both = AbortSignal.any([late, signal]);
  const given = new Promise<'given-up'>((resolve) => {
    both.addEventListener('abort', () => resolve('given-up'), { once: true });
  });
  try {
    const output = await Promise.race([prepared.run({ signal: both, onOutput }), given]);
    if (output !== 'given-up') return { output, outcome: output.isError === true ? 'failed' : 'done' };
  } catch (error) {
    if (!both.aborted) {
      const { message, hint } = toAppError(error);
      const text = hint === undefined ? message : `${message} ${hint}`;
      return { output: { text, untrusted: true, isError: true }, outcome: 'failed' };
    }
  }
  if (signal.aborted) throw new AppError('request.aborted', 'The turn was given up.');
  const text = `It was stopped because it took longer than ${Math.round(timeoutMs / 1000)} seconds.`;
  return { output: { text, untrusted: false, isError: true }, outcome: 'timeout' };
}

function deniedText({ because, rule }: Extract<Decision, { readonly kind: 'deny' }>): string {
  switch (because) {
    case 'rule':
      return `A rule of the person forbids this: ${rule ?? ''}. Do not try it in another way.`;
    case 'plan':
      return 'In plan mode nothing is changed. Say what you would do instead.';
    case 'nobody-to-ask':
      return 'Nobody is there to allow this, so it was not done. Say what would have to be done.';
  }
}
