import type { StoredOAuthClientInformation, StoredOAuthTokens } from '@modelcontextprotocol/client';
import { z } from 'zod';
import { AppError } from '#core';

/** Where what must stay secret is kept between runs: the user's secret store. */
export interface SecretVault {
  read(id: string): Promise<string | undefined>;
  write(id: string, value: string): Promise<void>;
  remove(id: string): Promise<void>;
}

/** What is kept of one server's authorization. */
export interface OAuthVault {
  tokens(server: string): Promise<KeptTokens | undefined>;
  saveTokens(server: string, kept: KeptTokens): Promise<void>;
  removeTokens(server: string): Promise<void>;
  client(server: string): Promise<KeptClient | undefined>;
  saveClient(server: string, kept: KeptClient): Promise<void>;
  removeClient(server: string): Promise<void>;
}

export interface KeptTokens {
  /** The server's address; tokens are never sent to another one. */
  readonly url: string;
  readonly tokens: StoredOAuthTokens;
  /** Unix time in ms; undefined when the authorization server did not say. */
  readonly expiresAt: number | undefined;
}

export interface KeptClient {
  readonly url: string;
  readonly client: StoredOAuthClientInformation;
  /** Where the authorization server sends the browser back to, as registered. */
  readonly redirectUrl: string;
}

const tokensText = z.looseObject({ access_token: z.string().min(1), token_type: z.string() });
const clientText = z.looseObject({ client_id: z.string().min(1) });
const keptTokens = z.object({ url: z.url(), tokens: tokensText, expiresAt: z.number().optional() });
const keptClient = z.object({ url: z.url(), client: clientText, redirectUrl: z.url() });

/** Ids as Docker names them (contract mcp-toolkit §5). */
const tokensId = (server: string): string => `docker/mcp/oauth/${idPart(server)}`;
const clientId = (server: string): string => `docker/mcp/oauth-dcr/${idPart(server)}`;

export function createOAuthVault(vault: SecretVault): OAuthVault {
  return {
    async tokens(server) {
      const kept = await read(vault, tokensId(server), keptTokens);
      return kept && { url: kept.url, tokens: kept.tokens as StoredOAuthTokens, expiresAt: kept.expiresAt };
    },
    saveTokens: (server, kept) => vault.write(tokensId(server), JSON.stringify(kept)),
    removeTokens: (server) => vault.remove(tokensId(server)),
    async client(server) {
      const kept = await read(vault, clientId(server), keptClient);
      return kept && { ...kept, client: kept.client as StoredOAuthClientInformation };
    },
    saveClient: (server, kept) => vault.write(clientId(server), JSON.stringify(kept)),
    removeClient: (server) => vault.remove(clientId(server)),
  };
}

async function read<T>(vault: SecretVault, id: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await vault.read(id);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // The text is a secret, so neither it nor where it breaks is told.
    throw new AppError('secret.unavailable', `What is kept as ${id} cannot be read.`, {
      hint: `Remove it and authorize again: gantry mcp oauth revoke ${id.slice(id.lastIndexOf('/') + 1)}`,
      params: { detail: id },
    });
  }
}

function idPart(server: string): string {
  return server.replaceAll(/[^A-Za-z0-9._:-]/g, '_');
}
