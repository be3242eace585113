import type { Assistant } from '#assistant';
import {
  acknowledgeRequest,
  approvalRequest,
  changeSessionRequest,
  changeToolsRequest,
  createSessionRequest,
  enableAssistantRequest,
  feedbackRequest,
  permissionsRequest,
  turnRequest,
} from '#contract';
import { AppError } from '#core';
import { sendEmpty, sendError, sendJson, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';
import type { RouteDeps } from '../route-sets.ts';
import { readBodyAs } from './read-body.ts';
import { sendEvents } from './send-events.ts';

type Deps = Pick<RouteDeps, 'assistant' | 'clock' | 'daemon'>;

/** What one route does; `ids` are the parts of the path that the pattern leaves open. */
type Route = (exchange: Exchange, assistant: Assistant, ids: readonly string[]) => Promise<unknown>;

const noContent = Symbol('answered with 204');
const sent = Symbol('answered already');

/** `/gantry/assistant`: what the terminal, one-shot questions and the dashboard show of the assistant. */
export function createAssistantRoutes({ assistant, clock, daemon }: Deps): RouteSet {
  const follow = (exchange: Exchange, stream: Awaited<ReturnType<Assistant['turn']>>): Promise<void> =>
    sendEvents(exchange, stream, { clock, stopping: daemon.stopping });

  const table: readonly (readonly [verb: string, pattern: string, route: Route])[] = [
    ['GET', '', (_exchange, one) => one.state()],
    ['GET', '/models', (_exchange, one) => one.models()],
    [
      'POST',
      '/enable',
      async (exchange, one) => one.enable((await readBodyAs(exchange, enableAssistantRequest)).acceptTerms),
    ],
    ['POST', '/disable', (_exchange, one) => one.disable()],
    [
      'POST',
      '/acknowledge',
      async (exchange, one) => one.acknowledge((await readBodyAs(exchange, acknowledgeRequest)).disclosure),
    ],
    ['GET', '/sessions', (exchange, one) => one.sessions(queryOf(exchange, 'query') ?? '')],
    [
      'POST',
      '/sessions',
      async (exchange, one) => {
        sendJson(exchange, 201, await one.createSession(await readBodyAs(exchange, createSessionRequest)));
        return sent;
      },
    ],
    ['DELETE', '/sessions', (_exchange, one) => done(one.removeSessions())],
    ['GET', '/sessions/*', (_exchange, one, [id = '']) => one.session(id)],
    [
      'PATCH',
      '/sessions/*',
      async (exchange, one, [id = '']) => one.changeSession(id, await readBodyAs(exchange, changeSessionRequest)),
    ],
    ['DELETE', '/sessions/*', (_exchange, one, [id = '']) => done(one.removeSession(id))],
    ['GET', '/sessions/*/export', exportSession],
    [
      'POST',
      '/sessions/*/turns',
      async (exchange, one, [id = '']) => {
        await follow(exchange, await one.turn(id, await readBodyAs(exchange, turnRequest)));
        return sent;
      },
    ],
    [
      'GET',
      '/sessions/*/events',
      async (exchange, one, [id = '']) => {
        const after = queryOf(exchange, 'after');
        if (after !== undefined && !/^\d{1,15}$/.test(after)) throw badQuery('after', 'a number');
        await follow(exchange, await one.follow(id, after === undefined ? undefined : Number(after)));
        return sent;
      },
    ],
    [
      'POST',
      '/sessions/*/approvals/*',
      async (exchange, one, [id = '', call = '']) =>
        done(one.answer(id, call, await readBodyAs(exchange, approvalRequest))),
    ],
    ['POST', '/sessions/*/stop', (_exchange, one, [id = '']) => done(one.stop(id))],
    ['POST', '/sessions/*/undo', (_exchange, one, [id = '']) => one.undo(id)],
    ['POST', '/sessions/*/compact', (_exchange, one, [id = '']) => done(one.compact(id))],
    [
      'PUT',
      '/sessions/*/messages/*/feedback',
      async (exchange, one, [id = '', message = '']) =>
        done(one.rate(id, message, await readBodyAs(exchange, feedbackRequest))),
    ],
    ['GET', '/tools', (_exchange, one) => one.tools()],
    ['PATCH', '/tools', async (exchange, one) => one.changeTools(await readBodyAs(exchange, changeToolsRequest))],
    ['GET', '/permissions', (exchange, one) => one.permissions(queryOf(exchange, 'project'))],
    [
      'PUT',
      '/permissions',
      async (exchange, one) => one.setPermissions(await readBodyAs(exchange, permissionsRequest)),
    ],
    [
      'GET',
      '/files',
      (exchange, one) => {
        const directory = queryOf(exchange, 'directory') ?? '';
        if (!directory.startsWith('/') || directory.length > 4096) throw badQuery('directory', 'an absolute path');
        return one.files(directory, (queryOf(exchange, 'prefix') ?? '').slice(0, 4096));
      },
    ],
  ];
  const routes = table.map(([verb, pattern, route]) => ({
    verb,
    route,
    path: new RegExp(`^/gantry/assistant${pattern.replaceAll('*', '([^/]+)')}$`),
  }));

  return {
    match(verb, path) {
      if (!assistant || !path.startsWith('/gantry/assistant')) return undefined;
      for (const one of routes) {
        const found = one.verb === verb ? one.path.exec(path) : null;
        if (!found) continue;
        return async (exchange) => {
          const ids = found.slice(1).map((part) => decodeURIComponent(part));
          const body = await one.route(exchange, await assistant(), ids);
          if (body === noContent) sendEmpty(exchange, 204);
          else if (body !== sent) sendJson(exchange, 200, body);
        };
      }
      return undefined;
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

async function exportSession(exchange: Exchange, assistant: Assistant, [id = '']: readonly string[]): Promise<symbol> {
  const format = queryOf(exchange, 'format') ?? 'json';
  if (format !== 'json' && format !== 'markdown') throw badQuery('format', 'json or markdown');
  const bytes = Buffer.from(await assistant.exportSession(id, format));
  exchange.response
    .writeHead(200, {
      'content-type': format === 'json' ? 'application/json' : 'text/markdown; charset=utf-8',
      'content-length': bytes.length,
      'content-disposition': `attachment; filename="session.${format === 'json' ? 'json' : 'md'}"`,
      'x-content-type-options': 'nosniff',
    })
    .end(bytes);
  return sent;
}

async function done(work: Promise<void>): Promise<symbol> {
  await work;
  return noContent;
}

function queryOf({ query }: Exchange, name: string): string | undefined {
  return new URLSearchParams(query).get(name) ?? undefined;
}

function badQuery(param: string, expected: string): AppError {
  return new AppError('request.invalid', `${param} must be ${expected}.`, { params: { param, expected } });
}
