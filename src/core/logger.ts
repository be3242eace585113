import type { Clock } from './clock.ts';
import type { Log, LogFields } from './log.ts';
import { redact, safeText } from './redact.ts';
import { createRotatingFile } from './rotating-file.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LoggerOptions {
  readonly directory: string;
  /** Base name of the files; `gantry` unless said. */
  readonly name?: string | undefined;
  readonly level: LogLevel;
  readonly maxBytes: number;
  readonly maxFiles: number;
  readonly clock: Clock;
  /** Gets warnings and errors too, one line each. */
  readonly alsoStderr?: { write(text: string): unknown } | undefined;
}

export interface Logger extends Log {
  /** Puts what is pending on disk. */
  flush(): void;
  /** Another level and other limits from now on. */
  configure(settings: Pick<LoggerOptions, 'level' | 'maxBytes' | 'maxFiles'>): void;
  close(): void;
}

const rank: Record<LogLevel, number> = { debug: 10, info: 20, warn: 30, error: 40 };
const maxLineChars = 16_384;

/** Structured log, one JSON object a line, in files that rotate by size. Secrets are blanked by the name of their field. */
export function createLogger(options: LoggerOptions): Logger {
  const { clock, alsoStderr } = options;
  const file = createRotatingFile({ ...options, name: options.name ?? 'gantry' });
  let threshold = rank[options.level];

  const emit = (level: LogLevel, { event, fields }: { event: string; fields: LogFields }): void => {
    if (rank[level] < threshold) return;
    const time = new Date(clock.now()).toISOString();
    const text = safeText(event);
    let line = toLine({ time, level, msg: text }, fields);
    if (line.length > maxLineChars)
      line = JSON.stringify({ time, level, msg: text, dropped: `${line.length} characters of fields` });
    file.write(line);
    if (rank[level] >= rank.error) file.flush();
    if (alsoStderr && rank[level] >= rank.warn) alsoStderr.write(`${level}: ${text}${shortReason(fields)}\n`);
  };

  const withFields = (base: LogFields): Log => {
    const at =
      (level: LogLevel) =>
      (event: string, fields: LogFields = {}): void =>
        emit(level, { event, fields: { ...base, ...fields } });
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (fields) => withFields({ ...base, ...fields }),
    };
  };
  return {
    ...withFields({}),
    flush: () => file.flush(),
    configure({ level, maxBytes, maxFiles }) {
      threshold = rank[level];
      file.limit({ maxBytes, maxFiles });
    },
    close: () => file.close(),
  };
}

// A field cannot pretend to be another time, level or event.
function toLine(head: Readonly<Record<string, string>>, fields: LogFields): string {
  try {
    return JSON.stringify({ ...head, ...(redact(fields) as object), ...head });
  } catch {
    return JSON.stringify({ ...head, dropped: 'fields that JSON cannot hold' });
  }
}

function shortReason({ error, reason }: LogFields): string {
  const text = error instanceof Error ? error.message : reason;
  return typeof text === 'string' ? `: ${safeText(text)}` : '';
}
