const word = /[\p{L}\p{N}\p{M}]+/gu;
const ideographs = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;

/**
 * What a text is found by: words in small letters, the parts of `getUserName` and `get_user-name` as well as the whole, and pairs of
 * neighbours where a script has no spaces between words.
 */
export function tokensOf(text: string): readonly string[] {
  const normal = text.normalize('NFKC');
  return [...normal.matchAll(word)].flatMap(([found]) => wordTokens(found));
}

function wordTokens(text: string): readonly string[] {
  const pairs = [...text.matchAll(ideographs)].flatMap(([run]) => pairsOf(run));
  const rest = text.replaceAll(ideographs, ' ').trim();
  if (rest === '') return pairs;
  const others = rest.split(/\s+/).flatMap((one) => {
    const whole = one.toLowerCase();
    const parts = one.split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{L})(?=\p{N})/u).map((part) => part.toLowerCase());
    return parts.length > 1 ? [whole, ...parts] : [whole];
  });
  return [...pairs, ...others];
}

function pairsOf(run: string): readonly string[] {
  const characters = Array.from(run);
  if (characters.length === 1) return characters;
  return characters.slice(1).map((second, at) => `${characters[at]}${second}`);
}
