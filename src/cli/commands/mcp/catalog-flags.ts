import type { FormatOptions } from './format.ts';

export interface ShowFlags extends FormatOptions {
  readonly pull?: string;
  readonly yq?: string;
  readonly tools: boolean;
}

export interface SearchFlags extends FormatOptions {
  readonly limit?: number;
}

export interface CreateFlags extends FormatOptions {
  readonly server: readonly string[];
  readonly fromProfile?: string;
  readonly fromLegacyCatalog?: string;
  readonly fromCommunityRegistry?: string;
  readonly title?: string;
  readonly exclude: readonly string[];
  readonly includeNpm?: boolean;
  readonly includePypi?: boolean;
}

export interface ImportFlags extends FormatOptions {
  readonly as?: string;
  readonly mcpRegistry?: string;
  readonly dryRun?: boolean;
}

export interface AddFlags extends FormatOptions {
  readonly force?: boolean;
}

export interface ServerListFlags extends FormatOptions {
  readonly filter: readonly string[];
}

export interface ServerChangeFlags extends FormatOptions {
  readonly server: readonly string[];
  readonly name: readonly string[];
}

export interface BuildFlags extends FormatOptions {
  readonly again?: boolean;
}
