import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { EnvHttpProxyAgent } from 'undici';
import { AppError, errorCodeOf } from '#core';
import type { CliContext } from '../context.ts';
import { readGatewayConfig } from '../gateway/config.ts';
import { isLoopback } from '../gateway/guard.ts';
import { createGateway, type GatewayEvent } from '../gateway/server.ts';
import { printableLine } from '../output/printable.ts';
import { usageError } from '../usage-error.ts';

export interface GatewayCommandOptions {
  readonly config: string;
  readonly host: string;
  readonly port: number;
  readonly verbose?: boolean;
}

const connectMs = 10_000;

/** Serves until Ctrl-C. */
export async function gateway(context: CliContext, options: GatewayCommandOptions): Promise<number> {
  const { t, env, signal } = context;
  const config = readGatewayConfig(await readConfigFile(options.config, t), { file: options.config, env });
  if (config.masterKey === undefined && !isLoopback(options.host)) {
    throw usageError(t('gateway.needsKey', { host: options.host }), { hint: t('gateway.needsKeyHint') });
  }
  for (const name of config.unused) context.notice(t('warning.label', { message: t('gateway.unused', { name }) }));
  const dispatcher = new EnvHttpProxyAgent({
    httpProxy: env['HTTP_PROXY'] ?? env['http_proxy'] ?? '',
    httpsProxy: env['HTTPS_PROXY'] ?? env['https_proxy'] ?? '',
    noProxy: [env['NO_PROXY'] ?? env['no_proxy'], 'localhost,127.0.0.1,::1'].filter(Boolean).join(','),
    connect: { timeout: connectMs },
  });
  const server = createGateway({
    config,
    dispatcher,
    clock: context.clock,
    say: (event) => tell(context, event, { verbose: options.verbose === true }),
  });
  try {
    server.listen(options.port, options.host);
    await once(server, 'listening', { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : cannotListen(error, options, t);
    });
    const { port } = server.address() as AddressInfo;
    const host = options.host.includes(':') ? `[${options.host}]` : options.host;
    context.notice(t('gateway.serving', { url: `http://${host}:${port}`, n: config.aliases.size }));
    await ended(signal);
    return 0;
  } finally {
    server.close();
    server.closeAllConnections();
    await dispatcher.destroy();
  }
}

async function readConfigFile(file: string, t: CliContext['t']): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw usageError(t('load.unreadable', { file, reason: errorCodeOf(cause) ?? String(cause) }));
  }
}

function tell({ t, notice }: CliContext, event: GatewayEvent, { verbose }: { verbose: boolean }): void {
  const alias = printableLine(event.alias);
  const upstream = printableLine(event.upstream);
  if (event.type === 'failed') notice(t('gateway.failed', { alias, upstream, reason: printableLine(event.reason) }));
  else if (verbose) notice(t('gateway.answered', { alias, upstream, status: event.status }));
}

function cannotListen(error: unknown, { host, port }: GatewayCommandOptions, t: CliContext['t']): AppError {
  const reason = errorCodeOf(error) ?? String(error);
  const code = reason === 'EADDRINUSE' ? 'daemon.port_in_use' : 'daemon.start_failed';
  return new AppError(code, t('gateway.cannotListen', { address: `${host}:${port}`, reason }), { cause: error });
}

async function ended(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
