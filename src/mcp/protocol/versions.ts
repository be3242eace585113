/**
 * MCP has two eras. Until 2025-11-25 a connection begins with `initialize` and the server may ask the client; since 2026-07-28
 * each request stands alone, says who asks in its `_meta`, and a server that needs something answers that it does.
 */
export type Era = 'legacy' | 'modern';

export const legacyVersions: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];
export const newestLegacyVersion = '2025-11-25';
export const modernVersion = '2026-07-28';

/** What a server answers `initialize` with: the version asked for if it is known, else the newest that both may know. */
export function negotiateLegacyVersion(asked: string): string {
  return legacyVersions.includes(asked) ? asked : newestLegacyVersion;
}

export function isModernVersion(version: string): boolean {
  return version >= modernVersion;
}

/** Keys of `_meta` that the stateless era reserves. */
export const metaKeys = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
  logLevel: 'io.modelcontextprotocol/logLevel',
} as const;
