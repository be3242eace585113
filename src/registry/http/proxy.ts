import { BlockList, isIP } from 'node:net';
import { AppError, type Env } from '#core';
import { isLoopbackHost } from './address-scope.ts';

/** `proxies.default` of ~/.docker/config.json. */
export interface DockerProxies {
  readonly httpProxy?: string | undefined;
  readonly httpsProxy?: string | undefined;
  readonly allProxy?: string | undefined;
  readonly noProxy?: string | undefined;
}

export interface ProxySettings {
  readonly http: string | undefined;
  readonly https: string | undefined;
  readonly noProxy: string;
}

/** The environment wins over the Docker CLI's configuration as a whole; lower-case names win over upper-case ones, as in curl. */
export function proxySettings(env: Env, docker: DockerProxies = {}): ProxySettings {
  const read = (name: string): string | undefined => env[name] || env[name.toUpperCase()] || undefined;
  const fromEnv = { http: read('http_proxy'), https: read('https_proxy'), all: read('all_proxy') };
  const noProxy = read('no_proxy');
  if (fromEnv.http ?? fromEnv.https ?? fromEnv.all) {
    return { http: fromEnv.http ?? fromEnv.all, https: fromEnv.https ?? fromEnv.all, noProxy: noProxy ?? '' };
  }
  return {
    http: docker.httpProxy || docker.allProxy || undefined,
    https: docker.httpsProxy || docker.allProxy || undefined,
    noProxy: noProxy ?? docker.noProxy ?? '',
  };
}

/** The proxy for a URL, or undefined for a direct connection. Loopback is never sent to a proxy. */
export function proxyFor(url: URL, settings: ProxySettings): URL | undefined {
  const text = url.protocol === 'https:' ? settings.https : settings.http;
  if (text === undefined || isLoopbackHost(url.hostname) || bypasses(url, settings.noProxy)) return undefined;
  return parseProxy(text);
}

const schemes = ['http:', 'https:', 'socks5:', 'socks5h:', 'socks:'];

/** A proxy as people write it: `proxy:3128` means http. @throws AppError `settings.invalid` */
export function parseProxy(text: string): URL {
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && schemes.includes(url.protocol) && url.hostname !== '') return url;
  const shown = text.replace(/\/\/[^@]*@/, '//***@');
  throw new AppError('settings.invalid', `"${shown}" cannot be used as a proxy.`, {
    hint: 'Write it as http://host:port, https://host:port or socks5://host:port in HTTPS_PROXY, HTTP_PROXY or ALL_PROXY.',
    params: { proxy: shown },
  });
}

function bypasses(url: URL, noProxy: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => matches(entry.toLowerCase(), { host, port }));
}

function matches(entry: string, { host, port }: { host: string; port: string }): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return inNetwork(entry, host);
  const withPort = /^(.*?):(\d+)$/.exec(isIP(entry) === 6 ? '' : entry);
  if (withPort && withPort[2] !== port) return false;
  const name = (withPort?.[1] ?? entry).replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return host === name || (isIP(host) === 0 && host.endsWith(`.${name}`));
}

function inNetwork(entry: string, host: string): boolean {
  const [network = '', prefix = ''] = entry.split('/');
  const family = isIP(network);
  const bits = Number(prefix);
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(prefix) || bits > (family === 6 ? 128 : 32)) return false;
  const type = family === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, bits, type);
  return list.check(host, type);
}
