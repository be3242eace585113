import { isIP } from 'node:net';
import type { AllowedHost } from '../types.ts';

const label = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** `host:port[/http|https|tcp]`; undefined where it is something else. Without a port, a name is meant for HTTPS. */
export function parseAllowedHost(text: string): AllowedHost | undefined {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:/[\]]+)(?::(\d{1,5}))?(?:\/([a-z]+))?$/.exec(text.trim());
  if (!match) return undefined;
  const host = hostOf(match[1] ?? '');
  const port = match[2] === undefined ? 443 : Number(match[2]);
  const protocol = protocolOf(match[3], port);
  if (host === undefined || protocol === undefined || port < 1 || port > 65_535) return undefined;
  return { host, port, protocol };
}

function hostOf(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (isIP(bare) !== 0) return bare;
  if (bare === '*') return bare;
  const name = bare.replace(/^\*\./, '').replace(/\.$/, '');
  const isName = name.length <= 253 && name.split('.').every((one) => label.test(one));
  return isName ? bare.replace(/\.$/, '') : undefined;
}

function protocolOf(text: string | undefined, port: number): AllowedHost['protocol'] | undefined {
  if (text === undefined) return port === 443 ? 'https' : 'http';
  return text === 'http' || text === 'https' || text === 'tcp' ? text : undefined;
}
