/** Numbers as people write them: `1.2` is one, and neither 1 nor 2. */
const numbers = /\d+(?:[.,:]\d+)*/g;
/** The same with the digits of every script, so that none of them is a way around. */
const anyNumbers = /\p{Nd}+(?:[.,:]\p{Nd}+)*/gu;
/** `1. ` before an item says only where it stands. */
const itemMark = /^([^\S\n]*)\p{Nd}{1,3}[.)][^\S\n]+(?=\S)/gmu;

export interface KeptText {
  /** Undefined when nothing is left. */
  readonly text: string | undefined;
  readonly isCut: boolean;
}

/** What a model wrote, without the sentences that hold a number which is in no fact: it is never the source of one. */
export function keepToFacts(text: string, facts: string): KeptText {
  const known = new Set(numbersOf(facts));
  const isKnown = (part: string): boolean => numbersOf(part).every((number) => known.has(number));
  if (isKnown(text)) return kept(text, false);
  let isCut = false;
  const lines = text.replaceAll(itemMark, '$1- ').split(/\r?\n/);
  const rest = lines.map((line) => {
    const sentences = line.split(/(?<=[.!?](?=\s)|[。！？])/);
    const shown = sentences.filter(isKnown);
    isCut ||= shown.length < sentences.length;
    return shown.reduce(joined, '');
  });
  const result = rest.filter((line, index) => line !== '' || lines[index] === '').join('\n');
  // What is left is read once more as a whole: the ends of two sentences must not make a number that was in neither.
  return isKnown(result) ? kept(result, isCut) : { text: undefined, isCut: true };
}

/** The space between two sentences may have gone with one that stood between them. */
function joined(before: string, sentence: string): string {
  const isApart = before === '' || /[\s。！？]$/.test(before) || /^\s/.test(sentence);
  return isApart ? `${before}${sentence}` : `${before} ${sentence}`;
}

function kept(text: string, isCut: boolean): KeptText {
  const tidy = text.replaceAll(/\n{3,}/g, '\n\n').trim();
  return { text: /[\p{L}\p{N}]/u.test(tidy) ? tidy : undefined, isCut };
}

function numbersOf(text: string): readonly string[] {
  return [...(text.match(numbers) ?? []), ...(text.match(anyNumbers) ?? [])];
}
