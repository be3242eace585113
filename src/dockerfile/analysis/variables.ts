import type { Instruction } from '../source/model.ts';

export interface Variable {
  readonly name: string;
  /** Undefined for an ARG without default. */
  readonly value: string | undefined;
  readonly kind: 'ARG' | 'ENV';
  /** It can be used from here on. */
  readonly from: number;
  readonly instruction: Instruction;
}

/** BuildKit declares these in the global scope. */
export const platformArgs: ReadonlySet<string> = new Set([
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETARCH',
  'TARGETVARIANT',
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDARCH',
  'BUILDVARIANT',
  'TARGETSTAGE',
]);
/** Known in every stage without being declared. */
export const predefinedArgs: ReadonlySet<string> = new Set([
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'FTP_PROXY',
  'ftp_proxy',
  'NO_PROXY',
  'no_proxy',
  'ALL_PROXY',
  'all_proxy',
  'SOURCE_DATE_EPOCH',
  'BUILDKIT_CACHE_MOUNT_NS',
  'BUILDKIT_CONTEXT_KEEP_GIT_DIR',
  'BUILDKIT_INLINE_CACHE',
  'BUILDKIT_MULTI_PLATFORM',
  'BUILDKIT_SANDBOX_HOSTNAME',
  'BUILDKIT_SYNTAX',
]);

export type Lookup = (name: string) => string | undefined;

export interface Reference {
  readonly name: string;
  readonly text: string;
  /** Where it stands in the text. */
  readonly index: number;
  readonly operator: string | undefined;
  readonly operand: string;
}

const reference = /\\.|\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-+?]|[#%/]{1,2})([^{}]*))?\})/g;

/** The variables a Dockerfile's own words name; a backslash before the dollar makes it plain. */
export function referencesIn(text: string): Reference[] {
  if (!text.includes('$')) return [];
  return [...text.matchAll(reference)].flatMap((match) => {
    const name = match[1] ?? match[2];
    if (name === undefined) return [];
    return [{ name, text: match[0], index: match.index, operator: match[3], operand: match[4] ?? '' }];
  });
}

/** Puts known values in; what is not known stays as it is written. */
export function expand(text: string, lookup: Lookup): string {
  if (!text.includes('$')) return text;
  return text.replaceAll(reference, (...match: (string | undefined)[]) => {
    const [all = '', plain, braced, operator, operand = ''] = match;
    const name = plain ?? braced;
    if (name === undefined) return all;
    const value = lookup(name);
    if (operator === ':-' || operator === '-') return value === undefined || value === '' ? operand : value;
    if (operator === ':+' || operator === '+') return value === undefined || value === '' ? '' : operand;
    return value ?? all;
  });
}
