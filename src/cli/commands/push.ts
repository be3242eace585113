import { modelPath } from '../client/model-path.ts';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import { followProgress } from '../progress/follow.ts';
import { huggingFaceToken } from './hugging-face-token.ts';
import { displayName } from './model-name.ts';
import { signerOf, withKey } from './sign.ts';

export async function push(
  context: CliContext,
  model: string,
  { json = false, sign }: { readonly json?: boolean; readonly sign?: string },
): Promise<number> {
  const signer = sign === undefined ? undefined : await signerOf(context, sign);
  const daemon = await context.daemon();
  const path = modelPath(model, { action: 'push' });
  const response = await daemon.stream({ method: 'POST', path, body: huggingFaceToken(model, context.env) });
  const pushed = await followProgress(response, context, { path, label: model });
  const name = pushed.tag ?? model;
  const signed = signer && (await withKey(context, name, signer));
  if (json) context.printJson({ tag: name, message: pushed.message, signed, warnings: pushed.warnings });
  else context.print(`${context.t('push.done', { name: printableLine(displayName(name)) })}\n`);
  if (signed !== undefined && !json) context.print(`${context.t('sign.done', { name: printableLine(signed) })}\n`);
  return 0;
}
