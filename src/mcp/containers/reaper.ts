import { toAppError, type Clock, type Log } from '#core';
import type { Cancel, Docker } from '#docker';
import { removeNetwork } from '../egress/remove-network.ts';
import { isGone, isSame, ownerIn, partLabel, type Owner } from './owner.ts';

export interface ReaperOptions {
  readonly docker: Pick<Docker, 'containers' | 'networks'>;
  readonly owner: Owner;
  /** Names of what this process uses; of the rest that bears its mark, nobody knows any more. */
  readonly live: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
  readonly intervalMs: number;
}

export interface Reaper {
  /** Removes what dead owners left; resolves with how much that was. @throws AppError `docker.*` */
  sweep(options?: Cancel): Promise<number>;
  close(): Promise<void>;
}

/** What somebody was asking the Engine for when they were killed comes to be after the first look. */
const secondLookMs = 5000;

/** Takes away what killed processes left on the Engine: at the start, soon after it, and then from time to time. */
export function createReaper({ docker, owner, live, clock, log, intervalMs }: ReaperOptions): Reaper {
  const closing = new AbortController();
  let cancelNext: (() => void) | undefined;
  let underWay: Promise<unknown> = Promise.resolve();

  function isLeft(
    labels: Readonly<Record<string, string>>,
    names: readonly string[],
    known: ReadonlySet<string>,
  ): boolean {
    const its = ownerIn(labels);
    if (!its) return false;
    return isSame(its, owner) ? !names.some((name) => known.has(name)) : isGone(its, owner);
  }

  async function sweep(cancel: Cancel = {}): Promise<number> {
    const filters = { label: [partLabel] };
    const [containers, networks] = await Promise.all([
      docker.containers.list({ ...cancel, all: true, filters }),
      docker.networks.list({ ...cancel, filters }),
    ]);
    // What is made while we look is in `live` by now.
    const known = new Set(live);
    const left = containers.filter(({ labels, names }) => isLeft(labels, names, known));
    const leftNetworks = networks.filter(({ labels, name }) => isLeft(labels, [name], known));
    const removed = [
      ...(await Promise.all(
        left.map(({ id, names }) => removing(names[0] ?? id, () => docker.containers.remove(id, cancel))),
      )),
      ...(await Promise.all(
        leftNetworks.map(({ id, name }) => removing(name, () => removeNetwork(docker, id, { clock, ...cancel }))),
      )),
    ];
    return removed.filter((one) => one).length;
  }

  /** One that cannot be removed now is there at the next look, and keeps no other from being removed. */
  async function removing(name: string, remove: () => Promise<void>): Promise<boolean> {
    try {
      await remove();
      log.info('removed what was left behind', { name });
      return true;
    } catch (error) {
      if (closing.signal.aborted) throw error;
      log.warn('could not remove what was left behind', { name, error: toAppError(error) });
      return false;
    }
  }

  async function sweepQuietly(): Promise<void> {
    try {
      await sweep({ signal: closing.signal });
    } catch (error) {
      // Without an Engine there is nothing to remove from.
      if (!closing.signal.aborted) log.debug('could not look for leftovers', { error: toAppError(error) });
    }
  }

  function look(nextMs: number): void {
    underWay = sweepQuietly().then(() => {
      if (!closing.signal.aborted) cancelNext = clock.schedule(nextMs, () => look(intervalMs));
    });
  }

  look(Math.min(secondLookMs, intervalMs));
  return {
    sweep,
    async close() {
      closing.abort();
      cancelNext?.();
      await underWay;
    },
  };
}
