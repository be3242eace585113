import { AppError } from '#core';
import type { CheckIdentity } from './create-signatures.ts';
import { readBundle } from './check.ts';
import { faultOfStatement } from './payloads.ts';

export interface IdentityCheckOptions {
  /** A trusted root of sigstore's as JSON; the one that comes with the library when undefined. */
  readonly rootPath: () => string | undefined;
  readonly readText: (path: string) => Promise<string>;
}

/** Checks bundles without a key: Fulcio's certificate, its timestamp, and that the transparency log has it. Needs no network. */
export function createIdentityCheck({ rootPath, readText }: IdentityCheckOptions): CheckIdentity {
  return async (bundle, content, { identity, issuer }) => {
    // Few ever ask for this: what it needs is loaded when somebody does.
    const { bundledRoot, verifyBundle } = await import('./sigstore.ts');
    const path = rootPath();
    const root = path === undefined ? bundledRoot() : await readRoot(path, readText);
    const read = readBundle(bundle);
    if (!read) return 'malformed';
    if (!verifyBundle(bundle, { root, identity, issuer })) return 'certificate';
    return faultOfStatement(read.statement, content);
  };
}

async function readRoot(path: string, readText: IdentityCheckOptions['readText']): Promise<unknown> {
  try {
    return JSON.parse(await readText(path));
  } catch (error) {
    throw new AppError('settings.invalid', `The trusted root ${path} of models.sigstoreRoot cannot be read.`, {
      hint: 'It must be a JSON file such as: cosign trusted-root create',
      params: { reason: 'sigstore_root', path },
      cause: error,
    });
  }
}
