/** Numbers as people write them; those inside words, such as names of versions, count as what they are part of. */
const numbers = /\d+(?:[.,:]\d+)*/g;

/**
 * What a model wrote, without the sentences that hold a number which is in no fact: it is never the source of one. Undefined when
 * nothing is left.
 */
export function keepToFacts(text: string, facts: string): string | undefined {
  const known = new Set(facts.match(numbers) ?? []);
  const kept = text
    .split(/(?<=[.!?](?=\s|$)|[。！？\n])/)
    .filter((sentence) => (sentence.match(numbers) ?? []).every((number) => known.has(number)))
    .join('')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
  return /[\p{L}\p{N}]/u.test(kept) ? kept : undefined;
}
