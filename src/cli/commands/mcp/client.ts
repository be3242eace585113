import { randomUUID } from 'node:crypto';
import { platform } from 'node:os';
import { join } from 'node:path';
import type { Change, Clients, Wanted } from '#mcp';
import type { CliContext } from '../../context.ts';
import { commandText } from '../../launch/plan.ts';
import { usageError } from '../../usage-error.ts';
import { clientListText, clientListValue } from './client-list.ts';
import { formatOf, printResult, type FormatOptions } from './format.ts';
import { gatewayProgram } from './gateway-program.ts';
import { profilesHere } from './state-here.ts';

export interface ListFlags extends FormatOptions {
  readonly global?: boolean;
}

export interface ChangeFlags extends FormatOptions {
  readonly global?: boolean;
  readonly quiet?: boolean;
  readonly dryRun?: boolean;
}

export interface ConnectFlags extends ChangeFlags {
  readonly profile?: string;
  readonly transport?: 'stdio' | 'http';
  readonly url?: string;
  readonly tokenEnv?: string;
}

export interface ManualOptions extends FormatOptions {
  readonly profile?: string;
}

/** The files of clients are on the user's machine, so this needs no daemon. */
async function clientsHere({ paths, env, clock }: CliContext): Promise<Clients> {
  const { createClients } = await import('#mcp');
  const system = platform();
  return createClients({
    // Every other system keeps to the same places as Linux.
    platform: system === 'darwin' || system === 'win32' ? system : 'linux',
    env,
    home: paths.userHome,
    cwd: process.cwd(),
    stateFolder: join(paths.home, 'mcp', 'clients'),
    now: () => clock.now(),
    newId: randomUUID,
  });
}

export async function listClients(context: CliContext, flags: ListFlags): Promise<number> {
  const scope = flags.global ? 'global' : 'project';
  const list = await (await clientsHere(context)).list(scope);
  return await printResult(context, flags, {
    value: clientListValue(list.states, scope),
    human: () => clientListText(context, { scope, ...list }),
  });
}

/** The clients of this user that are connected to a profile, as `client ls --global --json` tells of them. */
export async function clientsOfProfile(context: CliContext, id: string): Promise<object> {
  const { defaultProfile } = await import('#mcp');
  const { states } = await (await clientsHere(context)).list('global');
  const own = states.filter(({ isConnected, profile }) => isConnected && (profile || defaultProfile) === id);
  return clientListValue(own, 'global');
}

export async function connectClient(context: CliContext, client: string, flags: ConnectFlags): Promise<number> {
  const wanted = await wantedOf(context, flags);
  const clients = await clientsHere(context);
  const { global = false, dryRun } = flags;
  const change = await clients.connect(client, wanted, { scope: global ? 'global' : 'project', dryRun });
  return await tellChange(context, { change, clients, done: 'mcp.client.connected' }, flags);
}

export async function disconnectClient(context: CliContext, client: string, flags: ChangeFlags): Promise<number> {
  const clients = await clientsHere(context);
  const { global = false, dryRun } = flags;
  const change = await clients.disconnect(client, { scope: global ? 'global' : 'project', dryRun });
  return await tellChange(context, { change, clients, done: 'mcp.client.disconnected' }, flags);
}

export async function undoClient(context: CliContext, client: string, flags: ChangeFlags): Promise<number> {
  const clients = await clientsHere(context);
  const { global = false, dryRun } = flags;
  const change = await clients.undo(client, { scope: global ? 'global' : 'project', dryRun });
  return await tellChange(context, { change, clients, done: 'mcp.client.undone' }, flags);
}

/** Connects clients of the user to a profile that was just made. */
export async function connectClients(context: CliContext, names: readonly string[], profile: string): Promise<void> {
  if (names.length === 0) return;
  const { gatewayCommand } = await import('#mcp');
  const clients = await clientsHere(context);
  const command = gatewayCommand(await gatewayProgram(context), { profile });
  for (const name of names) await clients.connect(name, { kind: 'stdio', command, profile }, { scope: 'global' });
}

