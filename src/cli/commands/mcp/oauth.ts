import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { AppError } from '#core';
import type { OAuthStatus } from '#mcp';
import type { CliContext } from '../../context.ts';
import { printable } from '../../output/printable.ts';
import { tableText } from '../../output/table.ts';
import { usageError } from '../../usage-error.ts';
import { printResult, type FormatOptions } from './format.ts';
import { openBrowser } from '../../browser/open-browser.ts';

export async function listOAuth(context: CliContext, flags: FormatOptions): Promise<number> {
  const { t, signal } = context;
  await using toolkit = await context.toolkit();
  const all = await toolkit.oauth.list({ signal });
  return await printResult(context, flags, {
    value: all.map(({ server, authorized, url, expiresAt, registeredByHand }) => ({
      app: server,
      authorized,
      url,
      ...(expiresAt !== undefined && { expiresAt }),
      registeredByHand,
    })),
    human: () => (all.length === 0 ? `${t('mcp.oauth.none')}\n` : statusTable(context, all)),
  });
}

function statusTable({ t }: CliContext, all: readonly OAuthStatus[]): string {
  return tableText(
    [t('column.name'), t('column.status'), t('mcp.oauth.address')],
    all.map(({ server, url, authorized }) => [
      printable(server),
      authorized ? t('mcp.oauth.authorized') : t('mcp.oauth.notAuthorized'),
      printable(url),
    ]),
  );
}

export interface AuthorizeFlags extends FormatOptions {
  readonly scopes?: string;
  readonly openBrowser: boolean;
}

export async function authorizeServer(context: CliContext, server: string, flags: AuthorizeFlags): Promise<number> {
  const { t, signal, stdin, env } = context;
  const { scopes = '', openBrowser: mayOpen } = flags;
  await using toolkit = await context.toolkit();
  const listening = new AbortController();
  try {
    await toolkit.oauth.authorize(server, {
      scopes: scopes.split(/\s+/).filter((scope) => scope !== ''),
      texts: { title: 'Gantry', done: t('mcp.oauth.pageDone'), failed: t('mcp.oauth.pageFailed') },
      signal,
      async show(url, paste) {
        const opened = mayOpen && (await openBrowser(url, env));
        context.notice(opened ? t('mcp.oauth.opened') : t('mcp.oauth.open'));
        context.notice(`\n  ${url.href}\n`);
        if (stdin.isTTY) {
          context.notice(t('mcp.oauth.paste'));
          readPasted(context, { paste, signal: listening.signal });
        }
      },
    });
  } finally {
    listening.abort();
  }
  return await printResult(context, flags, {
    value: { app: server, authorized: true },
    human: () => `${t('mcp.oauth.done', { server })}\n`,
  });
}

/** A browser on another machine ends at an address that it cannot reach; the person brings it here. */
function readPasted(
  context: CliContext,
  { paste, signal }: { readonly paste: (address: string) => void; readonly signal: AbortSignal },
): void {
  const lines = createInterface({ input: context.stdin, signal });
  lines.on('line', (line) => {
    if (line.trim() === '') return;
    try {
      paste(line);
    } catch (error) {
      context.report(error);
    }
  });
}

export async function revokeServer(context: CliContext, server: string, flags: FormatOptions): Promise<number> {
  const { t } = context;
  await using toolkit = await context.toolkit();
  const outcome = await toolkit.oauth.revoke(server);
  if (outcome === 'nothing') {
    throw new AppError('secret.not_found', `Nothing is authorized for ${server}.`, {
      hint: 'See what is with: gantry mcp oauth ls',
      params: { reason: 'oauth', name: server },
    });
  }
  return await printResult(context, flags, {
    value: { app: server, outcome },
    human: () =>
      `${outcome === 'revoked' ? t('mcp.oauth.revoked', { server }) : t('mcp.oauth.forgotten', { server })}\n`,
  });
}

export interface ClientFlags extends FormatOptions {
  readonly clientId: string;
  readonly clientSecretStdin?: boolean;
  readonly redirectUrl?: string;
}

export async function setClient(context: CliContext, server: string, flags: ClientFlags): Promise<number> {
  const { t, stdin } = context;
  const { clientId, redirectUrl } = flags;
  if (redirectUrl !== undefined && !isOnThisMachine(redirectUrl)) throw usageError(t('mcp.oauth.redirectHere'));
  const clientSecret = flags.clientSecretStdin ? (await text(stdin)).trim() : undefined;
  if (clientSecret === '') throw usageError(t('mcp.oauth.noSecret'));
  await using toolkit = await context.toolkit();
  await toolkit.oauth.clients.set(server, { clientId, clientSecret, redirectUrl });
  return await printResult(context, flags, {
    value: { server, clientId },
    human: () => `${t('mcp.oauth.client.kept', { server })}\n`,
  });
}

function isOnThisMachine(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, pathname } = new URL(address);
  return protocol === 'http:' && hostname === '127.0.0.1' && pathname === '/callback';
}

export async function listClients(context: CliContext, flags: FormatOptions): Promise<number> {
  const { t } = context;
  await using toolkit = await context.toolkit();
  const clients = [...(await toolkit.oauth.clients.list())].map(([server, client]) => ({ server, ...client }));
  return await printResult(context, flags, {
    value: clients,
    human: () =>
      tableText(
        [t('column.name'), t('mcp.oauth.client.id'), t('mcp.oauth.client.redirect')],
        clients.map(({ server, clientId, redirectUrl }) => [
          printable(server),
          printable(clientId),
          redirectUrl ?? '-',
        ]),
      ),
  });
}

export async function removeClient(context: CliContext, server: string, flags: FormatOptions): Promise<number> {
  const { t } = context;
  await using toolkit = await context.toolkit();
  if (!(await toolkit.oauth.clients.remove(server))) {
    throw new AppError('secret.not_found', `No client is kept for ${server}.`, {
      hint: 'See those that are with: gantry mcp oauth client ls',
      params: { reason: 'oauth_client', name: server },
    });
  }
  return await printResult(context, flags, {
    value: { removed: server },
    human: () => `${t('mcp.oauth.client.removed', { server })}\n`,
  });
}
