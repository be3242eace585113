import type { CliContext } from '../context.ts';
import { readInstalled, takeOut, writeInstalled } from '../plugin/installed-files.ts';

/** Takes out what install put in place, and nothing else; a file that somebody replaced since is left. */
export async function uninstall(context: CliContext, { json = false }: { json?: boolean }): Promise<number> {
  const { paths, t } = context;
  const results: { path: string; action: 'removed' | 'restored' | 'left' }[] = [];
  let files = await readInstalled(paths);
  for (const file of files) {
    const action = await takeOut(file);
    results.push({ path: file.path, action });
    files = files.filter((other) => other !== file);
    await writeInstalled(paths, files);
    if (!json) context.print(`${actionText(context, { path: file.path, action })}\n`);
  }
  if (json) context.printJson({ files: results });
  else if (results.length === 0) context.print(`${t('uninstall.nothing')}\n`);
  else context.notice(t('uninstall.kept', { home: paths.home }));
  return 0;
}

function actionText(
  { t }: CliContext,
  { path, action }: { path: string; action: 'removed' | 'restored' | 'left' },
): string {
  if (action === 'removed') return t('uninstall.removed', { path });
  return action === 'restored' ? t('uninstall.restored', { path }) : t('uninstall.left', { path });
}
