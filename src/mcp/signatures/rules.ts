import { parseReference, type RegistryReference } from '#registry';

/** Whose signature images of these names need. The first rule whose pattern matches decides. */
export type ImageRule = {
  /** Name with its registry, without a tag; `*` is anything but a slash, `**` anything. */
  readonly pattern: string;
  /** Repository that the signatures are in, where it is not the image's own. */
  readonly signatures?: string | undefined;
} & (
  | { readonly key: string }
  /** The key itself, as PEM. */
  | { readonly publicKey: string }
  | { readonly identity: string; readonly issuer: string }
);

/**
 * Docker signs the images of its catalogue with this key (docker/keyring, public/mcp) and keeps the signatures apart. Rules of the
 * settings come before it.
 */
export const dockerRule: ImageRule = {
  pattern: 'docker.io/mcp/*',
  signatures: 'docker.io/mcp/signatures',
  publicKey: `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAETcvGv5qypnoxKkFIQOdXZ+2H6JN8
8kmAQrMkTb6SmJ7BY59OJIOpTwdjD5joLot6zFs1Q7HHDmkF5HOaC8zSnA==
-----END PUBLIC KEY-----
`,
};

export function ruleFor(rules: readonly ImageRule[], reference: RegistryReference): ImageRule | undefined {
  return rules.find(({ pattern }) => matchesImage(pattern, reference));
}

export function matchesImage(pattern: string, { registry, repository }: RegistryReference): boolean {
  const wanted = pattern.replace(/^(?:index|registry-1)\.docker\.io\//, 'docker.io/');
  const escaped = wanted.replaceAll(/[^a-z0-9*/]/g, String.raw`\$&`);
  const source = escaped.replaceAll(/\*+/g, (stars) => (stars.length > 1 ? '.*' : '[^/]*'));
  return new RegExp(`^${source}$`).test(`${registry}/${repository}`);
}

/** An image's name as Docker reads it, which unlike a model's has no organisation when it names none. */
export function parseImageName(image: string): RegistryReference {
  const [first = ''] = image.split('/');
  const namesRegistry = image.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  return parseReference(namesRegistry ? image : `docker.io/${image}`);
}
