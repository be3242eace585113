/** Shorter values are found in too many texts that have nothing to do with them. */
const shortest = 4;
/** A line of a longer value, as a program prints it line by line. */
const shortestLine = 8;

/** Takes values of secrets out of what a server writes to its log: it has them, and nobody else should. */
export function createRedactor(values: Iterable<string>): (text: string) => string {
  const all = [...values].flatMap((value) => {
    const lines = value.split(/\r?\n/);
    return lines.length > 1 ? [value, ...lines.filter((line) => line.trim().length >= shortestLine)] : [value];
  });
  const known = [...new Set(all)].filter((value) => value.length >= shortest).toSorted((a, b) => b.length - a.length);
  if (known.length === 0) return (text) => text;
  return (text) => known.reduce((shown, value) => shown.replaceAll(value, '***'), text);
}
