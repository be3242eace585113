import { resolve } from 'node:path';
import type { DaemonClient } from '../client/daemon-client.ts';
import { modelPath } from '../client/model-path.ts';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import { followProgress, type Followed } from '../progress/follow.ts';
import { huggingFaceToken } from './hugging-face-token.ts';
import { isPresent } from './is-present.ts';
import { displayName } from './model-name.ts';
import type { SourceChoice } from './source-choices.ts';

export interface PullOptions {
  readonly source?: SourceChoice | undefined;
  readonly gguf?: string | undefined;
  readonly json?: boolean | undefined;
}

export async function pull(context: CliContext, model: string, options: PullOptions): Promise<number> {
  const daemon = await context.daemon();
  // Compose compares names letter by letter and pulls what it does not find; offline too, `up` must work.
  if (context.calledAs.standalone && (await isPresent(daemon, model))) return 0;
  const pulled = await pullModel(context, daemon, { model, ...options });
  const name = pulled.tag ?? model;
  if (options.json) {
    const stored = await daemon.json({ path: modelPath(name) }, (contract) => contract.modelBody);
    context.printJson({ tag: name, message: pulled.message, warnings: pulled.warnings, model: stored });
  } else context.print(`${context.t('pull.done', { tag: printableLine(displayName(name)) })}\n`);
  return 0;
}

/** Gets a model with progress on standard error. `tag` of the result is its true name. */
export async function pullModel(
  context: CliContext,
  daemon: DaemonClient,
  { model, source, gguf }: PullOptions & { model: string },
): Promise<Followed> {
  const body = {
    from: model,
    ...(source === undefined ? {} : { source }),
    // The daemon has another working directory.
    ...(gguf === undefined ? {} : { gguf: resolve(gguf) }),
    ...huggingFaceToken(model, context.env),
  };
  const path = '/models/create';
  const response = await daemon.stream({ method: 'POST', path, body });
  return await followProgress(response, context, { path, label: model });
}
