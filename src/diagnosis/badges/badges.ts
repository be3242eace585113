import type { Docker } from '#docker';
import { diagnose } from '../diagnose.ts';
import { collectEvidence, getJson } from '../evidence/collect.ts';
import type { HostReader } from '../evidence/host.ts';
import { readEvidence } from '../evidence/read-evidence.ts';
import { containerAnswer, type ContainerAnswer } from '../evidence/schemas.ts';
import type { Cause } from '../types.ts';

/** What a row says about why its container is not well. */
export type Badge =
  /** Not known yet; it is being looked at. */
  | { readonly state: 'pending' }
  | { readonly state: 'cause_found'; readonly cause: Pick<Cause, 'id' | 'text' | 'params' | 'confidence'> }
  | { readonly state: 'cause_unknown' }
  | { readonly state: 'well' };

/** What a list knows of a container. */
export interface Listed {
  readonly id: string;
  readonly state: string;
  readonly exitCode: number | undefined;
  readonly health: string;
}

export interface BadgesDeps {
  readonly docker: Docker;
  readonly host: HostReader;
  readonly now: () => number;
  /** How many containers are diagnosed at a time. */
  readonly atOnce?: number | undefined;
}

export interface Badges {
  /**
   * By id, of those that are not well. What is not known is begun and `pending` until then; a container that has not changed is
   * not looked at again.
   */
  of(all: readonly Listed[]): Promise<ReadonlyMap<string, Badge>>;
  /** Resolves when nothing is being looked at. */
  settled(): Promise<void>;
}

/** Ended by its own will, by Ctrl-C, or by `docker stop`. */
const goodEnds = new Set([0, 130, 143]);
/** More that failed is more than anybody reads. */
const mostWorried = 300;
const inspectedAtOnce = 16;
const mostKept = 2000;

export function isWorrying({ state, exitCode, health }: Listed): boolean {
  if (state === 'restarting' || state === 'dead' || health === 'unhealthy') return true;
  if (state === 'exited') return exitCode !== undefined && !goodEnds.has(exitCode);
  return state === 'created';
}

/** Changes whenever the container has run again, ended again, or its health has turned. */
export function stateKey({ Id, RestartCount, State }: ContainerAnswer): string {
  const { Status, ExitCode, StartedAt, FinishedAt, Health, OOMKilled, Error } = State;
  return [Id, Status, ExitCode, StartedAt, FinishedAt, RestartCount, Health?.Status ?? '', OOMKilled, Error].join('\n');
}

export function createBadges({ docker, host, now, atOnce = 3 }: BadgesDeps): Badges {
  const known = new Map<string, { readonly key: string; readonly badge: Badge }>();
  const begun = new Map<string, string>();
  const waiting: (() => Promise<void>)[] = [];
  const atEnd: (() => void)[] = [];
  let working = 0;

  async function judge(id: string, key: string): Promise<void> {
    try {
      const raw = await collectEvidence({ docker, host, now }, id);
      const diagnosis = diagnose(readEvidence(raw));
      const [cause] = diagnosis.causes;
      known.delete(id);
      known.set(id, {
        key,
        badge:
          diagnosis.verdict === 'cause_found' && cause
            ? { state: 'cause_found', cause }
            : { state: diagnosis.verdict === 'well' ? 'well' : 'cause_unknown' },
      });
      for (const oldest of known.keys()) {
        if (known.size <= mostKept) break;
        known.delete(oldest);
      }
    } catch {
      // It is gone, or the Engine is: the next list tries again.
    } finally {
      begun.delete(id);
    }
  }

  function next(): void {
    while (working < atOnce) {
      const task = waiting.shift();
      if (!task) break;
      working += 1;
      void task().finally(() => {
        working -= 1;
        next();
      });
    }
    if (working === 0) for (const resolve of atEnd.splice(0)) resolve();
  }

  async function badgeOf(id: string): Promise<Badge | undefined> {
    const inspected = await getJson(docker, { path: `/containers/${encodeURIComponent(id)}/json` }).catch(
      () => undefined,
    );
    const container = containerAnswer.safeParse(inspected).data;
    if (!container) return undefined;
    // Made and never started is no failure; what could not be started says why.
    if (container.State.Status === 'created' && container.State.Error === '') return undefined;
    const key = stateKey(container);
    const kept = known.get(id);
    if (kept?.key === key) return kept.badge;
    if (begun.get(id) !== key) {
      begun.set(id, key);
      waiting.push(async () => await judge(id, key));
    }
    return { state: 'pending' };
  }

  return {
    async of(all) {
      const worried = all.filter(isWorrying).slice(0, mostWorried);
      const badges = new Map<string, Badge>();
      const left = worried.map(({ id }) => id);
      const work = async (): Promise<void> => {
        for (let id = left.shift(); id !== undefined; id = left.shift()) {
          const badge = await badgeOf(id);
          if (badge) badges.set(id, badge);
        }
      };
      await Promise.all(Array.from({ length: inspectedAtOnce }, work));
      next();
      return badges;
    },
    settled: async () => {
      if (working === 0 && waiting.length === 0) return;
      await new Promise<void>((resolve) => atEnd.push(resolve));
    },
  };
}
