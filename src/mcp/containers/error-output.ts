import type { Clock } from '#core';

const longestLine = 2000;
const linesPerSecond = 50;
const burst = 200;
/** Of those left out, heard after all when nothing follows: they say why it ended. */
const lastWords = 10;

const [escape, bell] = [String.fromCharCode(0x1b), String.fromCharCode(0x07)];
/** What terminals act on: colours, movements, titles. */
const terminalCodes = new RegExp(
  String.raw`${escape}(?:\[[0-9;?]*[ -/]*[@-~]|\][^${bell}${escape}]*(?:${bell}|${escape}\\)?|[@-_])`,
  'g',
);
/** They mean nothing to who reads a log, or mean harm. */
const unprintable = /(?!\t)[\p{Cc}\p{Cf}\u2028\u2029]/gu;

export function printable(text: string): string {
  return text.replace(terminalCodes, '').replace(unprintable, '');
}

/**
 * What a server writes to standard error, as printable lines of bounded length. One that floods is heard at a bounded rate, with a
 * line that says how much was left out.
 */
export function createErrorOutput({
  clock,
  onLine,
}: {
  readonly clock: Clock;
  readonly onLine: (line: string) => void;
}): {
  write(bytes: Buffer): void;
  end(): void;
} {
  const decoder = new TextDecoder();
  let pending = '';
  /** The rest of a line that is longer than what is shown of it. */
  let cut = false;
  let left = burst;
  let filledAt = clock.monotonic();
  let omitted = 0;
  let newestOmitted: readonly string[] = [];

  function say(line: string): void {
    const now = clock.monotonic();
    left = Math.min(burst, left + ((now - filledAt) / 1000) * linesPerSecond);
    filledAt = now;
    if (left < 1) {
      omitted += 1;
      newestOmitted = [...newestOmitted.slice(1 - lastWords), line];
      return;
    }
    left -= 1;
    tellOmitted();
    onLine(line);
  }

  function tellOmitted(): void {
    if (omitted === 0) return;
    const count = omitted;
    omitted = 0;
    newestOmitted = [];
    onLine(`… ${count} lines left out`);
  }

  function flush(more: boolean): void {
    const text = printable(pending).trimEnd();
    if (!cut && text !== '') say(text.length > longestLine || more ? `${text.slice(0, longestLine)}…` : text);
    pending = '';
    cut = more;
  }

  return {
    write(bytes) {
      const pieces = decoder.decode(bytes, { stream: true }).split(/\r?\n/);
      for (const [index, piece] of pieces.entries()) {
        if (index > 0) flush(false);
        if (!cut) pending += piece;
        if (pending.length > longestLine) flush(true);
      }
    },
    end() {
      flush(false);
      const last = newestOmitted;
      omitted -= last.length;
      tellOmitted();
      for (const line of last) onLine(line);
      newestOmitted = [];
      omitted = 0;
    },
  };
}
