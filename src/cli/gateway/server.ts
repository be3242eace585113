import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import { version, type Clock } from '#core';
import { answerFrom, type AnswerDeps } from './answer.ts';
import type { GatewayConfig } from './config.ts';
import { refusalOf } from './guard.ts';
import { sendFailure, sendJson } from './replies.ts';

export interface GatewayOptions {
  readonly config: GatewayConfig;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** A line about a failure of an upstream. */
  readonly say: (event: GatewayEvent) => void;
}

/** What happened to a request, for whoever watches the gateway. */
export type GatewayEvent =
  | { readonly type: 'answered'; readonly alias: string; readonly upstream: string; readonly status: number }
  | { readonly type: 'failed'; readonly alias: string; readonly upstream: string; readonly reason: string };

const actions: Readonly<Record<string, string>> = {
  '/v1/chat/completions': 'chat/completions',
  '/chat/completions': 'chat/completions',
  '/v1/embeddings': 'embeddings',
  '/embeddings': 'embeddings',
};

/** An OpenAI-shaped server in front of the upstreams of its configuration. */
export function createGateway(options: GatewayOptions): Server {
  const turns = new Map<string, number>();
  const deps: AnswerDeps = {
    ...options,
    nextTurn(alias) {
      const turn = turns.get(alias) ?? 0;
      turns.set(alias, turn + 1);
      return turn;
    },
  };
  return createServer((request, response) => {
    response.on('error', () => {});
    handle(request, response, deps).catch((error: unknown) => {
      options.say({ type: 'failed', alias: '', upstream: '', reason: String(error) });
      if (response.headersSent) response.destroy();
      else sendFailure(response, { status: 500, message: 'The gateway failed.', type: 'server_error' });
    });
  });
}

async function handle(request: IncomingMessage, response: ServerResponse, deps: AnswerDeps): Promise<void> {
  const { config } = deps;
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const { origin } = request.headers;
  response.setHeader('x-model-cli-version', version);
  const refusal = refusalOf(request.headers, config.masterKey);
  // What a key protects may be asked from any page; without a key only pages of this machine come this far.
  if (origin !== undefined && (config.masterKey !== undefined || !refusal)) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('vary', 'Origin');
  }
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader('access-control-allow-headers', 'authorization, content-type, x-api-key');
    response.writeHead(204).end();
    return;
  }
  const models = [...config.aliases.keys()];
  const health = path === '/health' || path === '/';
  if (health && (config.masterKey !== undefined || !refusal)) {
    sendJson(response, 200, { status: 'healthy', version, models: models.length });
    return;
  }
  if (refusal) {
    sendFailure(response, refusal);
    return;
  }
  if ((path === '/v1/models' || path === '/models') && request.method === 'GET') {
    const data = models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'gantry' }));
    sendJson(response, 200, { object: 'list', data });
    return;
  }
  const action = Object.hasOwn(actions, path) ? actions[path] : undefined;
  if (action === undefined || request.method !== 'POST') {
    const message = `There is no ${request.method ?? ''} ${path} here.`;
    sendFailure(response, { status: 404, message, type: 'invalid_request_error' });
    return;
  }
  await answerFrom(deps, { request, response }, action);
}
