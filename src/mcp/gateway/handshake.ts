import { AppError, version } from '#core';
import type { CallOutcome, JsonObject } from '../types.ts';
import { capabilitiesFor, type ClientAbilities } from '../protocol/capabilities.ts';
import { isJsonObject, membersOf, rpcCodes, textOf } from '../protocol/messages.ts';
import type { Peer } from '../protocol/peer.ts';
import { legacyVersions, metaKeys, modernVersion, newestLegacyVersion, type Era } from '../protocol/versions.ts';

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
  readonly signal?: AbortSignal | undefined;
}

/** How the gateway calls itself to servers: the name that they know from Docker's. */
const clientInfo = { name: 'docker-mcp-gateway', title: 'Gantry', version };

/** Older servers end or hang when something comes before `initialize`, so that is asked first; those of the stateless era refuse it. */
const refusals: readonly number[] = [rpcCodes.unsupportedVersion, rpcCodes.methodNotFound];

/** @throws AppError `mcp.server_failed`, `mcp.server_unavailable` */
export async function shakeHands(peer: Peer, { abilities, quietMs, signal }: HandshakeOptions): Promise<Handshake> {
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
  const outcome = await peer.request(
    'server/discover',
    {
      _meta: {
        [metaKeys.protocolVersion]: modernVersion,
        [metaKeys.clientInfo]: clientInfo,
        [metaKeys.clientCapabilities]: capabilitiesFor(abilities),
      },
    },
    { quietMs, signal },
  );
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

function refused(method: string, { error }: CallOutcome & { readonly kind: 'error' }): AppError {
  const said = error.message.slice(0, 300);
  return new AppError('mcp.server_failed', `It refused ${method}: ${said} (${error.code}).`, {
    params: { method, said, rpcCode: error.code },
  });
}
