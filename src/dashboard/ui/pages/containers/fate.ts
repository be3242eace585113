import type { EngineNewsBody } from '#contract';

type EngineEvent = Extract<EngineNewsBody, { type: 'event' }>;

/** What became of the container of a name, as far as was heard. `aside`: a fix keeps it under another name while it makes a new one. */
export type Fate =
  | { readonly state: 'there' | 'removed' }
  | { readonly state: 'aside' | 'renamed'; readonly as: string };

export const there: Fate = { state: 'there' };

/** Names are followed, not ids: Compose and fixes make containers again under the name they had. */
export function fateAfter(fate: Fate, { kind, action, name, from }: EngineEvent, wanted: string): Fate {
  if (kind !== 'container') return fate;
  if (action === 'rename' && from === wanted)
    return { state: name.startsWith(`${wanted}-before-`) ? 'aside' : 'renamed', as: name };
  if (name !== wanted) return fate;
  if (action === 'destroy') return { state: 'removed' };
  return action === 'create' || action === 'rename' ? there : fate;
}
