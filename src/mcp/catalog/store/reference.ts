import { AppError } from '#core';
import { formatReference, parseReference, type RegistryReference } from '#registry';

const hub = 'docker.io';

/**
 * The name of a catalogue in a registry. Unlike a model's, a name of one part is not in an organisation.
 * @throws AppError `reference.invalid`; names have no digest
 */
export function parseCatalogReference(text: string): RegistryReference & { readonly tag: string } {
  const trimmed = text.trim();
  const [first = ''] = trimmed.split('/');
  const namesRegistry = trimmed.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const reference = parseReference(namesRegistry || trimmed === '' ? trimmed : `${hub}/${trimmed}`);
  if (reference.digest !== undefined) {
    throw new AppError(
      'reference.invalid',
      `"${trimmed.slice(0, 100)}" names a digest; a catalogue is named by a tag.`,
      {
        hint: 'Leave out what follows the @.',
        params: { text: trimmed.slice(0, 100), reason: 'digest' },
      },
    );
  }
  return { ...reference, tag: reference.tag ?? 'latest' };
}

/** One spelling for a catalogue: `mcp/docker-mcp-catalog:latest`, without `docker.io` and `library/` (contract mcp-toolkit §2.3). */
export function catalogName(text: string): string {
  return formatReference(parseCatalogReference(text)).replace(/^docker\.io\/(?:library\/)?/, '');
}
