import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { delay, errorCodeOf, type Clock } from '#core';
import { attemptsFor, verdictOf, type Attempt } from './attempts.ts';
import type { GatewayConfig } from './config.ts';
import { forward, type GatewayRequest } from './forward.ts';
import { failureBody, sendFailure } from './replies.ts';
import type { GatewayEvent } from './server.ts';

export interface AnswerDeps {
  readonly config: GatewayConfig;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly say: (event: GatewayEvent) => void;
  /** Counts the requests of an alias, so that its upstreams take turns. */
  readonly nextTurn: (alias: string) => number;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const largestBodyBytes = 32 * 1024 * 1024;
const largestErrorBytes = 64 * 1024;
const firstPauseMs = 250;

/** Asks one upstream after the other until one answers, and passes its answer on as it comes. */
export async function answerFrom(deps: AnswerDeps, exchange: Exchange, action: string): Promise<void> {
  const { response } = exchange;
  const body = await readObject(exchange);
  if (body === undefined) return;
  const alias = body['model'];
  if (typeof alias !== 'string' || !deps.config.aliases.has(alias)) {
    const message = typeof alias === 'string' ? `There is no model ${alias} here.` : 'model is required.';
    const status = typeof alias === 'string' ? 404 : 400;
    sendFailure(response, { status, message, type: 'invalid_request_error', code: 'model_not_found' });
    return;
  }
  const left = new AbortController();
  response.on('close', () => left.abort());
  const attempts = attemptsFor(deps.config, alias, deps.nextTurn(alias));
  await tryEach(deps, { attempts, request: { action, body, signal: left.signal } }, response);
}

async function tryEach(
  deps: AnswerDeps,
  { attempts, request }: { attempts: readonly Attempt[]; request: GatewayRequest },
  response: ServerResponse,
): Promise<void> {
  const { say, clock } = deps;
  const { signal } = request;
  const hopeless = new Set<Attempt['deployment']>();
  let last: { status: number; type: string; text: string } | undefined;
  let round = 0;
  for (const { alias, deployment, round: next } of attempts) {
    if (hopeless.has(deployment)) continue;
    const event = { alias, upstream: deployment.label };
    if (next > round) await delay(firstPauseMs * 2 ** (next - 1), { clock, signal }).catch(() => {});
    round = next;
    if (signal.aborted) return;
    try {
      const answer = await forward(deps.dispatcher, request, deployment);
      const verdict = verdictOf(answer.statusCode);
      if (verdict === 'answer') {
        say({ type: 'answered', ...event, status: answer.statusCode });
        await passOn(answer, response, { say: (reason) => say({ type: 'failed', ...event, reason }) });
        return;
      }
      if (verdict === 'next') hopeless.add(deployment);
      last = { status: answer.statusCode, type: typeOf(answer), text: await shortText(answer) };
      say({ type: 'failed', ...event, reason: String(answer.statusCode) });
    } catch (error) {
      if (signal.aborted) return;
      say({ type: 'failed', ...event, reason: errorCodeOf(error) ?? String(error) });
    }
  }
  if (last) response.writeHead(last.status, { 'content-type': last.type }).end(last.text);
  else sendFailure(response, { status: 503, message: 'No upstream of this model answers.', type: 'server_error' });
}

async function passOn(
  answer: Dispatcher.ResponseData,
  response: ServerResponse,
  { say }: { say: (reason: string) => void },
): Promise<void> {
  const type = typeOf(answer);
  response.writeHead(answer.statusCode, { 'content-type': type });
  response.flushHeaders();
  try {
    await pipeline(answer.body, response, { end: false });
    response.end();
  } catch (error) {
    if (response.destroyed) return;
    say(errorCodeOf(error) ?? String(error));
    // A stream that has begun can only tell in its own way that it is not whole.
    const failure = {
      status: 502,
      message: 'The upstream broke off in the middle of its answer.',
      type: 'server_error',
    };
    if (type.startsWith('text/event-stream')) response.end(`data: ${JSON.stringify(failureBody(failure))}\n\n`);
    else response.destroy();
  }
}

function typeOf({ headers }: Dispatcher.ResponseData): string {
  const type = headers['content-type'];
  return typeof type === 'string' ? type : 'application/json';
}

async function shortText({ body }: Dispatcher.ResponseData): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += String(chunk);
    if (text.length > largestErrorBytes) break;
  }
  return text.slice(0, largestErrorBytes);
}

async function readObject({ request, response }: Exchange): Promise<Record<string, unknown> | undefined> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of request) {
    const bytes = Buffer.from(piece);
    sizeBytes += bytes.length;
    if (sizeBytes > largestBodyBytes) {
      response.setHeader('connection', 'close');
      sendFailure(response, { status: 413, message: 'The request is too large.', type: 'invalid_request_error' });
      return undefined;
    }
    pieces.push(bytes);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(pieces).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below.
  }
  sendFailure(response, { status: 400, message: 'The body is not a JSON object.', type: 'invalid_request_error' });
  return undefined;
}
