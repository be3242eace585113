/** One line of the daemon's structured log, as far as it can be read. */
export interface LogLine {
  readonly timeMs: number | undefined;
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Parses a JSON line; undefined for anything else, such as the output of a model process. */
export function parseLogLine(text: string): LogLine | undefined {
  if (!text.startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { time, level, msg, message, ...fields } = { ...value } as Record<string, unknown>;
  return {
    timeMs: typeof time === 'number' ? time : typeof time === 'string' ? nanToUndefined(Date.parse(time)) : undefined,
    level: levelOf(level),
    message: typeof msg === 'string' ? msg : typeof message === 'string' ? message : '',
    fields,
  };
}

function levelOf(level: unknown): LogLevel {
  // Numbers as pino writes them.
  if (typeof level === 'number') return level >= 50 ? 'error' : level >= 40 ? 'warn' : level >= 30 ? 'info' : 'debug';
  if (level === 'debug' || level === 'trace') return 'debug';
  if (level === 'warn' || level === 'warning') return 'warn';
  return level === 'error' || level === 'fatal' ? 'error' : 'info';
}

function nanToUndefined(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
