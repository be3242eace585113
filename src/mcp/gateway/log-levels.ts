/** The levels of MCP's logging, the least important first. */
export const logLevels: readonly string[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
];

/** Of clients that hear no logs unless a request asks for them. */
export const logsOff = 'off';

/** Whether a message of a level is to be sent; what names no known level is. */
export function isLoud(level: unknown, { least }: { readonly least: string | undefined }): boolean {
  if (least === undefined) return true;
  if (least === logsOff) return false;
  const rank = logLevels.indexOf(String(level));
  return rank === -1 || rank >= logLevels.indexOf(least);
}
