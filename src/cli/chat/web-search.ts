import { createParser } from 'eventsource-parser';
import { AppError, toAppError, version, type Clock, type Env } from '#core';
import { field } from '../client/read.ts';

/** Looks something up on the web, for the model. */
export interface WebSearch {
  /** What was found, as text. @throws AppError `source.*`, `settings.invalid` */
  find(query: string, signal: AbortSignal): Promise<string>;
}

const results = 8;
const timeLimitMs = 25_000;
/** A small model has little room; the best results come first. */
const longestText = 16_000;
const toolName = 'web_search_exa';

interface Reply {
  readonly result: unknown;
  readonly session: string | undefined;
}

/** A search by an MCP server (streamable HTTP): Exa's, or the one that GANTRY_WEB_SEARCH_ENDPOINT names (contract model-runner §1.3). */
export function createWebSearch({ env, clock }: { env: Env; clock: Clock }): WebSearch {
  const address = env['GANTRY_WEB_SEARCH_ENDPOINT'] || 'https://mcp.exa.ai/mcp';
  if (!/^https?:\/\//.test(address) || !URL.canParse(address)) {
    throw new AppError('settings.invalid', 'GANTRY_WEB_SEARCH_ENDPOINT is not an http or https address.', {
      params: { name: 'GANTRY_WEB_SEARCH_ENDPOINT' },
    });
  }
  const { host } = new URL(address);

  async function post(message: object, { session, signal }: { session?: string | undefined; signal: AbortSignal }) {
    const response = await fetch(address, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'user-agent': `gantry-cli/${version}`,
        ...(session === undefined ? {} : { 'mcp-session-id': session }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      signal,
    });
    if (response.ok) return response;
    throw invalid(host, `status ${response.status}`);
  }

  async function call(
    { id, ...message }: { id: number; method: string; params: object },
    options: { session?: string | undefined; signal: AbortSignal },
  ): Promise<Reply> {
    const response = await post({ id, ...message }, options);
    const reply = replyTo(id, { text: await response.text(), type: response.headers.get('content-type') ?? '' });
    if (reply === undefined) throw invalid(host, 'no answer');
    const error = field(reply, 'error');
    if (error !== undefined) throw invalid(host, JSON.stringify(field(error, 'message') ?? error).slice(0, 200));
    return { result: field(reply, 'result'), session: response.headers.get('mcp-session-id') ?? undefined };
  }

  async function search(query: string, signal: AbortSignal): Promise<string> {
    const clientInfo = { name: 'gantry', version };
    const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
    const { session } = await call({ id: 1, method: 'initialize', params: hello }, { signal });
    await (await post({ method: 'notifications/initialized' }, { session, signal })).text();
    const params = { name: toolName, arguments: { query, numResults: results } };
    const { result } = await call({ id: 2, method: 'tools/call', params }, { session, signal });
    const text = textOf(result).slice(0, longestText);
    if (field(result, 'isError') === true) throw invalid(host, text.slice(0, 200));
    return text;
  }

  return {
    async find(query, signal) {
      const late = new AbortController();
      const cancel = clock.schedule(timeLimitMs, () => late.abort());
      try {
        return await search(query, AbortSignal.any([signal, late.signal]));
      } catch (cause) {
        signal.throwIfAborted();
        if (cause instanceof AppError) throw cause;
        const detail = late.signal.aborted ? `no answer within ${timeLimitMs / 1000} s` : reasonOf(cause);
        throw new AppError('source.unreachable', `The web cannot be searched: ${host} cannot be reached (${detail}).`, {
          hint: 'Check the network, name another MCP server in GANTRY_WEB_SEARCH_ENDPOINT, or leave --websearch out.',
          params: { host, reason: 'web_search', detail },
          cause,
        });
      } finally {
        cancel();
      }
    },
  };
}

/** fetch hides what failed below "fetch failed". */
function reasonOf(error: unknown): string {
  const code = field(error instanceof Error ? error.cause : undefined, 'code');
  return typeof code === 'string' ? code : toAppError(error).message;
}

/** The message with the id given: servers answer with JSON, or with events of which it is one. */
function replyTo(id: number, { text, type }: { text: string; type: string }): unknown {
  const found: unknown[] = [];
  const keep = (data: string): void => {
    try {
      found.push(JSON.parse(data));
    } catch {
      // Not a message; without another there is no answer.
    }
  };
  if (type.startsWith('text/event-stream')) createParser({ onEvent: ({ data }) => keep(data) }).feed(`${text}\n\n`);
  else keep(text);
  return found.find((message) => field(message, 'id') === id);
}

function textOf(result: unknown): string {
  const content = field(result, 'content');
  const parts: readonly unknown[] = Array.isArray(content) ? content : [];
  return parts.flatMap((part) => (field(part, 'type') === 'text' ? [String(field(part, 'text'))] : [])).join('\n\n');
}

function invalid(host: string, detail: string): AppError {
  return new AppError('source.invalid_response', `The web cannot be searched: ${host} refused (${detail}).`, {
    params: { host, reason: 'web_search', detail },
  });
}
