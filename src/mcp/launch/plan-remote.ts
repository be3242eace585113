import type { AppError } from '#core';
import type { EnabledServer, JsonObject, LaunchDecision, PlannedValue } from '../types.ts';
import { expand, plainText } from './expand.ts';
import { notInCatalog } from './problems.ts';

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Where a remote server is and what it is sent; whether the address may be asked is decided when it is. */
export function planRemote(
  { entry }: EnabledServer,
  {
    values,
    variables,
    problems,
  }: { values: JsonObject; variables: ReadonlyMap<string, PlannedValue>; problems: AppError[] },
): LaunchDecision {
  const { name: server, remote, oauth } = entry;
  if (!remote) return { kind: 'refused', problems: [...problems, notInCatalog(server, 'address', 'none')] };
  const scope = { values, variables, unknown: 'empty' } as const;
  const url = plainText(remote.url, scope);
  if (!URL.canParse(url)) problems.push(notInCatalog(server, 'address', url));
  const headers: Record<string, PlannedValue> = {};
  for (const [name, template] of Object.entries(remote.headers)) {
    const value = expand(template, scope);
    const text = value.kind === 'text' ? value.text : value.parts.filter((part) => typeof part === 'string').join('');
    if (!headerName.test(name) || /[\0\r\n]/.test(text)) problems.push(notInCatalog(server, 'header', name));
    headers[name] = value;
  }
  if (problems.length > 0) return { kind: 'refused', problems };
  return {
    kind: 'plan',
    plan: { kind: 'remote', server, url, transport: remote.transport, headers, oauth },
    notes: [],
  };
}
