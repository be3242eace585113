import { join } from 'node:path';
import { AppError, errorCodeOf, type Env } from '#core';
import { parsePythonConfig } from './python-config.ts';

/** What pip would use to download, from its files and environment. Addresses may hold credentials. */
export interface PipConfig {
  readonly indexUrl: string;
  readonly extraIndexUrls: readonly string[];
  readonly findLinks: readonly string[];
  readonly noIndex: boolean;
  /** Path of a PEM file. */
  readonly cert: string | undefined;
  readonly clientCert: string | undefined;
  readonly proxy: string | undefined;
  /** `host` or `host:port`: plain http and unverified TLS are allowed. */
  readonly trustedHosts: readonly string[];
}

export interface PipSurroundings {
  readonly env: Env;
  readonly userHome: string;
  /** Rejects with ENOENT for a file that is not there. */
  readonly readText: (path: string) => Promise<string>;
  readonly platform?: NodeJS.Platform | undefined;
}

/** Sections that a download obeys, weakest first. */
const sectionOrder = ['global', 'install', 'download'];
const nullDevice = '/dev/null';

/**
 * Precedence as pip documents it: global, user, site (virtual environment) files, `PIP_CONFIG_FILE`, then environment
 * variables; within files `[global]` before the command's section. Empty values count as absent.
 */
export async function readPipConfig(surroundings: PipSurroundings): Promise<PipConfig> {
  const { env, userHome } = surroundings;
  const levels = await readFiles(surroundings);
  const bySection = (section: string): Map<string, string> =>
    new Map(levels.flatMap((level) => [...(level.get(section) ?? [])]).map(([key, value]) => [optionName(key), value]));
  const layers = [...sectionOrder.map(bySection), fromEnvironment(env)];
  const get = (option: string): string | undefined =>
    layers.map((layer) => layer.get(option)).findLast((value) => value !== undefined && value.trim() !== '');
  const list = (option: string): string[] => (get(option) ?? '').split(/\s+/).filter((word) => word !== '');

  const cert = get('cert') ?? (env['REQUESTS_CA_BUNDLE'] || env['CURL_CA_BUNDLE'] || undefined);
  return {
    indexUrl: get('index-url')?.trim() ?? 'https://pypi.org/simple',
    extraIndexUrls: list('extra-index-url'),
    findLinks: list('find-links').map((place) => expandHome(place, userHome)),
    noIndex: parseSwitch('no-index', get('no-index')),
    cert: cert === undefined ? undefined : expandHome(cert.trim(), userHome),
    clientCert: get('client-cert')?.trim(),
    proxy: get('proxy')?.trim(),
    trustedHosts: list('trusted-host'),
  };
}

async function readFiles(surroundings: PipSurroundings): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>[]> {
  const { env } = surroundings;
  const named = env['PIP_CONFIG_FILE'];
  if (named === nullDevice) return [];
  const own = named ? await readConfig(named, surroundings) : undefined;
  const { global, user, site } = configFiles(surroundings);
  // A PIP_CONFIG_FILE that exists stands in for the user's files.
  const paths = [...global, ...(own === undefined ? user : []), ...site];
  const levels = await Promise.all(paths.map((path) => readConfig(path, surroundings)));
  return [...levels, own].filter((level) => level !== undefined);
}

function configFiles({
  env,
  userHome,
  platform = process.platform,
}: PipSurroundings): Record<'global' | 'user' | 'site', string[]> {
  const site = env['VIRTUAL_ENV'] ? [join(env['VIRTUAL_ENV'], 'pip.conf')] : [];
  const legacy = join(userHome, '.pip', 'pip.conf');
  if (platform === 'darwin') {
    const support = join('Library', 'Application Support', 'pip', 'pip.conf');
    const user = [legacy, join(userHome, '.config', 'pip', 'pip.conf'), join(userHome, support)];
    return { global: [join('/', support)], user, site };
  }
  const shared = (env['XDG_CONFIG_DIRS'] || '/etc/xdg').split(':').filter((folder) => folder !== '');
  const own = env['XDG_CONFIG_HOME'] || join(userHome, '.config');
  return {
    global: [...shared.map((folder) => join(folder, 'pip', 'pip.conf')), '/etc/pip.conf'],
    user: [legacy, join(own, 'pip', 'pip.conf')],
    site,
  };
}

async function readConfig(path: string, { readText }: PipSurroundings) {
  let text: string;
  try {
    text = await readText(path);
  } catch (cause) {
    const code = errorCodeOf(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new AppError('settings.invalid', `pip's configuration file ${path} cannot be read.`, {
      hint: 'Check its permissions.',
      params: { path },
      cause,
    });
  }
  return parsePythonConfig(text, path);
}

function fromEnvironment(env: Env): Map<string, string> {
  const variables = Object.entries(env).filter(([name]) => name.startsWith('PIP_'));
  return new Map(variables.map(([name, value]) => [optionName(name.slice('PIP_'.length)), value ?? '']));
}

function optionName(key: string): string {
  return key.toLowerCase().replaceAll('_', '-').replace(/^--/, '');
}

function parseSwitch(option: string, value: string | undefined): boolean {
  const word = (value ?? 'no').trim().toLowerCase();
  if (['y', 'yes', 't', 'true', 'on', '1'].includes(word)) return true;
  if (['n', 'no', 'f', 'false', 'off', '0'].includes(word)) return false;
  throw new AppError('settings.invalid', `pip's option ${option} is neither yes nor no.`, {
    hint: 'Correct it in pip.conf or the environment; `pip config debug` shows where it is set.',
    params: { option },
  });
}

function expandHome(path: string, userHome: string): string {
  return path === '~' || path.startsWith('~/') ? join(userHome, path.slice(1)) : path;
}
