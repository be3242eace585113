import { AppError } from '#core';
import type { RpcError } from '../types.ts';

const maxDetail = 300;

/** What a failed exchange with a remote server means. Texts of the server are data: shortened, without control characters. */
export function remoteFailure(server: string, thrown: unknown, { inSession = false } = {}): AppError {
  if (thrown instanceof AppError) {
    if (thrown.code.startsWith('mcp.') || thrown.code === 'request.aborted') return thrown;
    return failed(server, thrown.message.replace(/\.$/, ''), thrown);
  }
  if (!(thrown instanceof Error)) return failed(server, 'it failed without saying why', thrown);
  const inner = thrown.cause;
  if (inner instanceof AppError) return remoteFailure(server, inner, { inSession });
  const status = statusOf(thrown);
  if (thrown.name === 'UnauthorizedError' || status === 401) {
    return new AppError('mcp.oauth_required', `The MCP server ${server} needs your authorization.`, {
      hint: `Run: gantry mcp oauth authorize ${server}`,
      params: { server },
      cause: thrown,
    });
  }
  if (thrown.name === 'InsufficientScopeError') {
    const scopes =
      'requiredScope' in thrown && typeof thrown.requiredScope === 'string' ? plain(thrown.requiredScope) : '';
    return new AppError('mcp.oauth_required', `The MCP server ${server} needs more rights than you gave: ${scopes}.`, {
      hint: `Run: gantry mcp oauth authorize ${server} --scopes "${scopes.replaceAll('"', '')}"`,
      params: { reason: 'scopes', server, scopes },
      cause: thrown,
    });
  }
  // The server has forgotten the session (streamable HTTP, session management).
  if (status === 404 && inSession) {
    return new AppError('mcp.server_unavailable', `The MCP server ${server} has ended the session.`, {
      params: { server, seconds: 0 },
      cause: thrown,
    });
  }
  const said = plain(thrown.message);
  return failed(
    server,
    status === undefined || said.includes(String(status)) ? said : `HTTP ${status}: ${said}`,
    thrown,
  );
}

/** What a server said in JSON-RPC with a status that is no success. */
export function rpcErrorOf(thrown: unknown): RpcError | undefined {
  const text = dataOf(thrown)?.['text'];
  if (typeof text !== 'string') return undefined;
  try {
    const { error } = JSON.parse(text) as { readonly error?: Partial<RpcError> };
    if (typeof error?.code !== 'number' || typeof error.message !== 'string') return undefined;
    return {
      code: error.code,
      message: plain(error.message),
      ...(error.data === undefined ? {} : { data: error.data }),
    };
  } catch {
    return undefined;
  }
}

function failed(server: string, detail: string, cause: unknown): AppError {
  return new AppError('mcp.server_failed', `The MCP server ${server} failed: ${detail}.`, {
    params: { server, detail },
    cause,
  });
}

function statusOf(error: Error): number | undefined {
  const status = dataOf(error)?.['status'];
  return typeof status === 'number' ? status : undefined;
}

function dataOf(thrown: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!(thrown instanceof Error) || !('data' in thrown)) return undefined;
  const { data } = thrown;
  return typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>) : undefined;
}

function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .slice(0, maxDetail)
    .trim();
}
