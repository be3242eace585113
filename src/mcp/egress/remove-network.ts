import { AppError, delay, type Clock } from '#core';
import type { Cancel, Docker } from '#docker';

const attempts = 30;
const pauseMs = 100;

/** Removes a network whose last containers may be going just now: they are still in it for a moment. @throws AppError `docker.*` */
export async function removeNetwork(
  { networks }: Pick<Docker, 'networks'>,
  network: string,
  { clock, signal }: Cancel & { readonly clock: Clock },
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await networks.remove(network, { signal });
    } catch (error) {
      if (attempt === attempts || !(error instanceof AppError && error.code === 'docker.failed')) throw error;
      await delay(pauseMs, { clock, signal });
    }
  }
}
