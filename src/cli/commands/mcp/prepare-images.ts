import type { LocalImageEvent } from '#mcp';
import type { CliContext } from '../../context.ts';
import { startSpinner } from '../../output/spinner.ts';

/**
 * Makes the images that are made on this machine, so that servers start at once later, with what is going on for the person. Others are
 * left alone. Resolves with the images that are new.
 */
export async function prepareImages(
  context: CliContext,
  images: readonly string[],
  { again = false }: { again?: boolean } = {},
): Promise<readonly string[]> {
  if (images.length === 0) return [];
  const { images: local } = await context.toolkit();
  const made: string[] = [];
  for (const image of images.filter((one) => local.makes(one))) {
    if (await prepare(context, image, again)) made.push(image);
  }
  return made;
}

async function prepare(context: CliContext, image: string, again: boolean): Promise<boolean> {
  const { t, stderr, clock, signal } = context;
  const { images } = await context.toolkit();
  let last: LocalImageEvent | undefined;
  const text = (): string => {
    if (last?.type === 'packages') return t('mcp.image.packages', { image, done: last.done, total: last.total });
    if (last?.type === 'building') return t('mcp.image.building', { image });
    return t('mcp.image.base', { image });
  };
  const spinner = startSpinner(text, { output: stderr, clock });
  const notes: string[] = [];
  try {
    const { isNew } = await images.ensure(image, {
      signal,
      again,
      onEvent(event) {
        last = event;
        if (event.type === 'base') {
          if (event.instead !== undefined)
            notes.push(t('mcp.image.instead', { base: event.image, reason: event.instead }));
          if (!stderr.isTTY) context.notice(t('mcp.image.making', { image }));
        }
      },
    });
    return isNew;
  } finally {
    spinner.stop();
    for (const note of notes) context.notice(note);
  }
}
