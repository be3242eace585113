import type { AppError } from '#core';
import type { Cancel } from '#docker';
import type { CatalogServer, EnabledServer, JsonObject } from '../types.ts';
import type { ScriptOutcome } from '../code-mode/sandbox.ts';
import type { RunScriptOptions } from '../code-mode/run-script.ts';

/** Servers that a session may add, whether or not a profile enables them. */
export interface ServerDirectory {
  /** Best first. */
  search(query: string, options: Cancel & { readonly limit: number }): Promise<DirectoryMatches>;
  find(name: string, options: Cancel): Promise<KnownServer | undefined>;
}

export interface DirectoryMatches {
  readonly total: number;
  readonly servers: readonly KnownServer[];
}

export interface KnownServer {
  readonly entry: CatalogServer;
  readonly origin: string;
  /** What is configured for it already. */
  readonly config: JsonObject;
}

/** Profiles, as far as sessions use them. */
export interface SessionProfiles {
  save(name: string, servers: readonly EnabledServer[], options: Cancel): Promise<{ readonly id: string }>;
  /** @throws AppError `mcp.profile_not_found` */
  load(name: string, options: Cancel): Promise<readonly EnabledServer[]>;
}

export interface DynamicToolsOptions {
  readonly directory: ServerDirectory;
  readonly profiles: SessionProfiles;
  /** What keeps a server from being started, each with what to do about it: missing secrets, configuration, permission. */
  readonly problems: (server: EnabledServer, options: Cancel) => Promise<readonly AppError[]>;
  readonly run: (options: Pick<RunScriptOptions, 'script' | 'functions' | 'call' | 'signal'>) => Promise<ScriptOutcome>;
}
