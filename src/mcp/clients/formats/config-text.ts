import { isDeepStrictEqual } from 'node:util';
import type { Json, JsonObject } from '../../types.ts';

/** What one kind of file says of MCP servers. Text in, text out: nothing beside the entry changes, not a space. */
export interface ConfigFormat<Value extends Json = JsonObject> {
  /** @throws ConfigTextError where it is broken. */
  read(text: string): ConfigFacts;
  set(text: string, name: string, value: Value): string;
  remove(text: string, name: string): string;
}

export interface ConfigFacts {
  readonly servers: ReadonlyMap<string, Json>;
  /** All that is not about servers, to be compared only; undefined in a text that says nothing. */
  readonly rest: unknown;
}

/** Why a text is left alone, and where in it. */
export class ConfigTextError extends Error {
  /** `syntax`: not its language; `shape`: something else is where servers should be; `unsafe`: an edit would change more. */
  readonly reason: 'syntax' | 'shape' | 'unsafe';
  /** From 1; 0 when no place can be named. */
  readonly line: number;
  readonly column: number;

  constructor(reason: ConfigTextError['reason'], detail: string, place: { line: number; column: number }) {
    super(detail);
    this.name = 'ConfigTextError';
    this.reason = reason;
    this.line = place.line;
    this.column = place.column;
  }
}

export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Edits must not overlap; those at one place are applied in the order given. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let done = 0;
  for (const { start, end, text: inserted } of edits.toSorted((a, b) => a.start - b.start)) {
    result += text.slice(done, start) + inserted;
    done = end;
  }
  return result + text.slice(done);
}

export function placeAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/** The line ending of a text: that of its first line. */
export function eolOf(text: string): '\n' | '\r\n' {
  const first = text.indexOf('\n');
  return first > 0 && text[first - 1] === '\r' ? '\r\n' : '\n';
}

export function lineStartOf(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the line's last character, before its line ending. */
export function lineEndOf(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end === -1) return text.length;
  return end > offset && text[end - 1] === '\r' ? end - 1 : end;
}

/** Behind the line's ending. */
export function nextLineOf(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

/** The white space at the beginning of the line, or undefined when something stands there before the offset. */
export function indentAt(text: string, offset: number): string | undefined {
  const before = text.slice(lineStartOf(text, offset), offset);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

const byteOrderMark = '\uFEFF';

/**
 * A format whose edits are proven: what the text says of everything else is read before and after, and an edit that changed any
 * of it is refused. Takes care of the byte order mark too.
 */
export function provenFormat<Value extends Json>(format: ConfigFormat<Value>): ConfigFormat<Value> {
  const edited = (text: string, name: string, edit: (body: string) => string): string => {
    const mark = text.startsWith(byteOrderMark) ? byteOrderMark : '';
    const body = text.slice(mark.length);
    const before = format.read(body);
    const result = edit(body);
    const after = readAgain(format, result);
    const others = ({ servers }: ConfigFacts): unknown => new Map([...servers].filter(([one]) => one !== name));
    const isSame = after && isDeepStrictEqual(others(before), others(after));
    if (!isSame || (before.rest !== undefined && !isDeepStrictEqual(before.rest, after.rest))) throw unsafe();
    return mark + result;
  };
  return {
    read: (text) => format.read(text.startsWith(byteOrderMark) ? text.slice(1) : text),
    set(text, name, value) {
      const result = edited(text, name, (body) => format.set(body, name, value));
      if (!isDeepStrictEqual(this.read(result).servers.get(name), value)) throw unsafe();
      return result;
    },
    remove(text, name) {
      if (!this.read(text).servers.has(name)) return text;
      const result = edited(text, name, (body) => format.remove(body, name));
      if (this.read(result).servers.has(name)) throw unsafe();
      return result;
    },
  };
}

function readAgain(format: Pick<ConfigFormat, 'read'>, text: string): ConfigFacts | undefined {
  try {
    return format.read(text);
  } catch (error) {
    if (error instanceof ConfigTextError) return undefined;
    throw error;
  }
}

function unsafe(): ConfigTextError {
  return new ConfigTextError('unsafe', 'it cannot be edited without changing something else in it', {
    line: 0,
    column: 0,
  });
}
