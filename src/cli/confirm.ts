import { createInterface } from 'node:readline';
import { once } from 'node:events';
import type { CliContext } from './context.ts';

/** Asks on standard error; only y or yes, read from standard input, is a yes. */
export async function confirm({ stdin, stderr, signal }: CliContext, question: string): Promise<boolean> {
  stderr.write(question);
  const lines = createInterface({ input: stdin });
  const ended = new AbortController();
  lines.once('close', () => ended.abort());
  try {
    const [line] = (await once(lines, 'line', { signal: AbortSignal.any([signal, ended.signal]) })) as [string];
    return /^(y|yes)$/i.test(line.trim());
  } catch {
    // Ctrl-C, or an end of the input without an answer.
    signal.throwIfAborted();
    stderr.write('\n');
    return false;
  } finally {
    lines.close();
  }
}
