import type { RecipeOptions } from '../commands/ai/run-image.ts';
import type { ScanOptions } from '../commands/ai/scan.ts';
import { scanFormats, scanLevels } from '../commands/ai/scan-choices.ts';
import { createOptionValues } from '../option-values.ts';
import { choice } from './choice.ts';
import { act, define, type Program } from './define.ts';

/** `gantry ai scan` and `gantry ai run`. */
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

  const run = define(group, {
    usage: 'run',
    summary: t('help.recipe'),
    examples: ['ai run postgres:17', 'ai run redis --yes', 'ai run web:1 --publish 8080:3000 --compose > compose.yaml'],
  })
    .argument('<IMAGE>', t('help.recipe.image'))
    .option('--name <NAME>', t('help.recipe.name'))
    .option('-e, --env <NAME=VALUE...>', t('help.recipe.env'))
    .option('-p, --publish <HOST:CONTAINER...>', t('help.recipe.publish'))
    .option('--memory <SIZE>', t('help.recipe.memory'))
    .option('--public', t('help.recipe.public'))
    .option('--compose', t('help.recipe.compose'))
    .option('-y, --yes', t('help.recipe.yes'))
    .option('--json', t('help.jsonOption'));
  act<[string], RecipeOptions>(group, run, async ([image], options) =>
    (await import('../commands/ai/run-image.ts')).runImage(context, image, options),
  );
}
