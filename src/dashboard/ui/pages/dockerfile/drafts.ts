import type { Place } from './place.ts';

/** A text that was edited and is in no file yet. */
export interface Draft {
  readonly text: string;
  /** Digest of the file it was made from; undefined for a text that was pasted. */
  readonly digest: string | undefined;
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Texts of this tab that would be lost when the page is left, by the file they belong to. */
export interface Drafts {
  of(place: Place | undefined): Draft | undefined;
  keep(place: Place | undefined, draft: Draft): void;
  drop(place: Place | undefined): void;
}

export function createDrafts(storage: Storage): Drafts {
  const key = (place: Place | undefined): string =>
    `gantry.dockerfile.draft${place ? ` ${place.root ?? ''}\n${place.path}` : ''}`;
  return {
    of(place) {
      const [digest, ...text] = (storage.getItem(key(place)) ?? '').split('\n');
      return text.length === 0 ? undefined : { digest: digest === '' ? undefined : digest, text: text.join('\n') };
    },
    keep(place, { text, digest }) {
      try {
        storage.setItem(key(place), `${digest ?? ''}\n${text}`);
      } catch {
        // A full storage keeps what it has; leaving the page asks then.
      }
    },
    drop: (place) => storage.removeItem(key(place)),
  };
}
