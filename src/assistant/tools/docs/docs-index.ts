/** One passage of our documentation. */
export interface Passage {
  /** `docs/mcp.md#profiles` */
  readonly source: string;
  readonly heading: string;
  readonly text: string;
}

export interface DocsIndex {
  /** Best first; the same question gives the same answer. */
  search(question: string, most: number): readonly Passage[];
}

const saturation = 1.2;
const lengthWeight = 0.75;
const headingWeight = 3;
const longestPassage = 3000;

interface Indexed {
  readonly passage: Passage;
  readonly counts: ReadonlyMap<string, number>;
  readonly length: number;
}

/** Okapi BM25 over sections; headings weigh more. */
export function createDocsIndex(pages: readonly { readonly path: string; readonly text: string }[]): DocsIndex {
  const all: readonly Indexed[] = pages.flatMap(sectionsOf).map((passage) => {
    const counts = new Map<string, number>();
    let length = 0;
    const add = (text: string, weight: number): void => {
      for (const word of wordsOf(text)) {
        counts.set(word, (counts.get(word) ?? 0) + weight);
        length += weight;
      }
    };
    add(passage.heading, headingWeight);
    add(passage.text, 1);
    return { passage, counts, length };
  });
  const average = all.reduce((sum, { length }) => sum + length, 0) / Math.max(1, all.length);
  return {
    search(question, most) {
      const scores = new Map<Indexed, number>();
      for (const word of new Set(wordsOf(question))) {
        const having = all.filter(({ counts }) => counts.has(word));
        const rarity = Math.log(1 + (all.length - having.length + 0.5) / (having.length + 0.5));
        for (const one of having) {
          const count = one.counts.get(word) ?? 0;
          const norm = saturation * (1 - lengthWeight + (lengthWeight * one.length) / average);
          scores.set(one, (scores.get(one) ?? 0) + (rarity * count * (saturation + 1)) / (count + norm));
        }
      }
      return [...scores]
        .toSorted(([a, first], [b, second]) => second - first || (a.passage.source < b.passage.source ? -1 : 1))
        .slice(0, most)
        .map(([{ passage }]) => passage);
    },
  };
}

function sectionsOf({ path, text }: { readonly path: string; readonly text: string }): readonly Passage[] {
  const sections: { heading: string; lines: string[] }[] = [{ heading: path, lines: [] }];
  let isCode = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) isCode = !isCode;
    const heading = isCode ? undefined : /^#{1,4} (.+)$/.exec(line)?.[1];
    if (heading !== undefined) sections.push({ heading: heading.replaceAll('`', ''), lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections.flatMap(({ heading, lines }) => {
    const body = lines.join('\n').trim();
    if (body === '') return [];
    const pieces = body.match(new RegExp(`[\\s\\S]{1,${longestPassage}}(?:\\n|$)`, 'g')) ?? [body];
    return pieces.map((piece) => ({ source: `${path}#${anchorOf(heading)}`, heading, text: piece.trim() }));
  });
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replaceAll(/\s+/g, '-');
}

const stop = new Set(
  'the a an of to in is are and or for on with how do does i what it be can my this that'.split(' '),
);

function wordsOf(text: string): readonly string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !stop.has(word)).map(stem);
}

/** Enough for plurals and forms of verbs. */
function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?:ing|ed|es|s)$/, '') : word;
}
