import type { DaemonClient } from '../client/daemon-client.ts';
import type { CliContext } from '../context.ts';
import type { CliOutput } from '../types.ts';
import { editText } from './edit-text.ts';
import { openHistory } from './history.ts';
import { createLineReader, type ChatTerminal } from './line-reader.ts';
import { converse, type ChatStart } from './converse.ts';

/** A chat on the terminal until the user leaves. */
export async function chat(context: CliContext, daemon: DaemonClient, start: ChatStart): Promise<number> {
  const history = await openHistory(context);
  const output = context.stdout.isTTY ? context.stdout : context.stderr;
  const preload = new AbortController();
  // Loads while the user types. What goes wrong is told by the first question, which asks for the same.
  const preloaded = start.server ? undefined : preloadModel(daemon, { start, signal: preload.signal });
  using reader = createLineReader(terminalOf(context, output), history.entries);
  try {
    return await converse(context, reader, start);
  } finally {
    preload.abort();
    await preloaded;
    await history.save(reader.history());
  }
}

function terminalOf(context: CliContext, output: CliOutput): ChatTerminal {
  return {
    input: context.stdin,
    output,
    searchPrompt: (query) => context.t('chat.search', { query }),
    async editText(text) {
      // Ctrl-C is the editor's while it has the terminal.
      const release = context.interrupts.take(() => undefined);
      try {
        return await editText(text, { env: context.env });
      } catch (thrown) {
        context.report(thrown);
        return text;
      } finally {
        release();
      }
    },
    suspend: () =>
      new Promise((resolve) => {
        process.once('SIGCONT', resolve);
        // The whole group, as the terminal itself does it: whoever started us waits for the shell, too.
        process.kill(0, 'SIGTSTP');
      }),
  };
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
