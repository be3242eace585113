import { AppError, toAppError } from '#core';
import { isReadAsJson } from './plugin/read-as-json.ts';
import { daemonAddress } from './client/address.ts';
import { connect, connectOnly } from './client/connect.ts';
import type { CliContext } from './context.ts';
import { createInterrupts } from './interrupts.ts';
import { errorText } from '#texts';
import { chooseLanguage, type Translate } from './messages/translate.ts';
import { jsonText } from './output/json.ts';
import { printable } from './output/printable.ts';
import type { CliOptions } from './types.ts';

export interface RunningContext extends AsyncDisposable {
  readonly context: CliContext;
  /** Set when whoever read standard output has left; nothing more can be said to them. */
  readonly outputClosed: () => boolean;
}

/** Connects commands to the terminal, the signals and the daemon for as long as one of them runs. */
export function createContext(options: CliOptions, t: Translate): RunningContext {
  const { env, paths, clock, stdin, stdout, stderr } = options;
  const calledAs = options.calledAs ?? { name: 'gantry', style: 'gantry' };
  const language = chooseLanguage(env);
  const ending = new AbortController();
  const abort = (): void => ending.abort(new AppError('request.aborted', 'Interrupted.'));
  const interrupts = createInterrupts(options.onInterrupt ?? onProcessInterrupt);
  interrupts.take(abort);
  let outputClosed = false;
  const onOutputError = (): void => {
    outputClosed = true;
    abort();
  };
  stdout.on('error', onOutputError);
  // A closed standard error is no reason to stop working.
  const ignore = (): void => {};
  stderr.on('error', ignore);

  const notice = (line: string): void => {
    stderr.write(`${line}\n`);
  };
  // Compose reads both streams of some commands as one JSON text; a daemon that starts must not show there.
  const connection = {
    paths,
    clock,
    signal: ending.signal,
    t,
    startDaemon: options.startDaemon,
    agent: env['USER_AGENT'],
    notice: calledAs.style === 'docker' && isReadAsJson(options.argv) ? ignore : notice,
  };
  let toolkit: ReturnType<CliOptions['toolkit']> | undefined;
  const context: CliContext = {
    env,
    paths,
    clock,
    stdin,
    stdout,
    stderr,
    calledAs,
    program: options.program,
    language,
    t,
    signal: ending.signal,
    interrupts,
    daemon: async () => {
      // As docker model reads it: nothing that runs is started without being asked for.
      const starts = (env['MODEL_RUNNER_NO_AUTO_INSTALL'] ?? '') === '';
      return starts ? await context.startedDaemon() : context.runningDaemon();
    },
    startedDaemon: async () => await connect({ ...connection, address: daemonAddress(env, { paths, t }) }),
    runningDaemon: () => connectOnly({ ...connection, address: daemonAddress(env, { paths, t }) }),
    docker: () => options.docker(env),
    fetchBytes: options.fetchBytes,
    assistantPorts: options.assistantPorts,
    toolkit: async () => await (toolkit ??= options.toolkit()),
    mcpGateway: (run) => options.mcpGateway(run, { signal: ending.signal }),
    print(text) {
      stdout.write(text);
    },
    printJson(value) {
      stdout.write(jsonText(value));
    },
    notice,
    report(thrown) {
      for (const line of errorLines(thrown, context)) notice(line);
    },
  };
  return {
    context,
    outputClosed: () => outputClosed,
    async [Symbol.asyncDispose]() {
      interrupts[Symbol.dispose]();
      // One that could not be made has nothing to give back.
      await (await toolkit?.catch(() => undefined))?.[Symbol.asyncDispose]();
      // The error of a reader that has left may be told only after all else is done.
      if (await flushed(stdout)) stdout.off('error', onOutputError);
      stderr.off('error', ignore);
    },
  };
}

function errorLines(thrown: unknown, { env, language, t }: CliContext): string[] {
  const error = toAppError(thrown);
  const { message, hint } = errorText(error, language);
  const lines = [t('error.label', { message: printable(message) })];
  if (hint !== undefined) lines.push(t('error.hint', { hint: printable(hint) }));
  if (env['GANTRY_DEBUG']) lines.push(...traceOf(error));
  else if (error.code === 'internal') lines.push(t('error.details'));
  return lines;
}

function traceOf(error: AppError): string[] {
  const lines = [`[${error.code}] ${JSON.stringify(error.params)}`];
  for (let one: unknown = error; one instanceof Error; one = one.cause) lines.push(one.stack ?? one.message);
  return lines.map(printable);
}

export function onProcessInterrupt(listener: () => void): () => void {
  process.on('SIGINT', listener);
  return () => {
    process.off('SIGINT', listener);
  };
}

/** Waits until what was written has left the process, so that an exit loses nothing. False when the reader has left. */
async function flushed(output: NodeJS.WritableStream): Promise<boolean> {
  if (!output.writable) return false;
  return await new Promise<boolean>((resolve) => {
    output.write('', (error) => resolve(!error));
  });
}
