import {
  mcpConnectRequest,
  mcpDisconnectRequest,
  type McpClientChangeBody,
  type McpClientsBody,
  type McpManualBody,
} from '#contract';
import { AppError } from '#core';
import { defaultProfile, type Change, type ClientState, type Wanted } from '#mcp';
import { sendJson, type Exchange } from '../http/exchange.ts';
import { withoutUndefined } from './catalog-bodies.ts';
import type { McpManagement } from './management.ts';
import { problemOf } from './problem.ts';
import { bodyOf, type RouteTable } from './route-table.ts';

type Deps = Pick<McpManagement, 'clients' | 'gatewayCommand' | 'profiles'>;

/** Clients of this machine and their files, as `gantry mcp client` has them. */
export function createClientRoutes({ clients, gatewayCommand, profiles }: Deps): RouteTable {
  const list = async (exchange: Exchange): Promise<void> => {
    const folder = new URLSearchParams(exchange.query).get('folder') || undefined;
    const { root, states } = await clients(folder).list(scopeOf(folder));
    const body: McpClientsBody = { ...withoutUndefined({ root }), clients: states.map(stateBody) };
    sendJson(exchange, 200, body);
  };
  const connect = async (exchange: Exchange, client = ''): Promise<void> => {
    const { profile, folder, dryRun = false, expects, url, tokenEnv } = await bodyOf(exchange, mcpConnectRequest);
    if (url === undefined && tokenEnv !== undefined) throw tokenWithoutUrl();
    // A client could not say why its gateway does not start.
    if (profile !== undefined && profile !== defaultProfile) await profiles.get(profile);
    const wanted: Wanted =
      url === undefined
        ? { kind: 'stdio', command: await gatewayCommand(profile), profile }
        : { kind: 'http', url, tokenEnv };
    const change = await clients(folder).connect(client, wanted, { scope: scopeOf(folder), dryRun, expects });
    sendJson(exchange, 200, changeBody(change, dryRun));
  };
  const other = (verb: 'disconnect' | 'undo') => async (exchange: Exchange, client: string) => {
    const { folder, dryRun = false, expects } = await bodyOf(exchange, mcpDisconnectRequest);
    const change = await clients(folder)[verb](client, { scope: scopeOf(folder), dryRun, expects });
    sendJson(exchange, 200, changeBody(change, dryRun));
  };
  const disconnect = other('disconnect');
  const undo = other('undo');
  const manual = async (exchange: Exchange): Promise<void> => {
    const profile = new URLSearchParams(exchange.query).get('profile') || undefined;
    if (profile !== undefined && profile !== defaultProfile) await profiles.get(profile);
    const { command, args } = await gatewayCommand(profile);
    const file = { mcpServers: { MCP_DOCKER: { command, args } } };
    const body: McpManualBody = { command, args: [...args], json: JSON.stringify(file, undefined, 2) };
    sendJson(exchange, 200, body);
  };
  return {
    'GET /gantry/mcp/clients': list,
    'POST /gantry/mcp/clients/:client/connect': connect,
    'POST /gantry/mcp/clients/:client/disconnect': (exchange, client = '') => disconnect(exchange, client),
    'POST /gantry/mcp/clients/:client/undo': (exchange, client = '') => undo(exchange, client),
    'GET /gantry/mcp/manual': manual,
  };
}

function scopeOf(folder: string | undefined): 'global' | 'project' {
  return folder === undefined ? 'global' : 'project';
}

function stateBody(state: ClientState): McpClientsBody['clients'][number] {
  const { id, title, homepage, file, isPresent, isSupported, isConnected, http, profile, error } = state;
  return {
    id,
    title,
    homepage,
    file,
    isInstalled: isPresent,
    isSupported,
    isConnected,
    http,
    ...withoutUndefined({ profile, error: error && problemOf(error) }),
  };
}

function changeBody(change: Change, dryRun: boolean): McpClientChangeBody {
  const { client, title, file, isChanged, diff, digest, backup } = change;
  return { client, title, file, isChanged, dryRun, diff, digest, ...withoutUndefined({ backup }) };
}

function tokenWithoutUrl(): AppError {
  return new AppError('request.invalid', 'tokenEnv needs url.', { params: { param: 'url', expected: 'http(s)://…' } });
}