/** Takes a profile that is gone out of all clients of the user that were connected to it. The result names them. */
export async function disconnectProfile(context: CliContext, profile: string): Promise<readonly string[]> {
  const { defaultProfile } = await import('#mcp');
  const clients = await clientsHere(context);
  const { states } = await clients.list('global');
  const connected = states.filter((state) => state.isConnected && (state.profile ?? defaultProfile) === profile);
  for (const { id } of connected) await clients.disconnect(id, { scope: 'global' });
  return connected.map(({ title }) => title);
}

async function wantedOf(context: CliContext, flags: ConnectFlags): Promise<Wanted> {
  const { t } = context;
  const { transport = 'stdio', url, tokenEnv, profile } = flags;
  if (transport === 'stdio') {
    const lone = url === undefined ? (tokenEnv === undefined ? undefined : '--token-env') : '--url';
    if (lone !== undefined) throw usageError(t('mcp.client.httpOnly', { option: lone }));
    const { gatewayCommand, defaultProfile } = await import('#mcp');
    // A client could not say why its gateway does not start.
    if (profile !== undefined && profile !== defaultProfile) await (await profilesHere(context)).get(profile);
    return { kind: 'stdio', command: gatewayCommand(await gatewayProgram(context), { profile }), profile };
  }
  if (profile !== undefined) throw usageError(t('mcp.client.profileOverHttp'));
  if (tokenEnv !== undefined && !/^[A-Za-z_]\w*$/.test(tokenEnv)) {
    throw usageError(
      t('usage.invalidValue', { name: '--token-env', value: tokenEnv, expected: t('mcp.client.aVariable') }),
    );
  }
  const address = url ?? (await gatewayUrl(context));
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) {
    throw usageError(t('usage.invalidValue', { name: '--url', value: address, expected: 'http(s)://…' }));
  }
  return { kind: 'http', url: address, tokenEnv };
}

/** Where the daemon serves the gateway to programs of this machine. */
async function gatewayUrl(context: CliContext): Promise<string> {
  const daemon = await context.daemon();
  const { addresses } = await daemon.json({ path: '/gantry/status' }, (contract) => contract.daemonStatusBody);
  const local = addresses.find((one) => /^https?:\/\/(?:127\.|localhost[:/]|\[::1\])/.test(one));
  const base = local ?? addresses.find((one) => /^https?:/.test(one));
  if (base === undefined) throw usageError(context.t('mcp.client.noAddress'));
  return `${base.replace(/\/$/, '')}/mcp`;
}

async function tellChange(
  context: CliContext,
  {
    change,
    clients,
    done,
  }: {
    change: Change;
    clients: Clients;
    done: 'mcp.client.connected' | 'mcp.client.disconnected' | 'mcp.client.undone';
  },
  flags: ChangeFlags,
): Promise<number> {
  const { t, calledAs } = context;
  const { client, title, file, isChanged, diff, backup } = change;
  if (formatOf(flags, context) !== 'human') {
    const value = { client, file, changed: isChanged, dryRun: flags.dryRun === true, diff, backup: backup ?? null };
    return await printResult(context, flags, { value, human: () => '' });
  }
  if (flags.dryRun) {
    context.print(isChanged ? diff : `${t('mcp.client.unchanged', { file })}\n`);
    return 0;
  }
  if (flags.quiet) return 0;
  if (calledAs.style === 'docker') {
    const scope = flags.global ? 'global' : 'project';
    context.print(clientListText(context, { scope, ...(await clients.list(scope)) }));
  } else context.print(`${isChanged ? t(done, { title, file }) : t('mcp.client.unchanged', { file })}\n`);
  if (!isChanged) return 0;
  context.print(`${t('mcp.client.restart', { title })}\n`);
  if (backup !== undefined)
    context.notice(t('mcp.client.backup', { backup, client, global: flags.global ? ' --global' : '' }));
  return 0;
}

/** The command to give to a client that is not in our list. */
export async function manualInstructions(context: CliContext, options: ManualOptions): Promise<number> {
  const { gatewayCommand } = await import('#mcp');
  const { command, args } = gatewayCommand(await gatewayProgram(context), { profile: options.profile });
  return await printResult(context, options, {
    value: [command, ...args],
    human: () => `${commandText({ program: command, args, env: {} })}\n`,
  });
}
