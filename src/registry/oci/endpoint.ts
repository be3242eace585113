import { isLoopbackHost } from '../http/address-scope.ts';

/** Where a registry's API is spoken to. */
export interface Endpoint {
  /** What credentials are stored under: `docker.io` or host and port. */
  readonly registry: string;
  /** `https://registry-1.docker.io`, without a slash at the end. */
  readonly baseUrl: string;
  readonly isMirror: boolean;
}

export function registryEndpoint(registry: string, insecureRegistries: readonly string[]): Endpoint {
  if (registry === 'docker.io') return { registry, baseUrl: 'https://registry-1.docker.io', isMirror: false };
  const { hostname } = new URL(`http://${registry}`);
  const isPlain = isLoopbackHost(hostname) || hostname.endsWith('.local') || insecureRegistries.includes(registry);
  return { registry, baseUrl: `${isPlain ? 'http' : 'https'}://${registry}`, isMirror: false };
}

/** A mirror as settings and daemon.json write it: a URL, or a host for https. Undefined when it is neither. */
export function mirrorEndpoint(text: string): Endpoint | undefined {
  const address = text.includes('://') ? text : `https://${text}`;
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const isHttp = url.protocol === 'https:' || url.protocol === 'http:';
  if (!isHttp || url.hostname === '' || url.username !== '' || url.search !== '' || url.hash !== '') return undefined;
  return { registry: url.host, baseUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, isMirror: true };
}
