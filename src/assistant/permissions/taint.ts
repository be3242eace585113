/**
 * Which of an action's words come from text that nobody vouches for (labels, logs, files, pages, results of tools) and not from the
 * person. Letters that look alike, case and marks without width make no difference. Long words count wherever they stand, since they
 * may be parts of paths and addresses; short ones, such as `rm` and `db`, count as words of their own.
 */
export function wordsFromUntrusted(
  action: readonly string[],
  { untrusted, trusted }: { readonly untrusted: readonly string[]; readonly trusted: readonly string[] },
): readonly string[] {
  if (untrusted.length === 0) return [];
  const theirs = heard(untrusted);
  const own = heard(trusted);
  const words = action.flatMap((text) => tokensOf(normal(text)).flatMap((word) => [word, ...hostsIn(word)]));
  return [...new Set(words)].filter((word) => !common.has(word) && theirs(word) && !own(word));
}

const minLength = 4;

/** Words of commands that any text about containers holds. */
const common = new Set(
  'docker compose container image images build logs inspect stop start restart exec pull push volume network prune name true false latest dockerfile'.split(
    ' ',
  ),
);

/** Whether a word was said in any of the texts. */
function heard(texts: readonly string[]): (word: string) => boolean {
  const all = texts.map(normal).join('\n');
  let tokens: ReadonlySet<string> | undefined;
  return (word) => {
    if (word.length >= minLength) return all.includes(word);
    tokens ??= new Set(tokensOf(all));
    return tokens.has(word);
  };
}

function tokensOf(text: string): readonly string[] {
  return text
    .split(/[\s'"`;|&<>()=,{}]+/)
    .map((word) => word.replace(/[.:!?\u3001\u3002\uff0c]+$/, ''))
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
}

/** Names of hosts and files in a longer word: an address is its host's whatever is added to it. */
function hostsIn(word: string): readonly string[] {
  return word.match(/[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu) ?? [];
}

function normal(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .toLowerCase();
}
