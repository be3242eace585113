import type { ScanOptions } from '../commands/ai/scan.ts';
import { scanFormats, scanLevels } from '../commands/ai/scan-choices.ts';
import { createOptionValues } from '../option-values.ts';
import { choice } from './choice.ts';
import { act, define, type Program } from './define.ts';

/** `gantry ai scan` */
export function addImageCommands(group: Program): void {
  const { context } = group;
  const { t } = context;
  const parsers = createOptionValues(t);
  const scan = define(group, {
    usage: 'scan',
    summary: t('help.scan'),
    examples: ['ai scan web:1', 'ai scan web:1 --sbom web.cdx.json', 'ai scan --input image.tar --json'],
  })
    .argument('[IMAGE]', t('help.scan.image'))
    .addOption(choice('--format <FORMAT>', t('help.scan.format'), { values: scanFormats, parsers }))
    .option('--sbom <FILE>', t('help.scan.sbom'))
    .option('--input <FILE>', t('help.scan.input'))
    .option('--offline', t('help.scan.offline'))
    .option('--osv <PATH>', t('help.scan.osv'))
    .addOption(choice('--fail-on <LEVEL>', t('help.scan.failOn'), { values: scanLevels, parsers }))
    .option('--json', t('help.jsonOption'));
  act<[string | undefined], ScanOptions>(group, scan, async ([image], options) =>
    (await import('../commands/ai/scan.ts')).scan(context, image, options),
  );
}
