import { AppError, delay } from '#core';
import type { CliContext } from '../context.ts';
import { statusOf } from './status.ts';

const limitMs = 60_000;
const sayAfterMs = 1000;
const pauseMs = 50;

/** Not running is success. */
export async function stop(context: CliContext, { json = false }: { json?: boolean }): Promise<number> {
  const stopped = await stopDaemon(context);
  if (json) context.printJson({ stopped, running: false });
  else context.print(`${context.t(stopped ? 'stop.done' : 'daemon.notRunning')}\n`);
  return 0;
}

/** Asks the daemon to stop and waits until it no longer answers; false when none ran. @throws AppError `daemon.stopping` */
export async function stopDaemon(context: CliContext): Promise<boolean> {
  const { t, clock, signal } = context;
  const client = context.runningDaemon();
  if ((await statusOf(client)) === undefined) return false;
  await client.text({ method: 'POST', path: '/gantry/stop' });
  const beganAt = clock.monotonic();
  let said = false;
  while (await answers(context)) {
    const elapsedMs = clock.monotonic() - beganAt;
    if (elapsedMs >= limitMs) {
      throw new AppError('daemon.stopping', t('stop.stillRunning', { seconds: limitMs / 1000 }), {
        hint: t('stop.stillRunningHint'),
      });
    }
    if (!said && elapsedMs >= sayAfterMs) {
      said = true;
      context.notice(t('stop.waiting'));
    }
    await delay(pauseMs, { clock, signal });
  }
  return true;
}

async function answers(context: CliContext): Promise<boolean> {
  try {
    await context.runningDaemon().text({ path: '/gantry/status' });
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'daemon.not_running') return false;
    if (error.code === 'daemon.stopping') return true;
    throw error;
  }
}
