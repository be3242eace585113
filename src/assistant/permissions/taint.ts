/**
 * Which of an action's words come from text that nobody vouches for (labels, logs, files, pages, results of tools) and not from the
 * person. Letters that look alike, case and marks without width make no difference.
 */
export function wordsFromUntrusted(
  action: readonly string[],
  { untrusted, trusted }: { readonly untrusted: readonly string[]; readonly trusted: readonly string[] },
): readonly string[] {
  const theirs = untrusted.map(normal).join('\n');
  const own = trusted.map(normal).join('\n');
  const words = action
    .flatMap((text) => normal(text).split(/[\s'"`;|&<>()=,]+/))
    .filter((word) => word.length >= minLength);
  return [...new Set(words)].filter((word) => theirs.includes(word) && !own.includes(word) && !common.has(word));
}

const minLength = 4;

/** Words of commands that any text about containers holds. */
const common = new Set(
  'docker compose container image images build logs inspect stop start restart exec pull push volume network prune name true false latest dockerfile'.split(
    ' ',
  ),
);

function normal(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .toLowerCase();
}
