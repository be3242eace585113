export interface NetrcLogin {
  readonly login: string;
  readonly password: string;
}

/** Login of a host in a `.netrc`: its own `machine` entry, else `default`. Tokens may be quoted. */
export function findNetrcLogin(text: string, host: string): NetrcLogin | undefined {
  const tokens = tokenize(text);
  let found: NetrcLogin | undefined;
  let fallback: NetrcLogin | undefined;
  let at = 0;
  while (at < tokens.length) {
    const word = tokens[at];
    const isMachine = word === 'machine';
    if (!isMachine && word !== 'default') {
      at += 1;
      continue;
    }
    const machine = isMachine ? tokens[at + 1] : undefined;
    at += isMachine ? 2 : 1;
    const values: Record<string, string> = {};
    while (['login', 'user', 'account', 'password'].includes(tokens[at] ?? '')) {
      values[tokens[at] ?? ''] = tokens[at + 1] ?? '';
      at += 2;
    }
    const login = { login: values['login'] ?? values['user'] ?? '', password: values['password'] ?? '' };
    if (!isMachine) fallback ??= login;
    else if (machine === host) found ??= login;
  }
  return found ?? fallback;
}

/** Words, with `#` comments and `macdef` bodies (up to an empty line) left out. */
function tokenize(text: string): string[] {
  const withoutMacros = text.replace(/^[ \t]*macdef\b[\s\S]*?(?:\n[ \t]*\n|$(?![\s\S]))/gm, '\n');
  return withoutMacros
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .flatMap((line) => [...line.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)])
    .map(([, quoted, plain]) => (quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1')));
}
