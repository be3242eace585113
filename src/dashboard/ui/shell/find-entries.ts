export interface PaletteEntry {
  readonly id: string;
  readonly text: string;
  /** Beside the text: what kind it is. */
  readonly group: string;
  readonly run: () => void;
  /** Among those of which there may be hundreds: it is found once something is typed. */
  readonly isThing?: boolean;
}

/** As many as a person looks through; more is said as a number. */
const most = 60;

/** What has all words of the query in its name or kind, those first whose name begins with it. */
export function findEntries(
  entries: readonly PaletteEntry[],
  query: string,
): { readonly found: readonly PaletteEntry[]; readonly left: number } {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const wanted = words.join(' ');
  const all = entries.filter(({ text, group, isThing = false }) => {
    const name = `${text} ${group}`.toLocaleLowerCase();
    return words.length === 0 ? !isThing : words.every((word) => name.includes(word));
  });
  const begins = (entry: PaletteEntry): boolean => wanted !== '' && entry.text.toLocaleLowerCase().startsWith(wanted);
  const found = [...all.filter(begins), ...all.filter((entry) => !begins(entry))];
  return { found: found.slice(0, most), left: Math.max(0, found.length - most) };
}
