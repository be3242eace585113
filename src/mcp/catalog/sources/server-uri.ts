import { AppError } from '#core';

/** Where a server is described (contract mcp-toolkit §1.1). */
export type ServerUri =
  | { readonly kind: 'image'; readonly image: string }
  /** An artifact in a registry that describes servers. */
  | { readonly kind: 'artifact'; readonly reference: string }
  | { readonly kind: 'catalog'; readonly catalog: string; readonly patterns: readonly string[] }
  | { readonly kind: 'registry'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string };

/** @throws AppError `reference.invalid` */
export function parseServerUri(text: string): ServerUri {
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*)$/s.exec(text) ?? [];
  if (rest !== '') {
    switch (scheme) {
      case 'docker':
        return { kind: 'image', image: rest };
      case 'oci':
        return { kind: 'artifact', reference: rest };
      case 'http':
      case 'https':
        return { kind: 'registry', url: text };
      case 'file':
        return { kind: 'file', path: decodePath(rest, text) };
      case 'catalog':
        return catalogUri(rest, text);
    }
  }
  throw invalid(text, 'it begins with none of docker://, oci://, catalog://, https://, file://');
}

function catalogUri(rest: string, text: string): ServerUri {
  const slash = rest.lastIndexOf('/');
  const patterns = rest
    .slice(slash + 1)
    .split('+')
    .filter((one) => one !== '');
  if (slash <= 0 || patterns.length === 0) throw invalid(text, 'after catalog:// it needs CATALOG/SERVER');
  return { kind: 'catalog', catalog: rest.slice(0, slash), patterns };
}

function decodePath(rest: string, text: string): string {
  try {
    return decodeURIComponent(rest);
  } catch {
    throw invalid(text, 'a % in it is followed by no two hex digits');
  }
}

function invalid(text: string, reason: string): AppError {
  const shown = text.slice(0, 200);
  return new AppError('reference.invalid', `"${shown}" does not name a server: ${reason}.`, {
    hint: 'Examples: catalog://starter/filesystem, docker://me/my-server, file://./server.yaml, https://registry.modelcontextprotocol.io/v0/servers/NAME',
    params: { text: shown, reason: 'server_uri', detail: reason },
  });
}

/** Whether a name is meant by a pattern with `*`, `?` and `[a-z]`, as shells know them; `*` does not go beyond a slash. */
export function matchesPattern(name: string, pattern: string): boolean {
  let source = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) return false;
      const inside = pattern
        .slice(at + 1, end)
        .replaceAll('\\', '\\\\')
        .replaceAll('[', '\\[');
      source += `[${inside}]`;
      at = end;
    } else if (character === '\\') {
      at += 1;
      source += escaped(pattern[at] ?? '\\');
    } else source += escaped(character);
  }
  try {
    return new RegExp(`^${source}$`, 'su').test(name);
  } catch {
    return false;
  }
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, String.raw`\$&`);
}
