import { modelPath } from '../client/model-path.ts';
import type { CliContext } from '../context.ts';
import { printableLine } from '../output/printable.ts';
import { field } from '../client/read.ts';
import { splitTag } from './model-name.ts';

export async function tag(
  context: CliContext,
  { source, target }: { source: string; target: string },
  { json = false }: { json?: boolean },
): Promise<number> {
  const { repository, tagName } = splitTag(target);
  const daemon = await context.daemon();
  const query = `repo=${encodeURIComponent(repository)}&tag=${encodeURIComponent(tagName)}`;
  const answer: unknown = JSON.parse(
    await daemon.text({ method: 'POST', path: modelPath(source, { action: 'tag', query }) }),
  );
  const stored = field(answer, 'target');
  if (json) context.printJson({ source, target: typeof stored === 'string' ? stored : target });
  else context.print(`${context.t('tag.done', { source: printableLine(source), target: printableLine(target) })}\n`);
  return 0;
}
