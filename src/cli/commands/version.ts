import { arch, platform } from 'node:os';
import { AppError, version as ownVersion } from '#core';
import type { CliContext } from '../context.ts';
import { pairsText } from '../output/table.ts';
import { statusOf } from './status.ts';

export async function version(context: CliContext, { json = false }: { json?: boolean }): Promise<number> {
  const { t } = context;
  const client = { version: ownVersion, platform: `${platform()}/${arch()}`, node: process.versions.node };
  const server = await serverOf(context);
  if (json) {
    context.printJson({ client, server: server ?? null });
    return 0;
  }
  const own = pairsText(
    [
      [t('version.version'), client.version],
      [t('version.platform'), client.platform],
      [t('version.node'), client.node],
    ],
    ' ',
  );
  const other = pairsText(
    server
      ? [
          [t('version.version'), server.version],
          [t('version.backends'), Object.values(server.backends).join(', ')],
        ]
      : [[t('version.version'), t('version.notRunning')]],
    ' ',
  );
  context.print(`${t('version.client')}\n${own}\n${t('version.server')}\n${other}`);
  return 0;
}

async function serverOf(
  context: CliContext,
): Promise<{ version: string; backends: Record<string, string> } | undefined> {
  try {
    const status = await statusOf(context.runningDaemon());
    return status && { version: status.version, backends: status.backends };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'request.aborted') throw error;
    context.report(error);
    return undefined;
  }
}
