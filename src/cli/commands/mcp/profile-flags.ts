import type { FormatOptions } from './format.ts';

export interface CreateProfileFlags extends FormatOptions {
  readonly name?: string;
  readonly id?: string;
  readonly server: readonly string[];
  readonly fromTemplate?: string;
  readonly connect?: readonly string[];
}

export interface ProfileConfigFlags extends FormatOptions {
  readonly set: readonly string[];
  readonly get: readonly string[];
  readonly del: readonly string[];
  readonly getAll?: boolean;
}

export interface ProfileToolsFlags extends FormatOptions {
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  readonly enableAll: readonly string[];
  readonly disableAll: readonly string[];
}

export interface ProfileServersFlags extends FormatOptions {
  readonly filter: readonly string[];
}

export interface ProfileChangeFlags extends FormatOptions {
  readonly server: readonly string[];
  readonly name: readonly string[];
}

export interface UseTemplateFlags extends FormatOptions {
  readonly connect: readonly string[];
  readonly name?: string;
  readonly id?: string;
}

export interface ShowProfileFlags extends FormatOptions {
  readonly clients?: boolean;
  readonly yq?: string;
}
