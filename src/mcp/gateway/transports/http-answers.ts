import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../../types.ts';
import type { RpcId } from '../../protocol/messages.ts';

/** Refusals in words, as Docker's gateway writes them. */
export function sendText(response: ServerResponse, status: number, text: string): void {
  const body = `${text}\n`;
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
}

export function sendEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}

export function sendRedirect(response: ServerResponse, location: string): void {
  const body = `<a href="${location}">Temporary Redirect</a>.\n\n`;
  response
    .writeHead(307, { location, 'content-type': 'text/html; charset=utf-8', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

export function sendRpc(response: ServerResponse, status: number, message: object): void {
  const body = JSON.stringify(message);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

export interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly data?: JsonObject | undefined;
}

export function sendRefusal(
  response: ServerResponse,
  { status, code, message, data }: Refusal,
  id: RpcId | null,
): void {
  sendRpc(response, status, { jsonrpc: '2.0', id, error: { code, message, ...(data ? { data } : {}) } });
}
