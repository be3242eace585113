import { AppError, errorCodeOf } from '#core';

/** Why a host could not be reached; the CLI has a sentence for each. */
export type UnreachableReason = 'dns' | 'refused' | 'timeout' | 'tls' | 'reset' | 'proxy' | 'network';

const reasons: Readonly<Record<string, UnreachableReason>> = {
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  EAI_NODATA: 'dns',
  EAI_NONAME: 'dns',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
};

const sentences: Readonly<Record<UnreachableReason, string>> = {
  dns: 'its name does not resolve',
  refused: 'it refuses the connection',
  timeout: 'it does not answer',
  tls: 'a secure connection to it failed',
  reset: 'it closed the connection',
  proxy: 'the proxy does not let us through',
  network: 'the network does not let us through',
};

const hints: Readonly<Partial<Record<UnreachableReason, string>>> = {
  refused: 'Check the address and that the server runs.',
  tls: 'If your network uses its own certificate authority, name its certificate in SSL_CERT_FILE or NODE_EXTRA_CA_CERTS.',
  proxy: 'Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.',
};

const defaultHint = 'Check the network, or set HTTPS_PROXY when this machine needs a proxy.';

export function unreachable(
  host: string,
  reason: UnreachableReason,
  options: { cause?: unknown; detail?: string } = {},
): AppError {
  const detail = options.detail ?? '';
  return new AppError('source.unreachable', `Cannot reach ${host}: ${sentences[reason]}${detail && ` (${detail})`}.`, {
    hint: hints[reason] ?? defaultHint,
    params: { host, reason, detail },
    cause: options.cause,
  });
}

/** Maps what a failed connection attempt or a failed exchange threw. */
export function connectionError(host: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const code = firstCode(thrown);
  const known = code === undefined ? undefined : reasons[code];
  if (known !== undefined) return unreachable(host, known, { cause: thrown });
  const isTls =
    code !== undefined && /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_|EPROTO)/.test(code);
  const detail = code ?? (thrown instanceof Error ? thrown.message : '');
  return unreachable(host, isTls ? 'tls' : 'network', { cause: thrown, detail });
}

// Several addresses tried in vain arrive as one AggregateError.
function firstCode(thrown: unknown): string | undefined {
  const own = errorCodeOf(thrown);
  if (own !== undefined) return own;
  if (thrown instanceof AggregateError) return thrown.errors.map(errorCodeOf).find((code) => code !== undefined);
  return undefined;
}

/** A connection that broke before any byte of an answer: the pool may have handed out one the server had just closed. */
export function isBrokenConnection(thrown: unknown): boolean {
  const code = errorCodeOf(thrown);
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

export function stalled(host: string, limitMs: number): AppError {
  return new AppError('source.stalled', `${host} sent nothing for ${Math.round(limitMs / 1000)} seconds.`, {
    hint: 'Try again; a transfer continues where it stopped.',
    params: { host, seconds: Math.round(limitMs / 1000) },
  });
}

export function aborted(signal: AbortSignal): AppError {
  return new AppError('request.aborted', 'The request was cancelled.', { cause: signal.reason });
}

export function invalidResponse(host: string, what: string): AppError {
  return new AppError('source.invalid_response', `${host} sent an answer that makes no sense: ${what}.`, {
    params: { host, what },
  });
}
