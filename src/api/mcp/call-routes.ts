import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { z } from 'zod';
import { mcpAnswerRequest, mcpCallRequest, type McpCallRecord, type McpCallsBody } from '#contract';
import { AppError } from '#core';
import {
  defaultProfile,
  followCalls,
  readCalls,
  type CallOutcome,
  type CallRecord,
  type ElicitOutcome,
  type InsideCallOptions,
  type InsideClient,
  type JsonObject,
} from '#mcp';
import { sendEmpty, sendJson, type Exchange } from '../http/exchange.ts';
import { createLimit, streamEvents, type SendEvent, type StreamDeps } from './event-stream.ts';
import { createIdleClients } from './idle-clients.ts';
import type { McpManagement } from './management.ts';
import { bodyOf, type RouteTable } from './route-table.ts';

type Deps = Pick<McpManagement, 'folder' | 'gateways' | 'recording'>;

interface Question {
  answer(outcome: ElicitOutcome): void;
}

/** A call that somebody tries, while it is under way. */
interface TriedCall {
  readonly stop: AbortController;
  readonly questions: Map<string, Question>;
}

const mostCalls = 16;
const mostFollowers = 40;
const mostKept = 1000;

/** Calls of tools: those on record, and those that are tried from here. */
export function createCallRoutes({ folder, gateways, recording }: Deps, deps: StreamDeps): RouteTable {
  const { clock } = deps;
  const records = join(folder, 'calls');
  const clients = createIdleClients((profile) => gateways.client(profile), clock);
  const tried = new Map<string, TriedCall>();
  const [calling, followers] = [createLimit(mostCalls), createLimit(mostFollowers)];

  const list = async (exchange: Exchange): Promise<void> => {
    const query = new URLSearchParams(exchange.query);
    const server = query.get('server') ?? undefined;
    const isWanted = (record: CallRecord): boolean => server === undefined || record.server === server;
    if (query.get('follow') === 'true') {
      await followers.run(() => follow(exchange, isWanted));
      return;
    }
    const last = readLast(query);
    const calls: McpCallRecord[] = [];
    for await (const record of readCalls(records)) {
      if (!isWanted(record)) continue;
      calls.push(recordBody(record));
      if (calls.length > last) calls.shift();
    }
    const body: McpCallsBody = { calls, recording: recording() };
    sendJson(exchange, 200, body);
  };
  const follow = (exchange: Exchange, isWanted: (record: CallRecord) => boolean): Promise<void> =>
    streamEvents(
      exchange,
      async (send, signal) => {
        const onReady = (): void => send('connected', {});
        for await (const record of followCalls(records, { clock, signal, pauseMs: 500, onReady })) {
          if (isWanted(record)) send('call', recordBody(record));
        }
      },
      deps,
    );
  const call = async (exchange: Exchange): Promise<void> => {
    const asked = await bodyOf(exchange, mcpCallRequest);
    const { profile = defaultProfile, server } = asked;
    const id = randomBytes(9).toString('base64url');
    const stop = new AbortController();
    const mine: TriedCall = { stop, questions: new Map() };
    await calling.run(() =>
      streamEvents(
        exchange,
        async (send, gone) => {
          const client = await clients.take(profile);
          let isUsable = false;
          tried.set(id, mine);
          try {
            send('started', { call: id });
            const startedAt = clock.monotonic();
            const outcome = await carryOut(client, asked, {
              signal: AbortSignal.any([gone, stop.signal]),
              onProgress: (params) => send('progress', progressBody(params)),
              onLog: ({ level, data }) => send('log', { level: typeof level === 'string' ? level : 'info', data }),
              onQuestion: (question, { signal }) => ask(question, { send, signal, questions: mine.questions }),
            });
            if (outcome.kind === 'error') throw refusal(server, outcome.error.message);
            isUsable = true;
            send('result', { result: outcome.result, tookMs: Math.round(clock.monotonic() - startedAt) });
          } finally {
            tried.delete(id);
            clients.giveBack(profile, client, { isUsable });
          }
        },
        deps,
      ),
    );
  };
  const callOf = (id: string): TriedCall => {
    const found = tried.get(id);
    if (found) return found;
    throw new AppError('request.not_found', `No call ${id.slice(0, 64)} is under way.`, {
      params: { reason: 'no_call', id: id.slice(0, 64) },
    });
  };
  const answer = async (exchange: Exchange, id = ''): Promise<void> => {
    const { question, ...said } = await bodyOf(exchange, mcpAnswerRequest);
    const asked = callOf(id).questions.get(question);
    if (!asked) {
      throw new AppError('request.not_found', 'That question does not wait for an answer any more.', {
        params: { reason: 'no_question', id: question },
      });
    }
    asked.answer(said.action === 'accept' ? { action: 'accept', content: said.content as JsonObject } : said);
    sendEmpty(exchange, 204);
  };
  return {
    'GET /gantry/mcp/calls': list,
    'POST /gantry/mcp/calls': call,
    'POST /gantry/mcp/calls/:call/answer': answer,
    'DELETE /gantry/mcp/calls/:call': (exchange, id = '') => {
      callOf(id).stop.abort(new AppError('request.aborted', 'The call was cancelled.'));
      sendEmpty(exchange, 204);
    },
  };
}

