import { arch, platform } from 'node:os';
import { AppError, version as ownVersion } from '#core';
import type { CliContext } from '../context.ts';
import { pairsText } from '../output/table.ts';
import { kindOf } from '../plugin/docker-runner.ts';
import { statusOf } from './status.ts';

export async function version(context: CliContext, { json = false }: { json?: boolean }): Promise<number> {
  if (context.calledAs.style === 'docker' && !json) return await dockerVersion(context);
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
          [t('version.backends'), runningOf(server.backends).join(', ')],
        ]
      : [[t('version.version'), t('version.notRunning')]],
    ' ',
  );
  context.print(`${t('version.client')}\n${own}\n${t('version.server')}\n${other}`);
  return 0;
}

/** In the shape of `docker model version` (contract model-runner §1.3). */
async function dockerVersion(context: CliContext): Promise<number> {
  const server = await serverOf(context);
  const engine = server && kindOf(context.runningDaemon().address);
  context.print(
    `Client:\n Version:    ${ownVersion}\n OS/Arch:    ${osArch()}\n\n` +
      `Server:\n Version:    ${server?.version ?? notReachable}\n Engine:     ${engine ?? notReachable}\n`,
  );
  return 0;
}

const notReachable = '(not reachable)';

/** As Go names them: `linux/amd64`. */
function osArch(): string {
  const architecture = arch();
  return `${platform()}/${architecture === 'x64' ? 'amd64' : architecture}`;
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

/** What runs models here; what is said of the others when none does. */
function runningOf(backends: Readonly<Record<string, string>>): readonly string[] {
  const texts = Object.values(backends);
  const running = texts.filter((text) => !text.startsWith('Not Installed'));
  return running.length > 0 ? running : texts.slice(0, 1);
}
