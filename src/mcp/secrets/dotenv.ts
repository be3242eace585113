import { AppError } from '#core';

/**
 * Reads lines of `name=value`. The name is that of a secret, or of a variable. `#` begins a comment at the start of a line alone: secrets
 * may have it. Values in single quotes are literal, those in double quotes may have \n, \t, \" and \\; both may go over several lines.
 * @throws AppError `settings.invalid` that names the line, never what is in it
 */
export function parseDotenv(text: string, path: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (let number = 0; number < lines.length; number += 1) {
    const line = lines[number] ?? '';
    if (line.trim() === '' || line.startsWith('#')) continue;
    const { name, given } =
      /^\s*(?:export\s+)?(?<name>[A-Za-z0-9._:/-]+)\s*=\s*(?<given>.*)$/s.exec(line)?.groups ?? {};
    if (name === undefined || given === undefined) throw badLine(path, number, 'it is not NAME=VALUE');
    const quote = /^["']/.exec(given)?.[0];
    if (quote === undefined) {
      values.set(name, given.trimEnd());
      continue;
    }
    const begin = number;
    let quoted = given.slice(1);
    let end = closing(quoted, quote);
    while (end < 0) {
      number += 1;
      if (number >= lines.length) throw badLine(path, begin, `its ${quote} is never closed`);
      quoted += `\n${lines[number]}`;
      end = closing(quoted, quote);
    }
    if (!/^\s*(?:#.*)?$/.test(quoted.slice(end + 1))) throw badLine(path, begin, 'something follows its closing quote');
    values.set(name, quote === '"' ? unescape(quoted.slice(0, end)) : quoted.slice(0, end));
  }
  return values;
}

function closing(text: string, quote: string): number {
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\' && quote === '"') index += 1;
    else if (text[index] === quote) return index;
  }
  return -1;
}

function unescape(text: string): string {
  const meant: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };
  return text.replaceAll(/\\(.)/gs, (all, character: string) => meant[character] ?? all);
}

function badLine(path: string, number: number, reason: string): AppError {
  return new AppError('settings.invalid', `The file ${path} is not valid: line ${number + 1}: ${reason}.`, {
    hint: 'Write one secret a line: NAME=VALUE, with quotes around a value of several lines.',
    params: { path, reason: `line ${number + 1}: ${reason}` },
  });
}
