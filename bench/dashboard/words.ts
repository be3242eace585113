const letters = 'jxz';
const length = 6;
const words = letters.length ** length;
/** Has no factor in common with the number of words, so that near numbers have words that differ everywhere. */
const step = 364;

/** A word for each number below 729, of letters that nothing else on the pages has much of: each letter typed leaves fewer rows. */
export function wordOf(index: number): string {
  const spread = (index * step) % words;
  return Array.from(
    { length },
    (_nothing, at) => letters[Math.floor(spread / letters.length ** at) % letters.length],
  ).join('');
}
