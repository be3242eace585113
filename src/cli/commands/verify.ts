import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import { readKeyFile } from '../signing/read-key-file.ts';
import { usageError } from '../usage-error.ts';

export interface VerifyOptions {
  readonly key?: string;
  readonly certificateIdentity?: string;
  readonly certificateOidcIssuer?: string;
  readonly json?: boolean;
}

export async function verify(context: CliContext, model: string, options: VerifyOptions): Promise<number> {
  const trust = await trustOf(context, options);
  const daemon = await context.daemon();
  const request = { method: 'POST', path: '/gantry/signing/verify', body: { model, trust } } as const;
  const verified = await daemon.json(request, (contract) => contract.signatureBody);
  if (options.json) context.printJson({ verified: verified.name, format: verified.format });
  else context.print(`${context.t('verify.done', { name: printableLine(verified.name) })}\n`);
  return 0;
}

async function trustOf({ t }: CliContext, { key, ...certificate }: VerifyOptions): Promise<object> {
  const { certificateIdentity: identity, certificateOidcIssuer: issuer } = certificate;
  const isWithoutKey = identity !== undefined && issuer !== undefined;
  if (key !== undefined && identity === undefined && issuer === undefined) return { key: await readKeyFile(key, t) };
  if (key === undefined && isWithoutKey) return { identity, issuer };
  throw usageError(t('verify.oneWay'));
}
