import { AppError } from '#core';
import {
  formatReference,
  readPublicKeys,
  type RegistryReference,
  type RequestOptions,
  type Signatures,
  type SignedContent,
  type Trust,
} from '#registry';
import { parseName } from '../naming.ts';

/** A rule of the settings: whose signature models of these names need. */
export type VerifyRule =
  | { readonly pattern: string; readonly key: string }
  | { readonly pattern: string; readonly identity: string; readonly issuer: string };

/** Which models may become visible. */
export interface PullPolicy {
  requires(reference: RegistryReference): boolean;
  /** @throws AppError `signature.missing`, `signature.invalid`, `settings.invalid`, `source.*` */
  verify(content: SignedContent, options: RequestOptions): Promise<void>;
}

export const noPolicy: PullPolicy = { requires: () => false, verify: () => Promise.resolve() };

export interface PullPolicyDeps {
  readonly signatures: Pick<Signatures, 'verify'>;
  /** Asked anew for each pull. */
  readonly rules: () => readonly VerifyRule[];
  readonly readText: (path: string) => Promise<string>;
}

export function createPullPolicy({ signatures, rules, readText }: PullPolicyDeps): PullPolicy {
  const ruleFor = (reference: RegistryReference): VerifyRule | undefined =>
    rules().find(({ pattern }) => matchesName(pattern, reference));

  async function trustOf(rule: VerifyRule): Promise<Trust> {
    if (!('key' in rule)) return { kind: 'identity', identity: rule.identity, issuer: rule.issuer };
    try {
      return { kind: 'key', keys: readPublicKeys(await readText(rule.key)) };
    } catch (error) {
      throw new AppError('settings.invalid', `The key ${rule.key} of models.verify cannot be used.`, {
        hint: 'It must be a PEM file with ECDSA P-256 or Ed25519 public keys, which the daemon can read.',
        params: { reason: 'verify_key', path: rule.key },
        cause: error,
      });
    }
  }

  return {
    requires: (reference) => ruleFor(reference) !== undefined,
    async verify(content, { signal, bearerToken }) {
      const rule = ruleFor(content.reference);
      // A rule that went while the pull was on its way does not hold any more.
      if (rule) await signatures.verify(content, await trustOf(rule), { signal, bearerToken });
    },
  };
}

/** `*` is anything within one part of a name, `**` anything. */
export function matchesName(pattern: string, { registry, repository }: RegistryReference): boolean {
  const wanted = pattern
    .replace(/^hf\.co\//, 'huggingface.co/')
    .replace(/^(index|registry-1)\.docker\.io\//, 'docker.io/');
  const escaped = wanted.replaceAll(/[^a-z0-9*/]/g, String.raw`\$&`);
  const source = escaped.replaceAll(/\*+/g, (stars) => (stars.length > 1 ? '.*' : '[^/]*'));
  return new RegExp(`^${source}$`).test(`${registry}/${repository}`);
}

/** Files of packages and of Hugging Face carry no signatures: under a rule they are not to be had. @throws AppError `signature.missing` */
export function refuseUnsignable(policy: PullPolicy, tag: string): void {
  const reference = parseName(tag);
  if (!policy.requires(reference)) return;
  const model = formatReference(reference);
  throw new AppError('signature.missing', `${model} must be signed, and its source has no signatures.`, {
    hint: 'Pull it from a registry that has them, or change the rule in models.verify.',
    params: { model, reason: 'unsignable' },
  });
}
