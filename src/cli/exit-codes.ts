import type { ErrorCode } from '#core';

/** What a script can tell apart; documented by `gantry help exit-codes`. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  source: 5,
  auth: 6,
  runtime: 7,
  daemon: 8,
  resources: 9,
  interrupted: 130,
} as const;

export type ExitKind = keyof typeof exitCodes;

const kinds: Record<ErrorCode, ExitKind> = {
  'request.invalid': 'usage',
  'request.too_large': 'usage',
  'request.not_found': 'notFound',
  'request.unauthorized': 'auth',
  'request.forbidden': 'auth',
  'request.aborted': 'interrupted',
  'reference.invalid': 'usage',
  'model.not_found': 'notFound',
  'model.conflict': 'conflict',
  'model.in_use': 'conflict',
  'model.invalid_file': 'runtime',
  'model.unsupported': 'runtime',
  'store.locked': 'conflict',
  'store.corrupt': 'unexpected',
  'store.disk_full': 'resources',
  'source.unreachable': 'source',
  'source.unauthorized': 'auth',
  'source.forbidden': 'auth',
  'source.not_found': 'notFound',
  'source.rate_limited': 'source',
  'source.stalled': 'source',
  'source.truncated': 'source',
  'source.digest_mismatch': 'source',
  'source.invalid_response': 'source',
  'source.not_allowed': 'source',
  'runtime.not_found': 'notFound',
  'runtime.not_installed': 'runtime',
  'runtime.install_failed': 'runtime',
  'runtime.unsupported_platform': 'runtime',
  'backend.not_found': 'notFound',
  'backend.failed': 'runtime',
  'backend.crashed': 'runtime',
  'inference.unsupported': 'runtime',
  'inference.context_overflow': 'resources',
  'inference.out_of_memory': 'resources',
  'inference.queue_full': 'resources',
  'inference.timeout': 'runtime',
  'inference.busy': 'conflict',
  'inference.disabled': 'daemon',
  'docker.unavailable': 'runtime',
  'docker.not_found': 'notFound',
  'docker.failed': 'runtime',
  'install.conflict': 'conflict',
  'signature.invalid': 'auth',
  'signature.missing': 'auth',
  'key.not_found': 'notFound',
  'key.conflict': 'conflict',
  'mcp.server_not_found': 'notFound',
  'mcp.server_failed': 'runtime',
  'mcp.server_unavailable': 'runtime',
  'mcp.not_configured': 'conflict',
  'mcp.denied': 'auth',
  'mcp.oauth_required': 'auth',
  'mcp.tool_not_found': 'notFound',
  'mcp.catalog_not_found': 'notFound',
  'mcp.catalog_invalid': 'usage',
  'mcp.profile_not_found': 'notFound',
  'mcp.profile_conflict': 'conflict',
  'mcp.client_not_found': 'notFound',
  'mcp.client_invalid': 'conflict',
  'secret.not_found': 'notFound',
  'secret.unavailable': 'unexpected',
  'daemon.not_running': 'daemon',
  'daemon.already_running': 'daemon',
  'daemon.start_failed': 'daemon',
  'daemon.stopping': 'daemon',
  'daemon.port_in_use': 'daemon',
  'settings.invalid': 'usage',
  internal: 'unexpected',
};

export function exitCode(code: ErrorCode): number {
  return exitCodes[kinds[code]];
}

/** True for a code this build knows; a newer daemon may send others. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(kinds, text);
}
