import { AppError, type Digest } from '#core';
import { formatReference, type RegistryReference } from '#registry';
import {
  fileTag,
  filePath,
  huggingFaceRepository,
  isHuggingFace,
  packageSourceOf,
  parseName,
  type NamingOptions,
} from '../naming.ts';
import type { SourceChoice } from '../types.ts';
import { findWellKnown, type WellKnownModel } from '../well-known.ts';
import type { HuggingFaceRequest } from './from-hugging-face.ts';
import { pinnedSource, type PackageSource } from './package-source.ts';

/** What a pull will do, decided before anything is asked of anybody. */
export type PullPlan =
  | { readonly kind: 'file'; readonly path: string; readonly tag: string }
  | { readonly kind: 'package'; readonly source: PackageSource; readonly tag: string }
  | { readonly kind: 'huggingface'; readonly request: HuggingFaceRequest; readonly tag: string }
  | {
      readonly kind: 'registry';
      readonly reference: RegistryReference;
      /** Full name; with a digest when one was asked for. */
      readonly tag: string;
      readonly digest: Digest | undefined;
      readonly wellKnown: WellKnownModel | undefined;
      /** Tried in this order; the next only when the one before is out of reach. */
      readonly order: readonly ('registry' | 'well-known')[];
    };

export type FallbackSetting = 'allow' | 'forbid' | 'prefer';

/** @throws AppError `reference.invalid`, `source.not_allowed` when the choice and the reference exclude each other */
export function planPull(
  text: string,
  { source, fallback, ...naming }: { source: SourceChoice; fallback: FallbackSetting } & NamingOptions,
): PullPlan {
  const path = filePath(text);
  if (path !== undefined) {
    allow(text, source, ['auto', 'file']);
    return { kind: 'file', path, tag: fileTag(path) };
  }
  const packaged = packageSourceOf(text);
  if (packaged) {
    allow(text, source, ['auto', 'packages']);
    return { kind: 'package', source: packaged, tag: packaged.tag };
  }
  const reference = parseName(text, naming);
  if (isHuggingFace(reference)) {
    allow(text, source, ['auto', 'huggingface']);
    return huggingFacePlan(text, reference);
  }
  if (source === 'huggingface') return huggingFacePlan(text, { ...reference, registry: 'huggingface.co' });
  allow(text, source, ['auto', 'registry', 'packages']);
  return registryPlan(reference, { source, fallback });
}

function registryPlan(
  reference: RegistryReference,
  { source, fallback }: { source: SourceChoice; fallback: FallbackSetting },
): PullPlan {
  const tag = formatReference(reference);
  const wellKnown = findWellKnown(tag);
  if (source === 'packages') {
    if (wellKnown) return { kind: 'package', source: pinnedSource(wellKnown), tag };
    throw new AppError('source.not_found', `No package registry is known to hold ${tag}.`, {
      hint: 'Name the package and the file in it: pypi:NAME==VERSION#PATH or npm:NAME@VERSION#PATH.',
      params: { reference: tag },
    });
  }
  const { digest } = reference;
  return { kind: 'registry', reference, tag, digest, wellKnown, order: orderOf({ source, fallback, wellKnown }) };
}

function orderOf({
  source,
  fallback,
  wellKnown,
}: {
  source: SourceChoice;
  fallback: FallbackSetting;
  wellKnown: WellKnownModel | undefined;
}): readonly ('registry' | 'well-known')[] {
  if (!wellKnown || source === 'registry' || fallback === 'forbid') return ['registry'];
  return fallback === 'prefer' ? ['well-known', 'registry'] : ['registry', 'well-known'];
}

function huggingFacePlan(text: string, reference: RegistryReference): PullPlan {
  if (reference.digest !== undefined) {
    throw new AppError('reference.invalid', `"${text}" names a digest, which Hugging Face does not have.`, {
      hint: 'Name a quantization as the tag, for example :Q4_K_M.',
      params: { text, reason: 'digest' },
    });
  }
  const quantization = reference.tag ?? 'latest';
  const tag = formatReference({ ...reference, tag: quantization });
  const repository = huggingFaceRepository(text);
  return { kind: 'huggingface', request: { repository, quantization, tag }, tag };
}

function allow(text: string, source: SourceChoice, allowed: readonly SourceChoice[]): void {
  if (allowed.includes(source)) return;
  throw new AppError('source.not_allowed', `"${text}" cannot come from the source "${source}".`, {
    hint: `Leave the source out, or use one of: ${allowed.join(', ')}.`,
    params: { reference: text, source, allowed: allowed.join(', ') },
  });
}
