import { z } from 'zod';
import type { Clock } from '#core';
import { browse, count, type Asked } from './ask.ts';

export interface DiskShare {
  readonly count: number;
  /** Of these, that containers use. */
  readonly inUse: number;
  readonly sizeBytes: number;
  /** What taking away the rest would free. */
  readonly reclaimableBytes: number;
}

/** `docker system df`. */
export interface DiskUse {
  readonly countedAtMs: number;
  readonly images: DiskShare;
  readonly volumes: DiskShare;
  readonly buildCacheBytes: number;
  /** By name; those whose driver does not say are left out. */
  readonly volumeBytes: ReadonlyMap<string, number>;
}

export interface DiskCountState {
  readonly isCounting: boolean;
  /** The last that came to its end. */
  readonly known: DiskUse | undefined;
  /** Why the last one did not. */
  readonly error: unknown;
}

/** Counts what the Engine has on its disk: it walks through all volumes for it, so that it is asked once for all who wait, and only when somebody wants it. */
export interface DiskCount {
  state(): DiskCountState;
  /** Resolves when the count that goes on, or a new one, is over; the state says how. */
  count(signal: AbortSignal): Promise<void>;
}

const answer = z.looseObject({
  LayersSize: count,
  Images: z.array(z.looseObject({ Size: count, SharedSize: count, Containers: count })).nullish(),
  Volumes: z
    .array(
      z.looseObject({
        Name: z.string(),
        UsageData: z.looseObject({ Size: count, RefCount: count }).nullish(),
      }),
    )
    .nullish(),
  BuildCache: z.array(z.looseObject({ Size: count, Shared: z.boolean().nullish() })).nullish(),
});

export function createDiskCount({ docker, clock }: { docker: Asked; clock: Clock }): DiskCount {
  let running: Promise<void> | undefined;
  let known: DiskUse | undefined;
  let error: unknown;
  const run = async (signal: AbortSignal): Promise<void> => {
    try {
      known = diskUseOf(await browse(docker, { method: 'GET', path: '/system/df', signal }, answer), clock.now());
      error = undefined;
    } catch (cause) {
      error = cause;
    } finally {
      running = undefined;
    }
  };
  return {
    state: () => ({ isCounting: running !== undefined, known, error }),
    count: (signal) => (running ??= run(signal)),
  };
}

function diskUseOf(said: z.output<typeof answer>, countedAtMs: number): DiskUse {
  const images = said.Images ?? [];
  const used = images.filter(({ Containers }) => Containers > 0);
  const usedBytes = used.reduce((sum, { Size, SharedSize }) => sum + Math.max(0, Size - Math.max(0, SharedSize)), 0);
  const volumes = (said.Volumes ?? []).map(({ Name, UsageData }) => ({
    name: Name,
    sizeBytes: UsageData?.Size ?? -1,
    isUsed: (UsageData?.RefCount ?? 0) > 0,
  }));
  const sized = volumes.filter(({ sizeBytes }) => sizeBytes >= 0);
  const sum = (some: readonly { readonly sizeBytes: number }[]): number =>
    some.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  return {
    countedAtMs,
    images: {
      count: images.length,
      inUse: used.length,
      sizeBytes: said.LayersSize,
      reclaimableBytes: Math.max(0, said.LayersSize - usedBytes),
    },
    volumes: {
      count: volumes.length,
      inUse: volumes.filter(({ isUsed }) => isUsed).length,
      sizeBytes: sum(sized),
      reclaimableBytes: sum(sized.filter(({ isUsed }) => !isUsed)),
    },
    buildCacheBytes: (said.BuildCache ?? []).reduce(
      (total, { Size, Shared }) => total + (Shared === true ? 0 : Math.max(0, Size)),
      0,
    ),
    volumeBytes: new Map(sized.map(({ name, sizeBytes }) => [name, sizeBytes])),
  };
}
