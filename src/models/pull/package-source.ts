import type { Digest } from '#core';
import type { WellKnownModel } from '../well-known.ts';

/** One GGUF inside one package. */
export interface PackageSource {
  readonly ecosystem: 'pypi' | 'npm';
  readonly name: string;
  /** The newest when absent. */
  readonly version: string | undefined;
  readonly member: string;
  /** Full tag it gets in the store. */
  readonly tag: string;
  /** Known for pinned models only. */
  readonly archiveDigest?: Digest | undefined;
  readonly file?: { readonly digest: Digest; readonly sizeBytes: number } | undefined;
  readonly created?: string | undefined;
}

export function pinnedSource({ package: source, file, created, tag }: WellKnownModel): PackageSource {
  const { ecosystem, name, version, member, digest } = source;
  return { ecosystem, name, version, member, tag, archiveDigest: digest, file, created };
}

export function describePackage({ ecosystem, name, version }: PackageSource): string {
  const registry = ecosystem === 'pypi' ? 'PyPI' : 'npm';
  return `${registry} package ${name}${version === undefined ? '' : ` ${version}`}`;
}
