import { AppError, version } from '#core';
import type { CallOutcome, JsonObject, RpcError } from '../types.ts';
import { capabilitiesFor, type ClientAbilities } from '../protocol/capabilities.ts';
import { isJsonObject, membersOf, rpcCodes, textOf } from '../protocol/messages.ts';
import type { Peer } from '../protocol/peer.ts';
import {
  isModernVersion,
  legacyVersions,
  metaKeys,
  modernVersion,
  newestLegacyVersion,
  type Era,
} from '../protocol/versions.ts';

/** What a server says of itself when it is met. */
export interface Handshake {
  readonly era: Era;
  readonly protocolVersion: string;
  readonly serverInfo: JsonObject;
  readonly capabilities: JsonObject;
  readonly instructions: string | undefined;
}

interface HandshakeOptions {
  readonly abilities: ClientAbilities;
  readonly quietMs: number;
  /** Servers of the stateless era over HTTP refuse a request that says nothing of itself, `initialize` too. */
  readonly discoverFirst?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How the gateway calls itself to servers: the name that they know from Docker's. */
const clientInfo = { name: 'docker-mcp-gateway', title: 'Gantry', version };

/** Older servers end or hang when something comes before `initialize`, so that is asked first; those of the stateless era refuse it. */
const refusals: readonly number[] = [rpcCodes.unsupportedVersion, rpcCodes.methodNotFound, rpcCodes.headerMismatch];
const longestDiscoveryMs = 5000;

/** @throws AppError `mcp.server_failed`, `mcp.server_unavailable` */
export async function shakeHands(peer: Peer, options: HandshakeOptions): Promise<Handshake> {
  if (options.discoverFirst) {
    const found = await discovered(peer, { ...options, quietMs: Math.min(options.quietMs, longestDiscoveryMs) });
    if (found) return found;
  }
  return await initialize(peer, options);
}

/** Undefined where the server is not of the stateless era. What ended the connection ends this too. */
async function discovered(peer: Peer, options: HandshakeOptions): Promise<Handshake | undefined> {
  try {
    return await discover(peer, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof AppError && error.code === 'mcp.oauth_required') throw error;
    return undefined;
  }
}

async function initialize(peer: Peer, { abilities, quietMs, signal }: HandshakeOptions): Promise<Handshake> {
  const capabilities = capabilitiesFor(abilities);
  const outcome = await peer.request(
    'initialize',
    { protocolVersion: newestLegacyVersion, capabilities, clientInfo },
    { quietMs, signal },
  );
  if (outcome.kind === 'error') {
    if (!refusals.includes(outcome.error.code)) throw refused('initialize', outcome);
    return await discover(peer, { abilities, quietMs, signal });
  }
  const { result } = outcome;
  const protocolVersion = textOf(result['protocolVersion']) ?? '';
  if (isModernVersion(protocolVersion)) return await discover(peer, { abilities, quietMs, signal });
  if (!legacyVersions.includes(protocolVersion) && protocolVersion !== '2024-10-07') {
    throw new AppError(
      'mcp.server_failed',
      `It speaks version ${protocolVersion.slice(0, 40) || '(none)'} of the protocol, which is not known.`,
      { params: { version: protocolVersion.slice(0, 40) } },
    );
  }
  peer.notify('notifications/initialized');
  return {
    era: 'legacy',
    protocolVersion,
    serverInfo: membersOf(result['serverInfo']),
    capabilities: membersOf(result['capabilities']),
    instructions: textOf(result['instructions']),
  };
}

async function discover(peer: Peer, { abilities, quietMs, signal }: HandshakeOptions): Promise<Handshake> {
  const ask = (): Promise<CallOutcome> => peer.request('server/discover', discovery(abilities), { quietMs, signal });
  const first = await ask();
  // Whoever names our version among those it supports may be asked again, once.
  const outcome = first.kind === 'error' && isSupported(first.error) ? await ask() : first;
  if (outcome.kind === 'error') throw refused('server/discover', outcome);
  const { supportedVersions, capabilities, instructions, _meta } = outcome.result;
  if (!Array.isArray(supportedVersions) || !supportedVersions.includes(modernVersion)) {
    throw new AppError('mcp.server_failed', 'It speaks no version of the protocol that is known.', {
      params: { version: JSON.stringify(supportedVersions ?? null).slice(0, 100) },
    });
  }
  const info = isJsonObject(_meta) ? _meta[metaKeys.serverInfo] : undefined;
  return {
    era: 'modern',
    protocolVersion: modernVersion,
    serverInfo: membersOf(info),
    capabilities: membersOf(capabilities),
    instructions: textOf(instructions),
  };
}

function discovery(abilities: ClientAbilities): JsonObject {
  return {
    _meta: {
      [metaKeys.protocolVersion]: modernVersion,
      [metaKeys.clientInfo]: clientInfo,
      [metaKeys.clientCapabilities]: capabilitiesFor(abilities),
    },
  };
}

function isSupported({ code, data }: RpcError): boolean {
  const supported = membersOf(data)['supported'];
  return code === rpcCodes.unsupportedVersion && Array.isArray(supported) && supported.includes(modernVersion);
}

function refused(method: string, { error }: CallOutcome & { readonly kind: 'error' }): AppError {
  const said = error.message.slice(0, 300);
  return new AppError('mcp.server_failed', `It refused ${method}: ${said} (${error.code}).`, {
    params: { method, said, rpcCode: error.code },
  });
}
