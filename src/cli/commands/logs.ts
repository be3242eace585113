import { createTail, delay, isAbort, listLogFiles, toAppError, type LogFile, type Tail } from '#core';
import type { CliContext } from '../context.ts';
import { formatLogLine } from '../logs/format.ts';
import { colorsWanted } from '../output/colors.ts';
import { remoteLogs } from './remote-logs.ts';

const pollMs = 250;

export interface LogsOptions {
  readonly follow?: boolean;
  readonly runners?: boolean;
  /** False: without those of the runners, which `docker model logs` shows by default. */
  readonly engines?: boolean;
  readonly json?: boolean;
}

/** Prints the log files, or what a remote daemon says is in its, oldest lines first; with `follow` it goes on until Ctrl-C, which is how it is meant to end. */
export async function logs(context: CliContext, options: LogsOptions): Promise<number> {
  const { t, clock, signal, paths } = context;
  const colors = colorsWanted(context.stdout, context.env);
  const runners = context.calledAs.style === 'docker' ? options.engines !== false : options.runners;
  const daemon = context.runningDaemon();
  if (daemon.address.kind === 'remote') {
    return await remoteLogs(context, daemon, { follow: options.follow === true, runners: runners === true });
  }
  const tails = new Map<string, Tail>();
  const wanted = async (): Promise<readonly LogFile[]> =>
    (await listLogFiles(paths.logs)).filter((file) => file.kind === 'daemon' || runners);
  const show = (file: LogFile, lines: readonly string[]): void => {
    const prefix = file.kind === 'runner' ? `${file.name} | ` : '';
    for (const line of lines) {
      context.print(`${options.json ? line : formatLogLine(line, { colors, prefix })}\n`);
    }
  };
  try {
    const present = await wanted();
    if (present.length === 0) context.notice(t('logs.empty', { folder: paths.logs }));
    for (const file of present) {
      for (const path of file.older) {
        await using tail = createTail(path);
        show(file, await tail.read());
      }
    }
    for (;;) {
      for (const file of await wanted()) {
        const tail = tails.get(file.path) ?? createTail(file.path);
        tails.set(file.path, tail);
        show(file, await tail.read());
      }
      if (!options.follow) return 0;
      await delay(pollMs, { clock, signal });
    }
  } catch (error) {
    if (options.follow && (isAbort(error) || toAppError(error).code === 'request.aborted')) return 0;
    throw error;
  } finally {
    for (const tail of tails.values()) await tail[Symbol.asyncDispose]();
  }
}
