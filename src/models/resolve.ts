import { AppError, digestHex, isDigest, shortId } from '#core';
import { formatReference, isModelId, type RegistryReference } from '#registry';
import { isHuggingFace, parseName, type NamingOptions } from './naming.ts';
import type { IndexEntry, StoreIndex } from './store/index-file.ts';
import { findWellKnown } from './well-known.ts';

/** What a text names in the store, and by which of its tags; no tag when it names the model itself. */
export interface Resolved {
  readonly entry: IndexEntry;
  readonly tag: string | undefined;
}

export interface ResolveOptions extends NamingOptions {
  /** Whether a well-known model may answer for an alias that is not in the store. */
  readonly aliases: boolean;
  /** Tag that a text which is not a name stands for (`pypi:…`, `file:…`). */
  readonly tagOf?: ((text: string) => string | undefined) | undefined;
}

/**
 * Finds a model by any text people use (contract model-runner §3): id, tag, digest, well-known alias, last part of a name;
 * the first kind that matches decides.
 * @throws AppError `reference.invalid` for a text that cannot be a name, or that names several models
 */
export function resolveModel(index: StoreIndex, text: string, options: ResolveOptions): Resolved | undefined {
  const trimmed = text.trim();
  const byId = isModelId(trimmed.toLowerCase()) ? findById(index, trimmed.toLowerCase()) : undefined;
  if (byId) return { entry: byId, tag: undefined };
  // Twelve digits may also be a name; a full id cannot.
  if (isModelId(trimmed.toLowerCase()) && trimmed.length > 12) return undefined;
  const derived = options.tagOf?.(trimmed);
  if (derived !== undefined) return findByTag(index, derived);
  const reference = parseName(trimmed, options);
  if (reference.digest !== undefined) {
    const entry = index.find(({ id }) => id === reference.digest);
    return entry && { entry, tag: undefined };
  }
  const tag = formatReference(reference);
  return (
    findByTag(index, tag) ??
    (isHuggingFace(reference) ? findIgnoringCase(index, tag) : undefined) ??
    (options.aliases ? findAlias(index, tag) : undefined) ??
    findByPart(index, { text: trimmed, reference })
  );
}

/** @throws AppError `model.not_found` with what to do */
export function notFound(text: string): AppError {
  return new AppError('model.not_found', `There is no model "${text}" on this machine.`, {
    hint: `Pull it first: gantry pull ${text}`,
    params: { model: text },
  });
}

function findById(index: StoreIndex, text: string): IndexEntry | undefined {
  const full = text.startsWith('sha256:') ? text : `sha256:${text}`;
  if (isDigest(full)) return index.find(({ id }) => id === full);
  const matches = index.filter(({ id }) => shortId(id) === text);
  if (matches.length > 1)
    throw ambiguous(
      text,
      matches.map(({ id }) => digestHex(id)),
    );
  return matches[0];
}

function findByTag(index: StoreIndex, wanted: string): Resolved | undefined {
  for (const entry of index) {
    const tag = entry.tags.find((candidate) => candidate === wanted || canonical(candidate) === wanted);
    if (tag !== undefined) return { entry, tag };
  }
  return undefined;
}

// Others may have stored a tag in another spelling than ours.
function canonical(tag: string): string {
  try {
    return formatReference(parseName(tag));
  } catch {
    return tag;
  }
}

// Hugging Face tags name quantizations, which have no case.
function findIgnoringCase(index: StoreIndex, wanted: string): Resolved | undefined {
  const matches = index.flatMap((entry) =>
    entry.tags
      .filter((tag) => canonical(tag).toLowerCase() === wanted.toLowerCase())
      .map((tag): Resolved => ({ entry, tag })),
  );
  return oneModel(wanted, matches);
}

function findAlias(index: StoreIndex, tag: string): Resolved | undefined {
  const model = findWellKnown(tag);
  return model && findByTag(index, model.tag);
}

function findByPart(
  index: StoreIndex,
  { text, reference }: { text: string; reference: RegistryReference },
): Resolved | undefined {
  if (text.includes('/')) return undefined;
  const name = reference.repository.slice(reference.repository.lastIndexOf('/') + 1);
  const matches = index.flatMap((entry) =>
    entry.tags.flatMap((tag) => {
      const parts = lastPart(tag);
      return parts.name === name ? [{ entry, tag, version: parts.tag }] : [];
    }),
  );
  const exact = matches.filter(({ version }) => version === reference.tag);
  const namesTag = text.includes(':');
  return oneModel(text, exact.length > 0 || namesTag ? exact : matches);
}

function lastPart(tag: string): { name: string; tag: string } {
  const last = tag.slice(tag.lastIndexOf('/') + 1);
  const colon = last.indexOf(':');
  return colon < 0 ? { name: last, tag: 'latest' } : { name: last.slice(0, colon), tag: last.slice(colon + 1) };
}

function oneModel(
  text: string,
  matches: readonly { entry: IndexEntry; tag: string | undefined }[],
): Resolved | undefined {
  const [first] = matches;
  if (!first) return undefined;
  if (matches.some(({ entry }) => entry.id !== first.entry.id)) {
    throw ambiguous(
      text,
      matches.map(({ tag }) => tag ?? ''),
    );
  }
  return { entry: first.entry, tag: matches.length === 1 ? first.tag : undefined };
}

function ambiguous(text: string, candidates: readonly string[]): AppError {
  const list = candidates.join(', ');
  return new AppError('reference.invalid', `"${text}" names several models: ${list}.`, {
    hint: 'Write one of these names in full.',
    params: { text, candidates: list, reason: 'ambiguous' },
  });
}
