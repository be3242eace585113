export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log. `event` is a short fixed phrase; what varies goes into `fields`. Secrets never go in. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A log whose every line carries `fields`, for example `{ component: 'scheduler' }`. */
  child(fields: LogFields): Log;
}

export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};
