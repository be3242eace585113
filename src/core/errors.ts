/**
 * Every failure a user can see has one code. `api/` maps codes to HTTP statuses, `cli/` to exit codes and
 * translations; nobody else interprets them.
 */
export type ErrorCode =
  // requests
  | 'request.invalid'
  | 'request.too_large'
  | 'request.not_found'
  | 'request.unauthorized'
  | 'request.forbidden'
  | 'request.aborted'
  | 'request.conflict'
  | 'request.repeated'
  | 'request.timeout'
  // references and the local store
  | 'reference.invalid'
  | 'model.not_found'
  | 'model.conflict'
  | 'model.in_use'
  | 'model.invalid_file'
  | 'model.unsupported'
  | 'store.locked'
  | 'store.corrupt'
  | 'store.disk_full'
  // sources and transfers
  | 'source.unreachable'
  | 'source.unauthorized'
  | 'source.forbidden'
  | 'source.not_found'
  | 'source.rate_limited'
  | 'source.stalled'
  | 'source.truncated'
  | 'source.digest_mismatch'
  | 'source.invalid_response'
  | 'source.not_allowed'
  // runtimes and inference
  | 'runtime.not_found'
  | 'runtime.not_installed'
  | 'runtime.install_failed'
  | 'runtime.unsupported_platform'
  | 'backend.not_found'
  | 'backend.failed'
  | 'backend.crashed'
  | 'inference.unsupported'
  | 'inference.context_overflow'
  | 'inference.out_of_memory'
  | 'inference.queue_full'
  | 'inference.timeout'
  | 'inference.busy'
  | 'inference.disabled'
  // Docker Engine and what is put in place on this machine
  | 'docker.unavailable'
  | 'docker.not_found'
  | 'docker.failed'
  | 'install.conflict'
  | 'signature.invalid'
  | 'signature.missing'
  // API keys
  | 'key.not_found'
  | 'key.conflict'
  // MCP servers, catalogues, profiles and secrets
  | 'mcp.server_not_found'
  | 'mcp.server_failed'
  | 'mcp.server_unavailable'
  | 'mcp.not_configured'
  | 'mcp.denied'
  | 'mcp.disabled'
  | 'mcp.oauth_required'
  | 'mcp.tool_not_found'
  | 'mcp.catalog_not_found'
  | 'mcp.catalog_invalid'
  | 'mcp.profile_not_found'
  | 'mcp.profile_conflict'
  | 'mcp.client_not_found'
  | 'mcp.client_invalid'
  | 'secret.not_found'
  | 'secret.unavailable'
  // the assistant
  | 'assistant.disabled'
  | 'assistant.not_acknowledged'
  // daemon, settings, machine
  | 'daemon.not_running'
  | 'daemon.already_running'
  | 'daemon.start_failed'
  | 'daemon.stopping'
  | 'daemon.port_in_use'
  | 'settings.invalid'
  | 'internal';

/** Values a translation needs: names, sizes, addresses. Never a secret. */
export type ErrorParams = Readonly<Record<string, string | number>>;

export interface ErrorOptions {
  /** What the user can do about it, one sentence. */
  hint?: string | undefined;
  params?: ErrorParams | undefined;
  cause?: unknown;
}

/** `message` is one English sentence that stands on its own; `params` carries its variable parts for translation. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
    this.params = options.params ?? {};
  }
}

/** Turns anything thrown into an AppError; an unknown throw becomes `internal` and keeps its cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (isAbort(thrown)) return new AppError('request.aborted', 'The request was cancelled.', { cause: thrown });
  if (errorCodeOf(thrown) === 'ENOSPC') {
    return new AppError('store.disk_full', 'The disk is full.', {
      hint: 'Free some space, for example with: gantry rm MODEL',
      cause: thrown,
    });
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('internal', text || 'Something failed without saying why.', { cause: thrown });
}

export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'AbortError' || errorCodeOf(thrown) === 'ABORT_ERR');
}

/** The `code` of a Node system error (ENOENT, ECONNREFUSED, …), or undefined. */
export function errorCodeOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
