import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import { signKeyless, type KeylessOptions } from '../signing/keyless.ts';
import { readSigner, type KeySigner } from '../signing/private-key.ts';
import { readKeyFile } from '../signing/read-key-file.ts';
import { usageError } from '../usage-error.ts';

export interface SignOptions extends KeylessOptions {
  readonly key?: string;
  readonly keyless?: boolean;
  readonly json?: boolean;
}

export async function sign(context: CliContext, model: string, options: SignOptions): Promise<number> {
  const { key, keyless = false, json = false } = options;
  if ((key === undefined) !== keyless) throw usageError(context.t('sign.oneWay'));
  const name =
    key === undefined
      ? await keylessly(context, model, options)
      : await withKey(context, model, await signerOf(context, key));
  if (json) context.printJson({ signed: name });
  else context.print(`${context.t('sign.done', { name: printableLine(name) })}\n`);
  return 0;
}

/** The signer of a key file; made before long work, so that a wrong password is heard of first. */
export async function signerOf({ env, t }: CliContext, file: string): Promise<KeySigner> {
  return await readSigner(await readKeyFile(file, t), { password: env['COSIGN_PASSWORD'], t });
}

/** Signs a model that is in its registry, and returns its name with the digest. */
export async function withKey(context: CliContext, model: string, signer: KeySigner): Promise<string> {
  const daemon = await context.daemon();
  const { digest, payloads } = await prepared(context, model);
  const signature = (payload: string): string => signer.sign(Buffer.from(payload, 'base64')).toString('base64');
  const signed = {
    key: signer.publicKey,
    signatures: { simplesigning: signature(payloads.simplesigning), bundle: signature(payloads.bundle) },
  };
  const request = { method: 'POST', path: '/gantry/signing/attach', body: { model, digest, signed } } as const;
  return (await daemon.json(request, (contract) => contract.signatureBody)).name;
}

async function keylessly(context: CliContext, model: string, options: KeylessOptions): Promise<string> {
  const daemon = await context.daemon();
  const { digest, statement } = await prepared(context, model);
  const bundle = await signKeyless(Buffer.from(statement, 'base64'), options, context);
  const signed = { bundle: Buffer.from(bundle).toString('base64') };
  const request = { method: 'POST', path: '/gantry/signing/attach', body: { model, digest, signed } } as const;
  return (await daemon.json(request, (contract) => contract.signatureBody)).name;
}

async function prepared(context: CliContext, model: string) {
  const daemon = await context.daemon();
  const request = { method: 'POST', path: '/gantry/signing/prepare', body: { model } } as const;
  return await daemon.json(request, (contract) => contract.preparedSigningBody);
}
