import { describe, expect, it } from 'vitest';
import type { Env } from '#core';
import { readPipConfig, type PipConfig } from './pip-config.ts';

type Files = Record<string, string>;

function read(env: Env, files: Files = {}, platform: NodeJS.Platform = 'linux'): Promise<PipConfig> {
  return readPipConfig({
    env,
    userHome: '/home/me',
    platform,
    readText: async (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
  });
}

const index = (name: string, section = 'global'): string => `[${section}]\nindex-url = https://${name}/simple\n`;

describe('the index', () => {
  const everywhere: Files = {
    '/etc/xdg/pip/pip.conf': index('xdg'),
    '/etc/pip.conf': index('etc'),
    '/home/me/.pip/pip.conf': index('legacy'),
    '/home/me/.config/pip/pip.conf': index('user'),
    '/venv/pip.conf': index('site'),
    '/named.conf': index('named'),
  };
  const without = (...paths: string[]): Files =>
    Object.fromEntries(Object.entries(everywhere).filter(([path]) => !paths.includes(path)));

  it.each<{ env?: Env; files?: Files; from: string }>([
    { files: {}, from: 'pypi.org' },
    { files: { '/etc/xdg/pip/pip.conf': index('xdg') }, from: 'xdg' },
    { files: { '/etc/xdg/pip/pip.conf': index('xdg'), '/etc/pip.conf': index('etc') }, from: 'etc' },
    { files: without('/home/me/.config/pip/pip.conf'), from: 'legacy' },
    { from: 'user' },
    { env: { XDG_CONFIG_HOME: '/x' }, files: { ...everywhere, '/x/pip/pip.conf': index('x') }, from: 'x' },
    {
      env: { XDG_CONFIG_DIRS: '/a:/b' },
      files: { '/a/pip/pip.conf': index('a'), '/b/pip/pip.conf': index('b') },
      from: 'b',
    },
    { env: { VIRTUAL_ENV: '/venv' }, from: 'site' },
    { env: { VIRTUAL_ENV: '/venv', PIP_CONFIG_FILE: '/named.conf' }, from: 'named' },
    { env: { PIP_CONFIG_FILE: '/missing.conf' }, from: 'user' },
    { env: { PIP_CONFIG_FILE: '/empty.conf' }, files: { ...everywhere, '/empty.conf': '' }, from: 'etc' },
    { env: { PIP_CONFIG_FILE: '/dev/null', VIRTUAL_ENV: '/venv' }, from: 'pypi.org' },
    { env: { PIP_INDEX_URL: 'https://variable/simple', PIP_CONFIG_FILE: '/named.conf' }, from: 'variable' },
    { env: { PIP_INDEX_URL: '' }, from: 'user' },
    { files: { '/etc/pip.conf': `${index('g')}${index('i', 'install')}${index('d', 'download')}` }, from: 'd' },
    {
      files: { '/etc/pip.conf': index('install', 'install'), '/home/me/.config/pip/pip.conf': index('user') },
      from: 'install',
    },
    { files: { '/etc/pip.conf': index('list', 'list') }, from: 'pypi.org' },
    {
      env: { PIP_INDEX_URL: 'https://variable/simple' },
      files: { '/etc/pip.conf': index('d', 'download') },
      from: 'variable',
    },
    { files: { '/etc/pip.conf': '[global]\nINDEX_URL: https://spelled/simple\n' }, from: 'spelled' },
    { files: { '/etc/pip.conf': '[global]\nindex-url =\n' }, from: 'pypi.org' },
  ])('comes from $from (%#)', async ({ env = {}, files = everywhere, from }) => {
    expect((await read(env, files)).indexUrl).toBe(`https://${from}/simple`);
  });

  it('comes from the application support folder on macOS', async () => {
    const files = {
      '/Library/Application Support/pip/pip.conf': index('global'),
      '/home/me/Library/Application Support/pip/pip.conf': index('support'),
    };
    expect((await read({}, files, 'darwin')).indexUrl).toBe('https://support/simple');
  });
});

describe('lists', () => {
  it('are words, on one line or on several', async () => {
    const text =
      '[global]\nextra-index-url = https://a/\n    https://b/\n\n    # not this\n    https://c/\nfind-links = ~/wheels\n';
    const config = await read({ PIP_TRUSTED_HOST: 'a b:8080' }, { '/etc/pip.conf': text });
    expect(config.extraIndexUrls).toEqual(['https://a/', 'https://b/', 'https://c/']);
    expect(config.findLinks).toEqual(['/home/me/wheels']);
    expect(config.trustedHosts).toEqual(['a', 'b:8080']);
  });

  it('of the environment replace those of files', async () => {
    const config = await read(
      { PIP_EXTRA_INDEX_URL: 'https://e/' },
      { '/etc/pip.conf': '[global]\nextra-index-url = https://f/' },
    );
    expect(config.extraIndexUrls).toEqual(['https://e/']);
  });
});

describe('other options', () => {
  it.each([
    ['1', true],
    ['TRUE', true],
    ['off', false],
    ['', false],
  ])('no-index %j is %s', async (value, expected) => {
    expect((await read({ PIP_NO_INDEX: value })).noIndex).toBe(expected);
  });

  it('refuses a switch that is neither yes nor no', async () => {
    await expect(read({ PIP_NO_INDEX: 'maybe' })).rejects.toMatchObject({ code: 'settings.invalid' });
  });

  it.each<[Env, string | undefined]>([
    [{}, undefined],
    [{ CURL_CA_BUNDLE: '/curl.pem' }, '/curl.pem'],
    [{ CURL_CA_BUNDLE: '/curl.pem', REQUESTS_CA_BUNDLE: '/requests.pem' }, '/requests.pem'],
    [{ REQUESTS_CA_BUNDLE: '/requests.pem', PIP_CERT: '~/pip.pem' }, '/home/me/pip.pem'],
  ])('certificates with %j are %s', async (env, expected) => {
    expect((await read(env)).cert).toBe(expected);
  });

  it('reads proxy and client certificate', async () => {
    const config = await read({ PIP_PROXY: 'proxy:3128', PIP_CLIENT_CERT: '/c.pem' });
    expect(config).toMatchObject({ proxy: 'proxy:3128', clientCert: '/c.pem' });
  });

  it('says which file cannot be read', async () => {
    const denied = readPipConfig({
      env: {},
      userHome: '/home/me',
      platform: 'linux',
      readText: () => Promise.reject(Object.assign(new Error('denied'), { code: 'EACCES' })),
    });
    await expect(denied).rejects.toMatchObject({ code: 'settings.invalid', params: { path: '/etc/xdg/pip/pip.conf' } });
  });
});
