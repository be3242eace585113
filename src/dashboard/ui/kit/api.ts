import { errorBody, gantryMediaType, type ErrorBody } from '#contract';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { ZodType } from 'zod';
import type { Told } from './tell-error.ts';

/** What the daemon, or the way to it, says went wrong. `code` is the daemon's; `unreachable` and `unreadable` are ours. */
export class ApiError extends Error {
  readonly code: string;
  /** 0 where nothing was answered. */
  readonly status: number;
  readonly hint: string | undefined;
  readonly params: Readonly<Record<string, string | number>>;

  constructor(
    message: string,
    facts: {
      code: string;
      status?: number | undefined;
      hint?: string | undefined;
      params?: Readonly<Record<string, string | number>> | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: facts.cause });
    this.name = 'ApiError';
    this.code = facts.code;
    this.status = facts.status ?? 0;
    this.hint = facts.hint;
    this.params = facts.params ?? {};
  }
}

export interface ApiRequest {
  /** From the daemon's root, with its query: `/models`. Parts that are names go through `encodeURIComponent`. */
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** The daemon's HTTP API. All methods throw `ApiError`, and `AbortError` when the signal says so. */
export interface Api {
  /** An answer in JSON. */
  json<T>(request: ApiRequest, schema: ZodType<T>): Promise<T>;
  /** An answer whose body does not matter. */
  send(request: ApiRequest): Promise<void>;
  /** A file, whole. */
  blob(request: ApiRequest): Promise<Blob>;
  /** Text as it comes; ends when the answer does. */
  text(request: ApiRequest): AsyncGenerator<string, void, undefined>;
  /** One JSON value a line, as progress is sent. What does not fit the schema is left out. */
  lines<T>(request: ApiRequest, schema: ZodType<T>): AsyncGenerator<T, void, undefined>;
  /** Server-sent events; `data` is the text. */
  events(request: ApiRequest): AsyncGenerator<{ event: string | undefined; data: string }, void, undefined>;
}

export interface ApiDeps {
  readonly fetch: typeof fetch;
  /** The API key of this tab, where one is needed. */
  readonly key: () => string | undefined;
  /** What went wrong in the language of the page. */
  readonly tell: (error: ErrorBody['error']) => Promise<Told>;
  /** Like no other: names a request that changes something, so that it can be sent again and is carried out once. */
  readonly newKey: () => string;
  readonly pause: (ms: number) => Promise<void>;
  /** A key is missing, wrong, or has expired. */
  readonly onUnauthorized: (error: ApiError) => void;
}

/**
 * When a request that changes something is sent again, because the browser lost it: Chromium does whenever an interface of the machine
 * comes or goes, and each container's does. What only asks is asked again by those who ask.
 */
const againMs = [100, 500, 1500] as const;

/** Longest line of a stream; more is no line of ours. */
const mostLineChars = 16 * 1024 * 1024;

export function createApi(deps: ApiDeps): Api {
  async function sent(path: string, init: RequestInit): Promise<Response> {
    for (let count = 0; ; count += 1) {
      try {
        return await deps.fetch(path, init);
      } catch (cause) {
        if (init.signal?.aborted) throw cause;
        const wait = init.method === 'GET' ? undefined : againMs[count];
        if (wait === undefined) throw new ApiError('The daemon cannot be reached.', { code: 'unreachable', cause });
        await deps.pause(wait);
      }
    }
  }

  async function ask(
    { path, method = 'GET', body, signal }: ApiRequest,
    accept = 'application/json, text/plain',
  ): Promise<Response> {
    const key = deps.key();
    const init: RequestInit = {
      method,
      headers: {
        accept: `${gantryMediaType}, ${accept}`,
        'x-gantry-client': 'dashboard',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(method !== 'GET' && { 'idempotency-key': deps.newKey() }),
      },
      // A key in memory is all that is sent; nothing that a browser adds by itself.
      credentials: 'omit',
      cache: 'no-store',
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    };
    const response = await sent(path, init);
    if (response.ok) return response;
    const error = await refusalOf(response, deps.tell);
    if (response.status === 401 && keyCodes.has(error.code)) deps.onUnauthorized(error);
    throw error;
  }

  async function* text(request: ApiRequest): AsyncGenerator<string, void, undefined> {
    const { body } = await ask(request);
    if (body) yield* chunks(body.pipeThrough(new TextDecoderStream()), request.signal);
  }

  return {
    async json(request, schema) {
      const response = await ask(request);
      let value: unknown;
      try {
        value = await response.json();
      } catch (cause) {
        if (request.signal?.aborted) throw cause;
        throw new ApiError('The answer broke off or is no JSON.', {
          code: 'unreadable',
          status: response.status,
          cause,
        });
      }
      const parsed = schema.safeParse(value);
      if (parsed.success) return parsed.data;
      throw new ApiError('The answer is not what this page expects. Load it again if Gantry was updated.', {
        code: 'unreadable',
        status: response.status,
        cause: parsed.error,
      });
    },
    async send(request) {
      const { body } = await ask(request);
      await body?.cancel();
    },
    async blob(request) {
      const response = await ask(request, '*/*');
      try {
        return await response.blob();
      } catch (cause) {
        if (request.signal?.aborted) throw cause;
        throw new ApiError('The connection to the daemon broke off.', { code: 'unreachable', cause });
      }
    },
    text,
    async *lines(request, schema) {
      let rest = '';
      for await (const part of text(request)) {
        const lines = (rest + part).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > mostLineChars)
          throw new ApiError('A line of the answer is too long.', { code: 'unreadable' });
        for (const line of lines) yield* valueOf(line, schema);
      }
      yield* valueOf(rest, schema);
    },
    async *events(request) {
      const { body } = await ask(request, 'text/event-stream');
      if (!body) return;
      const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      for await (const { event, data } of chunks(events, request.signal)) yield { event, data };
    },
  };
}

/** A reader by hand: not every browser iterates streams. */
async function* chunks<T>(stream: ReadableStream<T>, signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    if (signal?.aborted || cause instanceof ApiError) throw cause;
    throw new ApiError('The connection to the daemon broke off.', { code: 'unreachable', cause });
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function* valueOf<T>(line: string, schema: ZodType<T>): Generator<T> {
  if (line.trim() === '') return;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return;
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) yield parsed.data;
}

/** Of a refusal that is the daemon's own: a registry that refuses it answers 401 too, and another key would not help. */
const keyCodes: ReadonlySet<string> = new Set(['request.unauthorized', 'refused']);
const longestError = 10_000;

async function refusalOf(response: Response, tell: ApiDeps['tell']): Promise<ApiError> {
  const { status } = response;
  const text = (await response.text().catch(() => '')).slice(0, longestError);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = errorBody.safeParse(value);
  if (parsed.success) {
    const { code, params } = parsed.data.error;
    const { message, hint } = await tell(parsed.data.error);
    return new ApiError(message, { code, status, hint, params });
  }
  return new ApiError(text.trim() || `The daemon answered ${status}.`, { code: 'refused', status });
}
