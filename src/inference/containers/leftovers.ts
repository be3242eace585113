import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '#core';
import type { Docker } from '#docker';
import { ownerLabel, probeMark, runnerLabel } from './container-spec.ts';
import { ownerOf } from './run-to-end.ts';

/** Folders of runners in containers, below the run folder. */
export const runnerFolder = /^runner-[0-9a-f]{16}$/;

export interface LeftoverOptions {
  readonly docker: Pick<Docker, 'containers'>;
  readonly home: string;
  readonly runDirectory: string;
  readonly log: Log;
}

/**
 * Takes away what a daemon of this home left on the Engine when it was killed; nobody else's. To be called while no runner of
 * ours runs. @throws AppError `docker.*`
 */
export async function removeLeftovers({ docker, home, runDirectory, log }: LeftoverOptions): Promise<number> {
  const filters = { label: [`${ownerLabel}=${ownerOf(home)}`] };
  const all = await docker.containers.list({ all: true, filters });
  // Images may be looked at already.
  const left = all.filter(({ labels }) => labels[runnerLabel] !== probeMark());
  for (const { id, names } of left) {
    await docker.containers.remove(id);
    log.info('removed a container that was left behind', { container: names[0] ?? id });
  }
  for (const name of await readdir(runDirectory).catch(() => [])) {
    if (runnerFolder.test(name)) await rm(join(runDirectory, name), { recursive: true, force: true });
  }
  return left.length;
}
