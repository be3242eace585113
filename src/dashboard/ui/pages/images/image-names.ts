import type { ImageListBody } from '#contract';

export type ImageRow = ImageListBody['images'][number];

/** What the Engine knows it by: a tag, else its id. */
export function nameOf({ tags, id }: Pick<ImageRow, 'tags' | 'id'>): string {
  return tags[0] ?? id;
}

/** Where a push of this name goes. */
export function registryOf(name: string): string {
  const host = /^([^/]*[.:][^/]*|localhost)\//.exec(name)?.[1];
  return host === undefined || host === 'index.docker.io' ? 'docker.io' : host;
}

export const uses = ['all', 'used', 'unused', 'dangling'] as const;
export type Use = (typeof uses)[number];

/** Dangling: no name leads to it any more. */
export function isOfUse({ tags, usedBy }: Pick<ImageRow, 'tags' | 'usedBy'>, use: Use): boolean {
  switch (use) {
    case 'all':
      return true;
    case 'used':
      return usedBy.length > 0;
    case 'unused':
      return usedBy.length === 0;
    case 'dangling':
      return tags.length === 0;
  }
}

/** What images of Docker Hub that are here are called in a search: `nginx`, `team/app`. */
export function repositoriesOf(images: readonly Pick<ImageRow, 'tags'>[]): ReadonlySet<string> {
  return new Set(
    images
      .flatMap(({ tags }) => tags)
      .filter((tag) => registryOf(tag) === 'docker.io')
      .map((tag) =>
        tag
          .replace(/:[^/:]*$/, '')
          .replace(/^(?:index\.)?docker\.io\//, '')
          .replace(/^library\//, ''),
      ),
  );
}

/** Official images have no owner in their names and one at the Hub. */
export function hubRepository(name: string): string {
  return name.includes('/') ? name : `library/${name}`;
}

export function hubPage(name: string): string {
  return `https://hub.docker.com/${name.includes('/') ? `r/${name}` : `_/${name}`}`;
}
