import { mkdirSync, watch, type FSWatcher } from 'node:fs';
import type { Clock, Log } from '#core';

export interface FolderWatch {
  readonly clock: Clock;
  readonly log: Log;
  /** Changes that come together are one. */
  readonly quietMs?: number | undefined;
  /** Names of files that matter; all when absent. */
  readonly matters?: ((name: string) => boolean) | undefined;
}

/** Calls the listener after files of a folder changed, also when they are replaced. The result ends that. */
export function watchFolder(
  folder: string,
  listener: () => void,
  { clock, log, quietMs = 100, matters }: FolderWatch,
): () => void {
  let cancel: (() => void) | undefined;
  let watcher: FSWatcher | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name !== null && matters && !matters(name)) return;
      cancel?.();
      cancel = clock.schedule(quietMs, listener);
    });
    watcher.on('error', (error) => log.warn('a folder is no longer watched', { folder, error }));
  } catch (error) {
    log.warn('a folder cannot be watched: changes count from the next start', { folder, error });
  }
  return () => {
    cancel?.();
    watcher?.close();
  };
}
