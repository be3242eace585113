import type { CliContext } from '../../context.ts';
import { usageError } from '../../usage-error.ts';
import type { BuildFlags } from './catalog-flags.ts';
import { printResult } from './format.ts';
import { prepareImages } from './prepare-images.ts';

/** Makes images of the starter catalogue ahead of their first use. */
export async function buildImages(context: CliContext, names: readonly string[], flags: BuildFlags): Promise<number> {
  const { t } = context;
  const { catalogs } = await context.toolkit();
  const { entries } = await catalogs.open('starter');
  const unknown = names.find((name) => !entries.some(({ server }) => server.name === name));
  if (unknown !== undefined) throw usageError(t('mcp.image.notOurs', { server: unknown }));
  const images = entries
    .filter(({ server }) => names.length === 0 || names.includes(server.name))
    .flatMap(({ server }) => server.image ?? []);
  const made = await prepareImages(context, images, { again: flags.again ?? false });
  return await printResult(context, flags, {
    value: { made },
    human: () =>
      made.length === 0
        ? `${t('mcp.image.allThere')}\n`
        : made.map((image) => `${t('mcp.image.made', { image })}\n`).join(''),
  });
}
