import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../../types.ts';
import { rpcCodes } from '../../protocol/messages.ts';
import { decodeHeaderText } from '../../protocol/param-headers.ts';
import { modernVersion } from '../../protocol/versions.ts';
import type { Refusal } from './http-answers.ts';

/** Which member of a request's params its `Mcp-Name` header repeats. */
const namedBy: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/**
 * In the stateless era headers repeat what the body says, so that what stands between can route without reading it. A request
 * whose headers say something else is refused: somebody was to be deceived.
 */
export function checkModernHeaders(
  headers: IncomingHttpHeaders,
  { method, params, version }: { method: string; params: JsonObject; version: string },
): Refusal | undefined {
  const said = headerOf(headers, 'mcp-protocol-version');
  if (said === undefined) return mismatch('(missing)', `the required MCP-Protocol-Version header is absent`);
  if (said !== version) return mismatch(said, `the body names protocol version ${version}`);
  const saidMethod = headerOf(headers, 'mcp-method');
  if (saidMethod === undefined) return mismatch('(missing)', `the required Mcp-Method header is absent`);
  if (saidMethod !== method) return mismatch(saidMethod, `the body names method ${method}`);
  const member = namedBy[method];
  const name = member === undefined ? undefined : params[member];
  if (typeof name !== 'string') return undefined;
  const saidName = headerOf(headers, 'mcp-name');
  if (saidName === undefined) return mismatch('(missing)', `the required Mcp-Name header is absent`);
  const decoded = decodeHeaderText(saidName);
  if (decoded === undefined) return mismatch(saidName, 'the Mcp-Name header is not valid Base64');
  return decoded === name ? undefined : mismatch(saidName, `the body names ${JSON.stringify(name.slice(0, 200))}`);
}

/** Whether the header names another version than the body, where the body's is not known. */
export function namesOtherVersion(headers: IncomingHttpHeaders, data: JsonObject): Refusal | undefined {
  const said = headerOf(headers, 'mcp-protocol-version');
  const { requested } = data;
  if (said === undefined || typeof requested !== 'string' || said === requested) return undefined;
  return mismatch(said, `the body names protocol version ${requested}`);
}

/** A request that says it is of the stateless era, but carries nothing of it. */
export function lacksEnvelope(headers: IncomingHttpHeaders): Refusal | undefined {
  const said = headerOf(headers, 'mcp-protocol-version');
  if (said === undefined || said < modernVersion) return undefined;
  return {
    status: 400,
    code: rpcCodes.invalidParams,
    message: `Invalid params: the MCP-Protocol-Version header names protocol revision ${said.slice(0, 40)}, but the request's _meta does not.`,
    data: { envelope: { missing: ['_meta'] } },
  };
}

export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value.trim() : undefined;
}

function mismatch(header: string, body: string): Refusal {
  return {
    status: 400,
    code: rpcCodes.headerMismatch,
    message: `Bad Request: the request headers and body disagree: ${body}`,
    data: { mismatch: { header: header.slice(0, 200), body } },
  };
}
