import { join } from 'node:path';
import { errorCodeOf, type Env } from '#core';

/** npm's settings by key, weakest source already overridden; `//host/:_authToken` keys as they are. */
export type NpmConfig = ReadonlyMap<string, readonly string[]>;

export interface NpmSurroundings {
  readonly env: Env;
  readonly userHome: string;
  readonly readText: (path: string) => Promise<string>;
  /** Folder npm is installed under; its `etc/npmrc` is the global file. */
  readonly prefix: string;
}

/** Environment before the user's file before the global file, as npm documents; a project's file has no say in a daemon. */
export async function readNpmConfig({ env, userHome, readText, prefix }: NpmSurroundings): Promise<NpmConfig> {
  const fromEnvironment = environmentSettings(env);
  const userFile = fromEnvironment.get('userconfig')?.[0] ?? join(userHome, '.npmrc');
  const globalFile = fromEnvironment.get('globalconfig')?.[0] ?? join(prefix, 'etc', 'npmrc');
  const read = async (path: string): Promise<NpmConfig> => parseNpmrc(await readIfThere(path, readText), env);
  return new Map([...(await read(globalFile)), ...(await read(userFile)), ...fromEnvironment]);
}

function environmentSettings(env: Env): NpmConfig {
  return new Map(
    Object.entries(env).flatMap(([name, value]) => {
      if (!/^npm_config_/i.test(name) || !value) return [];
      const key = name.slice('npm_config_'.length);
      return [[key.startsWith('//') ? key : key.replace(/(?!^)_/g, '-').toLowerCase(), [value]] as const];
    }),
  );
}

/** The ini dialect of npm: `;` and `#` comments, quotes, `key[] = value`, `${NAME}` from the environment. */
export function parseNpmrc(text: string, env: Env): NpmConfig {
  const settings = new Map<string, string[]>();
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const content = line.trim();
    if (content === '' || /^[;#[]/.test(content)) continue;
    const [, rawKey = '', rawValue] = /^([^=]*)(?:=(.*))?$/.exec(content) ?? [];
    const isList = rawKey.trim().endsWith('[]');
    const key = expand(unquote(rawKey.trim().replace(/\[\]$/, '')), env);
    const value = rawValue === undefined ? 'true' : expand(unquote(rawValue.trim()), env);
    settings.set(key, isList ? [...(settings.get(key) ?? []), value] : [value]);
  }
  return settings;
}

function unquote(text: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(text);
  if (quoted) return (quoted[2] ?? '').replace(/\\n/g, '\n').replace(/\\(["\\])/g, '$1');
  return text
    .replace(/(?<!\\)[;#].*$/, '')
    .replace(/\\([;#\\])/g, '$1')
    .trim();
}

// An unknown ${NAME} stays as written, `${NAME?}` becomes empty.
function expand(text: string, env: Env): string {
  return text.replace(
    /(?<!\\)\$\{([^${}?]+)(\?)?\}/g,
    (whole, name: string, optional: string | undefined) => env[name] ?? (optional ? '' : whole),
  );
}

async function readIfThere(path: string, readText: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readText(path);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw error;
  }
}
