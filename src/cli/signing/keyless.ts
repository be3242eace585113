import { usageError } from '../usage-error.ts';
import type { CliContext } from '../context.ts';

export interface KeylessOptions {
  readonly identityToken?: string;
  readonly fulcioUrl?: string;
  readonly rekorUrl?: string;
}

const timeoutMs = 30_000;

/** Makes a sigstore bundle for a statement: a short-lived certificate of Fulcio's, and an entry in Rekor's log. */
export async function signKeyless(
  statement: Buffer,
  options: KeylessOptions,
  { env, t }: Pick<CliContext, 'env' | 't'>,
): Promise<string> {
  const token = options.identityToken ?? env['SIGSTORE_ID_TOKEN'];
  if (!token && !env['ACTIONS_ID_TOKEN_REQUEST_URL'])
    throw usageError(t('sign.noToken'), { hint: t('sign.noTokenHint') });
  // Few sign without keys: what it needs is loaded when somebody does.
  const sigstore = await import('./sigstore.ts');
  const { CIContextProvider, DEFAULT_FULCIO_URL, DEFAULT_REKOR_URL } = sigstore;
  const { bundleToJSON, DSSEBundleBuilder, FulcioSigner, RekorWitness } = sigstore;
  const identityProvider = token ? { getToken: () => Promise.resolve(token) } : new CIContextProvider('sigstore');
  const builder = new DSSEBundleBuilder({
    signer: new FulcioSigner({
      identityProvider,
      fulcioBaseURL: options.fulcioUrl ?? DEFAULT_FULCIO_URL,
      timeout: timeoutMs,
    }),
    witnesses: [new RekorWitness({ rekorBaseURL: options.rekorUrl ?? DEFAULT_REKOR_URL, timeout: timeoutMs })],
  });
  try {
    const bundle = await builder.create({ data: statement, type: 'application/vnd.in-toto+json' });
    return JSON.stringify(bundleToJSON(bundle));
  } catch (error) {
    throw usageError(t('sign.keylessFailed', { reason: error instanceof Error ? error.message : String(error) }));
  }
}
