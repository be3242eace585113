import { hostname } from 'node:os';
import { AppError } from '#core';
import { openBrowser } from '../browser/open-browser.ts';
import type { DaemonClient } from '../client/daemon-client.ts';
import type { CliContext } from '../context.ts';

export interface DashboardOptions {
  /** False: the address is printed alone. */
  readonly open?: boolean;
  readonly json?: boolean;
}

/** Starts the daemon when there is none, and opens its web page where there is a browser. */
export async function dashboard(context: CliContext, { open = true, json = false }: DashboardOptions): Promise<number> {
  const { t, env } = context;
  const url = await addressOf(await context.startedDaemon(), context);
  // A script that reads JSON wants no window.
  const opened = open && !json && (await openBrowser(url, env));
  if (json) context.printJson({ url: url.href });
  else if (opened) context.print(`${t('dashboard.opened', { url: url.href })}\n`);
  else {
    context.print(`${t('dashboard.open', { url: url.href })}\n`);
    if (env['SSH_CONNECTION'] && isLoopback(url)) {
      context.notice(t('dashboard.overSsh', { port: url.port, host: hostname() }));
    }
  }
  return 0;
}

/** @throws AppError `daemon.not_running` when no port serves a browser */
async function addressOf(client: DaemonClient, { t }: CliContext): Promise<URL> {
  const { address } = client;
  if ('url' in address) return new URL('/dashboard/', address.url);
  const { addresses } = await client.json({ path: '/gantry/status' }, (contract) => contract.daemonStatusBody);
  // Plain HTTP on loopback before TLS, whose certificate a browser may not know.
  const base = addresses.find((one) => one.startsWith('http:')) ?? addresses.find((one) => one.startsWith('https:'));
  if (base !== undefined) return new URL('/dashboard/', base);
  throw new AppError('daemon.not_running', t('dashboard.noTcp'), { hint: t('dashboard.noTcpHint') });
}

function isLoopback({ hostname: host }: URL): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
