import { AppError, parseDigest } from '#core';
import type { RegistryReference } from './types.ts';

export interface ReferenceOptions {
  /** Registry of references that name none; Docker Hub by default. */
  readonly defaultRegistry?: string | undefined;
}

const hub = 'docker.io';
const hubAliases = new Set(['index.docker.io', 'registry-1.docker.io']);
const huggingFaceHosts = new Set(['huggingface.co']);

const longestRepository = 255;
const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const registryPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[0-9a-f:.]+\\])(?::(\\d{1,5}))?$`);
// OCI distribution spec 1.1, "Pulling manifests".
const componentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const huggingFaceComponent = /^(?!.*\.\.)[a-z0-9_][a-z0-9._-]*$/;
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const idPattern = /^(?:sha256:[0-9a-f]{64}|[0-9a-f]{64}|[0-9a-f]{12})$/;

/** Whether the text is a model id rather than a name: full with or without `sha256:`, or its first 12 digits. Only the store can resolve it. */
export function isModelId(text: string): boolean {
  return idPattern.test(text.trim());
}

/**
 * Completes and checks a model name (contract model-runner §3.1): `ai/`, `docker.io` and `latest` by default, `hf.co/` spelled out,
 * the name in lower case, the tag as written.
 * @throws AppError `reference.invalid`
 */
export function parseReference(text: string, { defaultRegistry = hub }: ReferenceOptions = {}): RegistryReference {
  const refuse = (reason: InvalidReason): AppError => invalid(text, reason);
  const trimmed = text.trim().replace(/^hf\.co\//, 'huggingface.co/');
  if (trimmed === '') throw refuse('empty');
  if (/[^\x21-\x7e]/.test(trimmed)) throw refuse('characters');
  const at = trimmed.indexOf('@');
  const digest = at < 0 ? undefined : parseDigest(trimmed.slice(at + 1));
  const named = splitTag(at < 0 ? trimmed : trimmed.slice(0, at));
  const { registry, repository } = splitRegistry(named.name.toLowerCase(), defaultRegistry.toLowerCase());
  checkRegistry(registry, refuse);
  if (repository.length > longestRepository) throw refuse('too_long');
  const component = huggingFaceHosts.has(registry) ? huggingFaceComponent : componentPattern;
  if (!repository.split('/').every((part) => component.test(part))) throw refuse('name');
  const tag = named.tag ?? (digest === undefined ? 'latest' : undefined);
  if (tag !== undefined && !tagPattern.test(tag)) throw refuse('tag');
  return { registry, repository, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** The stored and printed form, fully qualified: `docker.io/ai/smollm2:latest`, `host/name@sha256:…`. */
export function formatReference({ registry, repository, tag, digest }: RegistryReference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** One spelling for every way to write the same name; ids are not names. @throws AppError `reference.invalid` */
export function normalizeReference(text: string, options?: ReferenceOptions): string {
  return formatReference(parseReference(text, options));
}

function splitTag(text: string): { name: string; tag: string | undefined } {
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1) < 0 ? -1 : text.lastIndexOf(':');
  if (colon < 0) return { name: text, tag: undefined };
  return { name: text.slice(0, colon), tag: text.slice(colon + 1) || undefined };
}

function splitRegistry(name: string, defaultRegistry: string): { registry: string; repository: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  const namesRegistry = slash > 0 && (/[.:[]/.test(first) || first === 'localhost');
  const given = namesRegistry ? first : defaultRegistry;
  const registry = hubAliases.has(given) ? hub : given;
  if (slash < 0) return { registry, repository: `ai/${name}` };
  const repository = namesRegistry ? name.slice(slash + 1) : name;
  // Hub keeps names without an organisation under `library`.
  const isBareHubName = namesRegistry && registry === hub && !repository.includes('/');
  return { registry, repository: isBareHubName ? `library/${repository}` : repository };
}

type InvalidReason = 'empty' | 'characters' | 'registry' | 'name' | 'tag' | 'too_long';

function checkRegistry(registry: string, refuse: (reason: InvalidReason) => AppError): void {
  const match = registryPattern.exec(registry);
  if (!match || registry.length > 255) throw refuse('registry');
  const [, port] = match;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) throw refuse('registry');
}

const explanations: Readonly<Record<InvalidReason, string>> = {
  empty: 'it is empty',
  characters: 'it has spaces or characters that names cannot have',
  registry: 'its registry is not a host name',
  name: 'parts of a name are letters and digits, with single . _ - between them',
  tag: 'a tag is up to 128 letters, digits, dots, dashes and underscores',
  too_long: 'it is too long',
};

function invalid(text: string, reason: InvalidReason): AppError {
  const shown = text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
  return new AppError('reference.invalid', `"${shown}" is not a model name: ${explanations[reason]}.`, {
    hint: 'Names look like ai/smollm2, ai/smollm2:360M-Q4_K_M, hf.co/org/model:Q4_K_M or registry.example.com/org/model:tag.',
    params: { text: shown, reason },
  });
}
