import { createParser } from 'eventsource-parser';
import type { McpLogLine } from '#contract';
import { isAbort, toAppError } from '#core';
import { errorFromAnswer, parseAnswer } from '../../client/read.ts';
import type { CliContext } from '../../context.ts';
import { printable, printableLine } from '../../output/printable.ts';
import { formatOf, type FormatOptions } from './format.ts';

export interface McpLogsFlags extends FormatOptions {
  readonly follow?: boolean;
  readonly profile?: string;
}

/** What a server of the daemon's gateway printed, the oldest line first; with `follow` until Ctrl-C. */
export async function mcpLogs(context: CliContext, server: string, flags: McpLogsFlags): Promise<number> {
  const { t } = context;
  const { defaultProfile } = await import('#mcp');
  const [profile, name] = [flags.profile ?? defaultProfile, server].map(encodeURIComponent);
  const path = `/gantry/mcp/profiles/${profile}/servers/${name}/logs?follow=${flags.follow === true}`;
  const isHuman = formatOf(flags, context) === 'human';
  let isQuiet = true;
  const print = ({ at, line }: McpLogLine): void => {
    isQuiet = false;
    const time = new Date(at).toISOString();
    context.print(isHuman ? `${time} ${printableLine(line)}\n` : `${printable(JSON.stringify({ at: time, line }))}\n`);
  };
  const [{ mcpLogLine }, { text }] = await Promise.all([
    import('#contract'),
    context.runningDaemon().stream({ path, headers: { accept: 'text/event-stream' } }),
  ]);
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === 'line') print(parseAnswer(data, mcpLogLine, { path, t }));
      else if (event === 'error') throw errorFromAnswer(`{"error":${data}}`, { path, t, status: 500 });
    },
  });
  try {
    for await (const chunk of text) parser.feed(chunk);
  } catch (thrown) {
    // Ctrl-C is how following is meant to end.
    if (context.signal.aborted && (isAbort(thrown) || toAppError(thrown).code === 'request.aborted')) return 0;
    throw thrown;
  }
  if (isQuiet) context.notice(t('mcp.logs.none'));
  return 0;
}
