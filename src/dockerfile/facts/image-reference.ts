/** A base image as FROM names it, variables put in where their values are known. */
export interface ImageReference {
  /** As written, with known variables put in. */
  readonly text: string;
  /** `docker.io` when none is written. */
  readonly registry: string;
  /** Without the registry and Docker Hub's `library/`. */
  readonly repository: string;
  /** The last part of the repository. */
  readonly name: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
  /** A variable without a known value is left in it. */
  readonly isDynamic: boolean;
}

export function readImageReference(text: string): ImageReference {
  const at = text.indexOf('@');
  const digest = at === -1 ? undefined : text.slice(at + 1);
  const named = at === -1 ? text : text.slice(0, at);
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const path = colon === -1 ? named : named.slice(0, colon);
  const tag = colon === -1 ? undefined : named.slice(colon + 1);
  const [first = '', ...rest] = path.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const repository = (hasRegistry ? rest.join('/') : path).replace(/^library\//, '').toLowerCase();
  return {
    text,
    registry: hasRegistry ? first.toLowerCase().replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io',
    repository,
    name: repository.slice(repository.lastIndexOf('/') + 1),
    tag: tag === '' ? undefined : tag,
    digest,
    isDynamic: text.includes('$'),
  };
}
