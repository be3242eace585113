/** The values of `--gateway-arg`: words separated by commas, where one with commas of its own is put in quotes. */
export function gatewayArguments(values: readonly string[]): readonly string[] {
  return values.flatMap((value) => {
    const words: string[] = [];
    let word = '';
    let isQuoted = false;
    for (const character of value) {
      if (character === '"') isQuoted = !isQuoted;
      else if (character === ',' && !isQuoted) {
        words.push(word);
        word = '';
      } else word += character;
    }
    return [...words, word].filter((one) => one !== '');
  });
}