async function carryOut(
  client: InsideClient,
  { kind = 'tool', server, tool, arguments: args = {} }: z.infer<typeof mcpCallRequest>,
  options: InsideCallOptions,
): Promise<CallOutcome> {
  switch (kind) {
    case 'tool':
      return await client.call({ server, tool, arguments: args as JsonObject }, options);
    case 'prompt':
      return await client.prompt({ server, prompt: tool, arguments: promptArguments(args) }, options);
    case 'resource':
      return await client.read({ server, uri: tool }, options);
  }
}

/** Prompts take nothing but texts. */
function promptArguments(args: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(args)) {
    if (typeof value !== 'string') {
      const expected = 'texts';
      throw new AppError('request.invalid', `arguments must be ${expected}.`, {
        params: { param: 'arguments', expected },
      });
    }
    texts[name] = value;
  }
  return texts;
}

/** Sends the question and waits for the request that answers it. */
function ask(
  { message, schema }: { readonly message: string; readonly schema: JsonObject },
  { send, signal, questions }: { send: SendEvent; signal: AbortSignal; questions: Map<string, Question> },
): Promise<ElicitOutcome> {
  const id = randomBytes(9).toString('base64url');
  return new Promise((resolve) => {
    const settle = (outcome: ElicitOutcome): void => {
      questions.delete(id);
      signal.removeEventListener('abort', withdraw);
      resolve(outcome);
    };
    const withdraw = (): void => settle({ action: 'cancel' });
    signal.addEventListener('abort', withdraw, { once: true });
    questions.set(id, { answer: settle });
    send('question', { question: id, message, schema });
    if (signal.aborted) withdraw();
  });
}

function readLast(query: URLSearchParams): number {
  const last = Number(query.get('last') ?? 100);
  if (Number.isInteger(last) && last >= 1 && last <= mostKept) return last;
  const expected = `a whole number from 1 to ${mostKept}`;
  throw new AppError('request.invalid', `last must be ${expected}.`, { params: { param: 'last', expected } });
}

function progressBody({ progress, total, message }: JsonObject): object {
  return {
    progress: typeof progress === 'number' ? progress : 0,
    ...(typeof total === 'number' ? { total } : {}),
    ...(typeof message === 'string' ? { message: message.slice(0, 1000) } : {}),
  };
}

function recordBody({ session: _session, ...record }: CallRecord): McpCallRecord {
  return record;
}

function refusal(server: string, said: string): AppError {
  const detail = said.slice(0, 4000);
  return new AppError('mcp.server_failed', detail, { params: { server, reason: 'refused', detail } });
}
