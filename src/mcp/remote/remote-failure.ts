import { AppError } from '#core';

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

function failed(server: string, detail: string, cause: unknown): AppError {
  return new AppError('mcp.server_failed', `The MCP server ${server} failed: ${detail}.`, {
    params: { server, detail },
    cause,
  });
}

function statusOf(error: Error): number | undefined {
  if (!('data' in error) || typeof error.data !== 'object' || error.data === null) return undefined;
  return 'status' in error.data && typeof error.data.status === 'number' ? error.data.status : undefined;
}

function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .slice(0, maxDetail)
    .trim();
}
