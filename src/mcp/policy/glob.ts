/**
 * Whether a text is as a pattern says: `*` is any characters but slashes, `**` any, `?` one. Compared letter by letter, in time in proportion
 * to both lengths multiplied, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string, { slashes = true }: { slashes?: boolean } = {}): boolean {
  const parts = split(pattern, slashes);
  // Which beginnings of the text the parts so far can make.
  let reached = new Uint8Array(text.length + 1);
  reached[0] = 1;
  for (const part of parts) {
    const next = new Uint8Array(text.length + 1);
    if (part.kind === 'many') {
      let open = false;
      for (let at = 0; at <= text.length; at += 1) {
        if (at > 0 && open && !part.overSlashes && text[at - 1] === '/') open = false;
        if (reached[at] === 1) open = true;
        if (open) next[at] = 1;
      }
    } else {
      for (let at = 0; at < text.length; at += 1) {
        const fits = part.kind === 'one' ? !slashes || text[at] !== '/' : text[at] === part.character;
        if (reached[at] === 1 && fits) next[at + 1] = 1;
      }
    }
    reached = next;
  }
  return reached[text.length] === 1;
}

type Part =
  | { readonly kind: 'many'; readonly overSlashes: boolean }
  | { readonly kind: 'one' }
  | { readonly kind: 'exact'; readonly character: string };

function split(pattern: string, slashes: boolean): readonly Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (character === '*') {
      const overSlashes = !slashes || pattern[at + 1] === '*';
      while (pattern[at + 1] === '*') at += 1;
      parts.push({ kind: 'many', overSlashes });
    } else if (character === '?') parts.push({ kind: 'one' });
    else parts.push({ kind: 'exact', character });
  }
  return parts;
}
