import { AppError, toAppError } from '#core';
import type { Catalogs } from '../catalog/types.ts';
import type { DockerState } from './docker-state.ts';
import type { Profiles } from './store.ts';

/** What came over, and what was here already and stays as it is. */
export interface TakenOver {
  readonly profiles: readonly string[];
  readonly keptProfiles: readonly string[];
  readonly catalogs: readonly string[];
  readonly keptCatalogs: readonly string[];
  readonly notes: readonly string[];
}

export interface TakeOverOptions {
  readonly profiles: Pick<Profiles, 'create'>;
  /** Opened only when there is a catalogue to keep. */
  readonly catalogs: () => Promise<Pick<Catalogs, 'list' | 'create'>>;
  readonly signal: AbortSignal;
}

/** Takes over what Docker's toolkit keeps. Once is as good as twice. */
export async function takeOverDockerState(
  found: DockerState,
  { profiles, catalogs: open, signal }: TakeOverOptions,
): Promise<TakenOver> {
  const taken = { profiles: [] as string[], keptProfiles: [] as string[] };
  for (const profile of found.profiles) {
    const isNew = await profiles.create(profile).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AppError && error.code === 'mcp.profile_conflict') return false;
        throw error;
      },
    );
    (isNew ? taken.profiles : taken.keptProfiles).push(profile.id);
  }
  const notes = [...found.notes];
  const kept = { catalogs: [] as string[], keptCatalogs: [] as string[] };
  if (found.catalogs.length > 0) {
    const catalogs = await open();
    const present = new Set((await catalogs.list()).map(({ ref }) => ref));
    for (const { ref, title, source, content } of found.catalogs) {
      if (present.has(ref)) {
        kept.keptCatalogs.push(ref);
        continue;
      }
      const origin = { kind: 'content', source, title, content } as const;
      try {
        await catalogs.create({ ref, origin, title, exclude: [] }, { signal });
        kept.catalogs.push(ref);
      } catch (error) {
        signal.throwIfAborted();
        notes.push(toAppError(error).message);
      }
    }
  }
  return { ...taken, ...kept, notes };
}
