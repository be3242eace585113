import { confirm } from '../confirm.ts';
import type { CliContext } from '../context.ts';

export interface PurgeOptions {
  readonly force?: boolean;
  readonly json?: boolean;
}

export async function purge(context: CliContext, { force = false, json = false }: PurgeOptions): Promise<number> {
  const { t } = context;
  if (!force) {
    context.notice(t('purge.warning'));
    if (!(await confirm(context, t('purge.question')))) {
      context.notice(t('purge.cancelled'));
      return 0;
    }
  }
  const daemon = await context.daemon();
  await daemon.text({ method: 'POST', path: '/engines/unload', body: { all: true } });
  await daemon.text({ method: 'DELETE', path: '/models/purge' });
  if (json) context.printJson({ purged: true });
  else context.notice(t('purge.done'));
  return 0;
}
