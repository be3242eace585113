import type { ServerResponse } from 'node:http';

export interface Failure {
  readonly status: number;
  readonly message: string;
  readonly type: string;
  readonly code?: string;
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** An error as OpenAI's clients read it. */
export function sendFailure(response: ServerResponse, failure: Failure): void {
  sendJson(response, failure.status, failureBody(failure));
}

export function failureBody({ message, type, code }: Failure): object {
  return { error: { message, type, param: null, code: code ?? null } };
}
