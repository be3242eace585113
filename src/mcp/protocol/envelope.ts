import type { Json, JsonObject } from '../types.ts';
import { isJsonObject, rpcCodes } from './messages.ts';
import { isModernVersion, metaKeys, modernVersion } from './versions.ts';

/** What a request of the stateless era says about itself. */
export interface Envelope {
  readonly version: string;
  readonly client: { readonly name: string; readonly version: string };
  readonly capabilities: JsonObject;
  readonly logLevel: string | undefined;
}

export type EnvelopeReading =
  /** It does not claim to be of the stateless era. */
  | { readonly kind: 'none' }
  | { readonly kind: 'envelope'; readonly envelope: Envelope }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string; readonly data: JsonObject };

/** A request claims the stateless era by naming a version in its `_meta`; once it does, the rest must hold. */
export function readEnvelope(params: JsonObject | undefined): EnvelopeReading {
  const meta = params?.['_meta'];
  if (!isJsonObject(meta) || !(metaKeys.protocolVersion in meta)) return { kind: 'none' };
  const version = meta[metaKeys.protocolVersion];
  const capabilities = meta[metaKeys.clientCapabilities];
  if (typeof version !== 'string') return broken(metaKeys.protocolVersion, 'it is not a text');
  if (isModernVersion(version)) {
    if (capabilities === undefined) return broken(metaKeys.clientCapabilities, 'missing');
    if (!isJsonObject(capabilities)) return broken(metaKeys.clientCapabilities, 'it is not an object');
  }
  if (version !== modernVersion) return unsupported(version);
  const info = meta[metaKeys.clientInfo];
  const client = clientOf(info);
  if (info !== undefined && client === undefined) return broken(metaKeys.clientInfo, 'it has no name or no version');
  const logLevel = meta[metaKeys.logLevel];
  return {
    kind: 'envelope',
    envelope: {
      version,
      client: client ?? { name: 'unknown', version: '0' },
      capabilities: isJsonObject(capabilities) ? capabilities : {},
      logLevel: typeof logLevel === 'string' ? logLevel : undefined,
    },
  };
}

export function clientOf(info: Json | undefined): { readonly name: string; readonly version: string } | undefined {
  if (!isJsonObject(info)) return undefined;
  const { name, version } = info;
  if (typeof name !== 'string' || typeof version !== 'string') return undefined;
  return { name: name.slice(0, 200), version: version.slice(0, 100) };
}

function broken(key: string, problem: string): EnvelopeReading {
  return {
    kind: 'refused',
    code: rpcCodes.invalidParams,
    message: `Invalid _meta for protocol revision ${modernVersion}: ${key}: ${problem}`,
    data: { envelope: { key, problem } },
  };
}

export function unsupported(requested: string): EnvelopeReading & { readonly kind: 'refused' } {
  return {
    kind: 'refused',
    code: rpcCodes.unsupportedVersion,
    message: `Unsupported protocol version: ${requested.slice(0, 100)}`,
    data: { supported: [modernVersion], requested: requested.slice(0, 100) },
  };
}

/** `params` without what only concerns the client and us, as another server gets them; the rest of `_meta` is kept. */
export function withoutEnvelope(params: JsonObject): JsonObject {
  const meta = params['_meta'];
  if (!isJsonObject(meta)) return params;
  const rest: Record<string, Json> = {};
  for (const [key, value] of Object.entries(meta)) {
    if (key === 'progressToken' || reserved.has(key)) continue;
    rest[key] = value;
  }
  const { _meta: _, ...others } = params;
  return Object.keys(rest).length === 0 ? others : { ...others, _meta: rest };
}

const reserved = new Set<string>(Object.values(metaKeys));
