import type { QuickJSContext, QuickJSDeferredPromise, QuickJSHandle } from 'quickjs-emscripten-core';
import type { JsonObject } from '../types.ts';
import type { CallTool, RunRequest } from './protocol.ts';
import { resultText } from './result-text.ts';

export interface ScriptOutcome {
  readonly type: 'done' | 'failed';
  /** The value as text, or why there is none. */
  readonly text: string;
  /** What the script wrote to its console. */
  readonly printed: string;
}

export interface SandboxDeps {
  readonly call: CallTool;
  readonly monotonic: () => number;
}

const stackBytes = 256 * 1024;

/**
 * Runs a script in an engine of its own (QuickJS in WebAssembly). It has the language and the given functions, and neither files,
 * network, timers nor modules. The engine's memory is given back with the process that this runs in.
 */
export async function runInSandbox(
  { script, functions, limits }: RunRequest,
  deps: SandboxDeps,
): Promise<ScriptOutcome> {
  const [{ newQuickJSWASMModuleFromVariant }, variant] = await Promise.all([
    import('quickjs-emscripten-core'),
    import('@jitl/quickjs-singlefile-mjs-release-sync'),
  ]);
  const engine = await newQuickJSWASMModuleFromVariant(variant.default);
  const runtime = engine.newRuntime();
  runtime.setMemoryLimit(limits.memoryBytes);
  runtime.setMaxStackSize(stackBytes);
  const budget = computeBudget(limits.computeMs, deps.monotonic);
  runtime.setInterruptHandler(() => budget.isSpent());
  const vm = runtime.newContext();
  const output = printer(limits.outputLength);
  const tools = createToolCalls(vm, { call: deps.call, limit: limits.calls });
  provideConsole(vm, output);
  for (const [name, tool] of Object.entries(functions)) tools.provide(name, tool);

  const failed = (text: string): ScriptOutcome => ({ type: 'failed', text, printed: output.text() });
  const thrown = (handle: QuickJSHandle): ScriptOutcome =>
    failed(budget.isSpent() ? 'it computed for too long' : thrownText(vm.dump(handle) as unknown));

  const started = budget.counting(() => vm.evalCode(`(async () => {\n${script}\n})()`, 'script.js'));
  if (started.error) return thrown(started.error);
  for (;;) {
    const jobs = budget.counting(() => runtime.executePendingJobs());
    if (jobs.error) return thrown(jobs.error);
    const state = vm.getPromiseState(started.value);
    if (state.type === 'rejected') return thrown(state.error);
    if (state.type === 'fulfilled') {
      const text = asText(vm.dump(state.value) as unknown);
      if (text.length > limits.outputLength)
        return failed(`its result is longer than ${limits.outputLength} characters`);
      return { type: 'done', text, printed: output.text() };
    }
    if (!(await tools.nextAnswer())) return failed('it waits for something that never comes');
  }
}

interface Budget {
  isSpent(): boolean;
  counting<T>(work: () => T): T;
}

/** Counts the time in which the script itself computes, not that in which tools work. */
function computeBudget(limitMs: number, monotonic: () => number): Budget {
  let usedMs = 0;
  let since: number | undefined;
  const used = (): number => usedMs + (since === undefined ? 0 : monotonic() - since);
  return {
    isSpent: () => used() > limitMs,
    counting(work) {
      since = monotonic();
      try {
        return work();
      } finally {
        usedMs = used();
        since = undefined;
      }
    },
  };
}

interface ToolCalls {
  provide(name: string, tool: string): void;
  /** Waits for a call under way and hands its answer to the script; false when there is none. */
  nextAnswer(): Promise<boolean>;
}

function createToolCalls(
  vm: QuickJSContext,
  { call, limit }: { readonly call: CallTool; readonly limit: number },
): ToolCalls {
  const underWay = new Set<Promise<() => void>>();
  let made = 0;

  const answer = async (promise: QuickJSDeferredPromise, work: Promise<QuickJSHandle>): Promise<() => void> => {
    try {
      const value = await work;
      return () => value.consume((handle) => promise.resolve(handle));
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return () => vm.newError(text).consume((handle) => promise.reject(handle));
    }
  };
  const start = (
    given: QuickJSHandle | undefined,
    ask: (args: JsonObject) => Promise<QuickJSHandle>,
  ): QuickJSHandle => {
    const args = given === undefined ? {} : (vm.dump(given) as unknown);
    const promise = vm.newPromise();
    made += 1;
    const refused =
      made > limit
        ? `the script made more than ${limit} calls`
        : isObject(args)
          ? undefined
          : 'a tool takes one object with its arguments';
    const work = refused === undefined && isObject(args) ? ask(args) : Promise.reject(new Error(refused));
    const settled = answer(promise, work).then((deliver) => () => {
      underWay.delete(settled);
      deliver();
    });
    underWay.add(settled);
    return promise.handle;
  };
  return {
    provide(name, tool) {
      using text = vm.newFunction(name, (args) =>
        start(args, async (given) => {
          const result = await call(tool, given);
          if (result['isError'] === true) throw new Error(resultText(result));
          return vm.newString(resultText(result));
        }),
      );
      using whole = vm.newFunction('result', (args) =>
        start(args, async (given) => fromJson(vm, await call(tool, given))),
      );
      vm.setProp(text, 'result', whole);
      vm.setProp(vm.global, name, text);
    },
    async nextAnswer() {
      if (underWay.size === 0) return false;
      (await Promise.race(underWay))();
      return true;
    },
  };
}

function fromJson(vm: QuickJSContext, value: JsonObject): QuickJSHandle {
  using text = vm.newString(JSON.stringify(value));
  using json = vm.getProp(vm.global, 'JSON');
  using parse = vm.getProp(json, 'parse');
  return vm.unwrapResult(vm.callFunction(parse, json, text));
}

interface Printer {
  line(parts: readonly unknown[]): void;
  text(): string;
}

function printer(maxLength: number): Printer {
  let text = '';
  return {
    line(parts) {
      if (text.length > maxLength) return;
      text += `${parts.map(asText).join(' ')}\n`;
      if (text.length > maxLength) text = `${text.slice(0, maxLength)}\n… (more was printed than is kept)\n`;
    },
    text: () => text,
  };
}

function provideConsole(vm: QuickJSContext, output: Printer): void {
  using object = vm.newObject();
  for (const name of ['log', 'info', 'warn', 'error', 'debug']) {
    using write = vm.newFunction(name, (...args) => output.line(args.map((arg) => vm.dump(arg) as unknown)));
    vm.setProp(object, name, write);
  }
  vm.setProp(vm.global, 'console', object);
}

function thrownText(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null || !('message' in thrown)) return asText(thrown);
  const name = 'name' in thrown && thrown.name !== 'Error' ? `${String(thrown.name)}: ` : '';
  // The script begins on the second line of what is run.
  const at = 'stack' in thrown ? /script\.js:(\d+)/.exec(String(thrown.stack)) : null;
  return `${name}${String(thrown.message)}${at ? ` (line ${Number(at[1]) - 1})` : ''}`;
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value) ?? String(value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
