/** `host:5000/team/model:tag` → what is before the tag, and the tag; the colon of a port is none. */
export function splitName(name: string): { readonly repo: string; readonly tag: string } {
  const at = name.lastIndexOf(':');
  return at > name.lastIndexOf('/')
    ? { repo: name.slice(0, at), tag: name.slice(at + 1) }
    : { repo: name, tag: 'latest' };
}
