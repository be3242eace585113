import { isAbort, toAppError } from '#core';
import type { DaemonClient } from '../client/daemon-client.ts';
import type { CliContext } from '../context.ts';
import { printable } from '../output/printable.ts';

/** Prints the logs of a daemon whose files are elsewhere, as it sends them. */
export async function remoteLogs(
  context: CliContext,
  daemon: DaemonClient,
  { follow, runners }: { readonly follow: boolean; readonly runners: boolean },
): Promise<number> {
  const query = new URLSearchParams({ follow: String(follow), 'no-engines': String(!runners) });
  try {
    const { text } = await daemon.stream({ path: `/logs?${query.toString()}` });
    for await (const part of text) context.print(printable(part));
    return 0;
  } catch (error) {
    // Ctrl-C is how following is meant to end.
    if (follow && (isAbort(error) || toAppError(error).code === 'request.aborted')) return 0;
    throw error;
  }
}
