import { isIP } from 'node:net';
import { AppError } from '#core';

export interface RemoteUrlRules {
  /** Plain http, names of this network and private addresses too: for servers of one's own, said in words by the user. */
  readonly allowInsecure: boolean;
}

const localNames = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|svc)$/;

/**
 * The address of a remote server, as far as it can be judged before its name is resolved (contract mcp-toolkit §3.13);
 * where names lead is checked for each connection.
 * @throws AppError `mcp.server_failed`
 */
export function checkRemoteUrl(server: string, text: string, { allowInsecure }: RemoteUrlRules): URL {
  const refuse = (detail: string): AppError =>
    new AppError('mcp.server_failed', `The address of the MCP server ${server} is not used: ${detail}.`, {
      hint: 'For a server of your own on this network set DOCKER_MCP_ALLOW_INSECURE_REMOTE_URLS=1.',
      params: { server, detail },
    });
  if (!URL.canParse(text)) throw refuse('it is not a URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw refuse('it holds a user name or a password');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refuse(`it begins with ${url.protocol}`);
  if (allowInsecure) return url;
  if (url.protocol === 'http:') throw refuse('it is not https');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) === 0 && (localNames.test(host) || !host.includes('.'))) throw refuse(`${host} lies in this network`);
  return url;
}
