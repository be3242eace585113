import { resolve } from 'node:path';
import type { PackageRequest } from '#contract';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import { followProgress } from '../progress/follow.ts';
import { usageError } from '../usage-error.ts';
import { huggingFaceToken } from './hugging-face-token.ts';
import { displayName } from './model-name.ts';
import { signerOf, withKey } from './sign.ts';
import type { packageFormats } from './package-choices.ts';

export interface PackageOptions {
  readonly gguf?: string;
  readonly safetensorsDir?: string;
  readonly dduf?: string;
  readonly from?: string;
  readonly license?: readonly string[];
  readonly mmproj?: string;
  readonly chatTemplate?: string;
  readonly contextSize?: number;
  readonly format?: (typeof packageFormats)[number];
  readonly push?: boolean;
  readonly sign?: string;
  readonly json?: boolean;
}

export async function packageModel(context: CliContext, target: string, options: PackageOptions): Promise<number> {
  const { t } = context;
  const { gguf, safetensorsDir, dduf, from, contextSize, format } = options;
  if ([gguf, safetensorsDir, dduf, from].filter((source) => source !== undefined).length !== 1) {
    throw usageError(t('package.oneSource'));
  }
  if (format === 'cncf' && contextSize !== undefined) throw usageError(t('package.noContextInCncf'));
  if (options.sign !== undefined && !options.push) throw usageError(t('sign.needsPush'));
  const signer = options.sign === undefined ? undefined : await signerOf(context, options.sign);
  const daemon = await context.daemon();
  const path = '/gantry/package';
  const response = await daemon.stream({ method: 'POST', path, body: requestOf(context, target, options) });
  const made = await followProgress(response, context, { path, label: target });
  const tag = made.tag ?? target;
  const signed = signer && (await withKey(context, tag, signer));
  const name = printableLine(displayName(tag));
  if (options.json)
    context.printJson({ tag, id: made.id, pushed: options.push === true, signed, warnings: made.warnings });
  else context.print(`${t(options.push ? 'package.pushed' : 'package.done', { name })}\n`);
  if (signed !== undefined && !options.json) context.print(`${t('sign.done', { name: printableLine(signed) })}\n`);
  return 0;
}

// The daemon has another working directory.
function requestOf(context: CliContext, target: string, options: PackageOptions): PackageRequest {
  const file = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(path));
  return {
    gguf: file(options.gguf),
    safetensorsDir: file(options.safetensorsDir),
    dduf: file(options.dduf),
    from: options.from,
    mmproj: file(options.mmproj),
    chatTemplate: file(options.chatTemplate),
    licenses: options.license?.map((path) => resolve(path)),
    contextSize: options.contextSize,
    format: options.format,
    target,
    push: options.push,
    ...(options.push ? huggingFaceToken(target, context.env) : {}),
  };
}
