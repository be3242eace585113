import { toAppError } from '#core';
import { modelPath } from '../client/model-path.ts';
import type { CliContext } from '../context.ts';
import { exitCode } from '../exit-codes.ts';
import { printableLine } from '../output/printable.ts';

export interface RemoveOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}

/** Removes each model, goes on after a failure, and ends with the exit code of the first one. */
export async function remove(
  context: CliContext,
  models: readonly string[],
  { force = false, json = false }: RemoveOptions,
): Promise<number> {
  const daemon = await context.daemon();
  const results: unknown[] = [];
  let code = 0;
  for (const model of models) {
    try {
      const path = modelPath(model, { query: `force=${force}` });
      const removed = await daemon.json({ method: 'DELETE', path }, (contract) => contract.removedBody);
      results.push({ model, removed });
      if (!json) for (const one of removed) context.print(`${removedLine(one, context)}\n`);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === 'request.aborted' || error.code === 'daemon.not_running') throw thrown;
      code ||= exitCode(error.code);
      results.push({ model, error: { code: error.code, message: error.message } });
      context.report(error);
    }
  }
  if (json) context.printJson(results);
  return code;
}

function removedLine(one: { Untagged: string } | { Deleted: string }, { t }: CliContext): string {
  return 'Untagged' in one
    ? t('rm.untagged', { name: printableLine(one.Untagged) })
    : t('rm.deleted', { name: printableLine(one.Deleted) });
}
