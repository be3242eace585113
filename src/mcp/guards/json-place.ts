/** Where in a JSON text, as `JSON.stringify` writes it, an offset is: `content[0].text`. Empty for the top. */
export function jsonPlace(text: string, offset: number): string {
  const path: (string | number)[] = [];
  const open: ('{' | '[')[] = [];
  let key = false;
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^"{}[\],:]+/gs;
  for (let match = token.exec(text); match && match.index <= offset; match = token.exec(text)) {
    const [word] = match;
    const holder = open.at(-1);
    if (word === '{' || word === '[') {
      open.push(word);
      path.push(word === '[' ? 0 : '');
      key = word === '{';
    } else if (word === '}' || word === ']') {
      open.pop();
      path.pop();
      key = false;
    } else if (word === ',') {
      const last = path.at(-1);
      if (holder === '[' && typeof last === 'number') path[path.length - 1] = last + 1;
      key = holder === '{';
    } else if (word === ':') key = false;
    else if (key && word.startsWith('"')) path[path.length - 1] = keyText(word);
  }
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 || part === '' ? part : `.${part}`))
    .join('');
}

/** A key comes from whoever is scanned: it is shown cut, and only where it is plain. */
function keyText(quoted: string): string {
  const name = quoted.slice(1, -1);
  return /^[\w$@./-]{1,40}$/.test(name) ? name : '…';
}
