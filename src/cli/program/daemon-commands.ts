import { Option } from 'commander';
import type { LogsOptions } from '../commands/logs.ts';
import { createOptionValues } from '../option-values.ts';
import type { CliOptions } from '../types.ts';
import { act, define, type Program } from './define.ts';

interface JsonOption {
  readonly json?: boolean;
}

interface ServeFlags {
  readonly host?: string;
  readonly port?: number;
  readonly background?: boolean;
}

export function addDaemonCommands(program: Program, options: CliOptions): void {
  const { context } = program;
  const { t } = context;
  const docker = context.calledAs.style === 'docker';
  const serve = define(program, {
    usage: 'serve',
    summary: t('help.serve'),
    examples: ['serve', 'serve --port 0'],
  })
    .option('--host <ADDRESS>', t('help.serve.host'))
    .option('--port <PORT>', t('help.serve.port'), createOptionValues(t).port('--port'))
    .addOption(new Option('--background').hideHelp());
  act<[], ServeFlags>(program, serve, async (_none, { host, port, background = false }) =>
    options.serve({ host, port, background }),
  );

  const status = define(program, { usage: 'status', summary: t('help.status'), examples: ['status', 'status --json'] });
  status.option('--json', t('help.jsonOption'));
  act<[], JsonOption>(program, status, async (_none, flags) =>
    (await import('../commands/status.ts')).status(context, flags),
  );

  const stop = define(program, { usage: 'stop', summary: t('help.stop'), examples: ['stop'] });
  stop.option('--json', t('help.jsonOption'));
  act<[], JsonOption>(program, stop, async (_none, flags) =>
    (await import('../commands/stop.ts')).stop(context, flags),
  );

  const logs = define(program, {
    usage: 'logs',
    summary: t('help.logs'),
    examples: docker ? ['logs', 'logs -f --no-engines'] : ['logs', 'logs -f --runners'],
  })
    .option('-f, --follow', t('help.logs.follow'))
    .addOption(
      docker ? new Option('--no-engines', t('help.logs.noEngines')) : new Option('--runners', t('help.logs.runners')),
    )
    .option('--json', t('help.logs.json'));
  act<[], LogsOptions>(program, logs, async (_none, flags) =>
    (await import('../commands/logs.ts')).logs(context, flags),
  );

  const version = define(program, { usage: 'version', summary: t('help.version'), examples: ['version --json'] });
  version.option('--json', t('help.jsonOption'));
  act<[], JsonOption>(program, version, async (_none, flags) =>
    (await import('../commands/version.ts')).version(context, flags),
  );
}
