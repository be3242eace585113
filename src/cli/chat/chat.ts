import type { DaemonClient } from '../client/daemon-client.ts';
import type { CliContext } from '../context.ts';
import { openHistory } from './history.ts';
import { createLineReader } from './line-reader.ts';
import { converse, type ChatStart } from './converse.ts';

/** A chat on the terminal until the user leaves. */
export async function chat(context: CliContext, daemon: DaemonClient, start: ChatStart): Promise<number> {
  const history = await openHistory(context);
  const output = context.stdout.isTTY ? context.stdout : context.stderr;
  const preload = new AbortController();
  // Loads while the user types. What goes wrong is told by the first question, which asks for the same.
  const preloaded = start.server ? undefined : preloadModel(daemon, { start, signal: preload.signal });
  const searchPrompt = (query: string): string => context.t('chat.search', { query });
  using reader = createLineReader({ input: context.stdin, output, searchPrompt }, history.entries);
  try {
    return await converse(context, reader, start);
  } finally {
    preload.abort();
    await preloaded;
    await history.save(reader.history());
  }
}

async function preloadModel(
  daemon: DaemonClient,
  { start: { model, extras }, signal }: { start: ChatStart; signal: AbortSignal },
): Promise<void> {
  try {
    const response = await daemon.stream(
      {
        method: 'POST',
        path: '/engines/v1/chat/completions',
        headers: { 'x-preload-only': 'true' },
        body: { model, messages: [], stream: false, ...extras },
      },
      { signal },
    );
    for await (const _piece of response.text);
  } catch {
    // See the caller.
  }
}
