import { field } from '../client/read.ts';
import { modelPath } from '../client/model-path.ts';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';

export interface RepackageOptions {
  readonly contextSize?: number;
  readonly json?: boolean;
}

export async function repackage(
  context: CliContext,
  { source, target }: { source: string; target: string },
  { contextSize, json = false }: RepackageOptions,
): Promise<number> {
  const daemon = await context.daemon();
  const body = { target, ...(contextSize === undefined ? {} : { context_size: contextSize }) };
  const path = modelPath(source, { action: 'repackage' });
  const answer: unknown = JSON.parse(await daemon.text({ method: 'POST', path, body }));
  const stored = field(answer, 'target');
  if (json) context.printJson({ source, target: typeof stored === 'string' ? stored : target });
  else {
    const names = { source: printableLine(source), target: printableLine(target) };
    context.print(`${context.t('repackage.done', names)}\n`);
  }
  return 0;
}
