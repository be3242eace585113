import { AppError } from '#core';
import type { DaemonClient } from '../client/daemon-client.ts';
import { modelPath } from '../client/model-path.ts';

/** Asked of the store, which knows every spelling of a name: what is there is not looked up in a registry. */
export async function isPresent(daemon: DaemonClient, model: string): Promise<boolean> {
  try {
    await daemon.text({ path: modelPath(model) });
    return true;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'model.not_found' || error.code === 'request.not_found'))
      return false;
    throw error;
  }
}
