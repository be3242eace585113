import { AppError, type Log } from '#core';
import { ensureNodeImage } from '../node-image.ts';
import type { Cancel, Docker } from '../types.ts';
import { relayProgram } from './relay-program.ts';

/** Puts this label on everything that belongs to a relay. */
export const relayLabel = 'gantry.relay';

/** Name of the relay's image, which is built when it is not there. */
export async function ensureRelayImage(
  docker: Pick<Docker, 'images'>,
  options: Cancel & { readonly node: string; readonly log: Log },
): Promise<string> {
  const image = { repository: 'gantry-relay', program: relayProgram, labels: { [relayLabel]: 'image' } };
  try {
    return await ensureNodeImage(docker, image, options);
  } catch (error) {
    if (!(error instanceof AppError && error.params['reason'] === 'ldd')) throw error;
    throw new AppError(error.code, error.message, {
      hint: 'The relay needs a Linux host with ldd; containers can also use http://172.17.0.1:12434.',
      params: error.params,
      cause: error,
    });
  }
}
