/** A file, or a folder, on the machine of the daemon. */
export interface Place {
  /** Undefined: the home of the daemon's user. */
  readonly root: string | undefined;
  readonly path: string;
}

/** As the body of a question. */
export function placeBody({ root, path }: Place): { root?: string; path: string } {
  return { path, ...(root !== undefined && { root }) };
}

/** As the query of a question, and of the page's own address. */
export function placeQuery(place: Place): string {
  return new URLSearchParams(placeBody(place)).toString();
}

export function placeFrom(query: URLSearchParams): Place | undefined {
  const path = query.get('path');
  return path === null ? undefined : { root: query.get('root') ?? undefined, path };
}

/** The folder that a file is in. */
export function folderOf(path: string): string {
  const at = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return at <= 0 ? '/' : path.slice(0, at);
}
