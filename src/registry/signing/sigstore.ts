import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { AppError } from '#core';
import { parseOrUndefined } from './check.ts';

export interface IdentityPolicy {
  /** A trusted root as JSON (sigstore protobuf-specs, `TrustedRoot`). */
  readonly root: unknown;
  readonly identity: string;
  readonly issuer: string;
}

/** The root of sigstore's public instance as it was when Gantry was built: keys change about once a year. */
export function bundledRoot(): unknown {
  const text = seeds['https://tuf-repo-cdn.sigstore.dev'].targets['trusted_root.json'];
  return parseOrUndefined(Buffer.from(text, 'base64'));
}

/** Whether certificate, signature, log entry and identity all hold. @throws AppError `settings.invalid` for a root that is none */
export function verifyBundle(bytes: Uint8Array, { root, identity, issuer }: IdentityPolicy): boolean {
  const verifier = new Verifier(materialOf(root));
  try {
    const entity = toSignedEntity(bundleFromJSON(parseOrUndefined(bytes)));
    if (entity.key.$case !== 'certificate') return false;
    // The library takes the identity for a regular expression, and here it is a name.
    const subjectAlternativeName = `^${identity.replaceAll(/[^\w]/g, String.raw`\$&`)}$`;
    verifier.verify(entity, { subjectAlternativeName, extensions: { issuer } });
    return true;
  } catch {
    // Whatever it stumbles over in foreign bytes: it did not verify them.
    return false;
  }
}

function materialOf(root: unknown): ReturnType<typeof toTrustMaterial> {
  try {
    return toTrustMaterial(TrustedRoot.fromJSON(root));
  } catch (error) {
    throw new AppError('settings.invalid', 'The trusted root of models.sigstoreRoot cannot be used.', {
      params: { reason: 'sigstore_root' },
      cause: error,
    });
  }
}
