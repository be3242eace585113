import { StringDecoder } from 'node:string_decoder';

export interface OutputLines {
  push(chunk: Uint8Array): void;
  /** Hands out a last line without an end. */
  end(): void;
}

const maxLineChars = 2000;

/** Cuts a program's output into clean, bounded lines. Memory stays bounded for output without line ends. */
export function createOutputLines(onLine: (line: string) => void): OutputLines {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let cut = false;

  const emit = (line: string): void => {
    const clean = cleanLine(line);
    if (clean) onLine(clean);
  };
  const feed = (text: string): void => {
    const parts = (rest + text).split(/\r\n|\n|\r/);
    rest = parts.pop() ?? '';
    for (const part of parts) {
      // The start of an over-long line went out when it grew too long; the rest of it is dropped.
      if (!cut) emit(part);
      cut = false;
    }
    if (rest.length > maxLineChars) {
      if (!cut) emit(rest);
      cut = true;
      rest = '';
    }
  };
  return {
    push: (chunk) => feed(decoder.write(chunk)),
    end() {
      feed(decoder.end());
      if (rest && !cut) emit(rest);
      rest = '';
      cut = false;
    },
  };
}

// oxlint-disable-next-line no-control-regex
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Removes terminal escapes and control characters, so that output can be shown and logged as it is. */
export function cleanLine(line: string): string {
  const clean = line.replaceAll(escapes, '').replaceAll(controls, '').trimEnd();
  return clean.length > maxLineChars ? `${clean.slice(0, maxLineChars)} […]` : clean;
}

export interface LineRing {
  add(line: string): void;
  text(): string;
}

/** Keeps the last lines, bounded in count. */
export function createLineRing(limit: number): LineRing {
  let lines: string[] = [];
  return {
    add(line) {
      lines.push(line);
      if (lines.length >= limit * 2) lines = lines.slice(-limit);
    },
    text: () => lines.slice(-limit).join('\n'),
  };
}
