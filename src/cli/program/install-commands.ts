import type { InstallOptions } from '../commands/install.ts';
import type { UninstallOptions } from '../commands/uninstall.ts';
import type { CliOptions } from '../types.ts';
import { act, define, type Program } from './define.ts';

export function addInstallCommands(program: Program, options: CliOptions): void {
  const { context } = program;
  const { t } = context;
  const install = define(program, {
    usage: 'install',
    summary: t('help.install'),
    examples: ['install', 'install --bin-dir /usr/local/bin', 'install --force'],
  })
    .option('--bin-dir <FOLDER>', t('help.install.binDir'))
    .option('--force', t('help.install.force'))
    .option('--json', t('help.jsonOption'));
  act<[], InstallOptions>(program, install, async (_none, flags) =>
    (await import('../commands/install.ts')).install(context, options.program, flags),
  );

  const uninstall = define(program, {
    usage: 'uninstall',
    summary: t('help.uninstall'),
    examples: ['uninstall', 'uninstall --purge'],
  })
    .option('--purge', t('help.uninstall.purge'))
    .option('-f, --force', t('help.uninstall.force'))
    .option('--json', t('help.jsonOption'));
  act<[], UninstallOptions>(program, uninstall, async (_none, flags) =>
    (await import('../commands/uninstall.ts')).uninstall(context, flags),
  );
}
