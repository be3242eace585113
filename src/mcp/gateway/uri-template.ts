/** A template of resources as far as finding the server of a URI goes: the literal texts in their order. */
export interface UriMatcher {
  /** How many literal characters a URI shares with the template; undefined when it is none of its. */
  match(uri: string): number | undefined;
}

const longestUri = 8192;

/** Linear in the URI, whatever the template: both come from other people. */
export function uriMatcher(template: string): UriMatcher {
  const literals = template.slice(0, longestUri).split(/\{[^{}]*\}/);
  const first = literals[0] ?? '';
  const last = literals.at(-1) ?? '';
  const between = literals.slice(1, -1);
  const weight = literals.reduce((sum, { length }) => sum + length, 0);
  return {
    match(uri) {
      if (uri.length > longestUri) return undefined;
      if (literals.length === 1) return uri === template ? weight : undefined;
      if (!uri.startsWith(first) || !uri.endsWith(last) || uri.length < first.length + last.length) return undefined;
      let at = first.length;
      const end = uri.length - last.length;
      for (const literal of between) {
        const found = uri.indexOf(literal, at);
        if (found === -1 || found + literal.length > end) return undefined;
        at = found + literal.length;
      }
      return weight;
    },
  };
}
